import * as mls from 'ts-mls'

/** One member of a fuzzed group, driving the library directly with the configuration the product uses. */
export type Suite = mls.CiphersuiteImpl
export type State = mls.ClientState
export type Newcomer = { readonly name: string; readonly keys: Awaited<ReturnType<typeof newKeys>> }

const config: mls.ClientConfig = {
  keyRetentionConfig: { retainKeysForGenerations: 1_000, retainKeysForEpochs: 4, maximumForwardRatchetSteps: 1_000 },
  lifetimeConfig: { maximumTotalLifetime: mls.defaultLifetime.notAfter, validateLifetimeOnReceive: true },
  keyPackageEqualityConfig: mls.defaultKeyPackageEqualityConfig,
  paddingConfig: { kind: 'alwaysPad', paddingLength: 0 },
  authService: { validateCredential: (credential) => Promise.resolve(credential.credentialType === 'basic') },
}

function newKeys(suite: Suite, name: string) {
  const identity = new TextEncoder().encode(name)
  const capabilities: mls.Capabilities = {
    versions: ['mls10'],
    ciphersuites: [suite.name],
    extensions: [],
    proposals: [],
    credentials: ['basic'],
  }
  const lifetime = { notBefore: 0n, notAfter: BigInt(Date.UTC(2100, 0) / 1000) }
  return mls.generateKeyPackage({ credentialType: 'basic', identity }, capabilities, lifetime, [], suite)
}

export async function newcomer(suite: Suite, name: string): Promise<Newcomer> {
  return { name, keys: await newKeys(suite, name) }
}

export function found(suite: Suite, founder: Newcomer, groupId: Uint8Array): Promise<State> {
  const { publicPackage, privatePackage } = founder.keys
  return mls.createGroup(groupId, publicPackage, privatePackage, [], suite, config)
}

export function join(suite: Suite, who: Newcomer, welcome: mls.Welcome): Promise<State> {
  const { publicPackage, privatePackage } = who.keys
  return mls.joinGroup(welcome, publicPackage, privatePackage, mls.emptyPskIndex, suite, undefined, undefined, config)
}

export function addOf(who: Newcomer): mls.Proposal {
  return { proposalType: 'add', add: { keyPackage: who.keys.publicPackage } }
}

export function removalOf(state: State): mls.Proposal {
  return { proposalType: 'remove', remove: { removed: state.privatePath.leafIndex } }
}

/** Everything crosses as bytes, as it would on a network. */
export async function commit(suite: Suite, state: State, extraProposals: mls.Proposal[]) {
  const made = await mls.createCommit({ state, cipherSuite: suite }, { extraProposals, ratchetTreeExtension: true })
  return { state: made.newState, bytes: mls.encodeMlsMessage(made.commit), welcome: made.welcome }
}

/** Joins without an invitation, by an external commit (RFC 9420 section 12.4.3.2). */
export async function joinFromOutside(suite: Suite, who: Newcomer, member: State) {
  const groupInfo = await mls.createGroupInfoWithExternalPubAndRatchetTree(member, [], suite)
  const { publicPackage, privatePackage } = who.keys
  const made = await mls.joinGroupExternal(groupInfo, publicPackage, privatePackage, false, suite, undefined, config)
  const { publicMessage } = made
  const bytes = mls.encodeMlsMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage })
  return { state: made.newState, bytes }
}

export async function send(suite: Suite, state: State, plain: Uint8Array) {
  const { newState, privateMessage } = await mls.createApplicationMessage(state, plain, suite)
  const bytes = mls.encodeMlsMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage })
  return { state: newState, bytes }
}

/** Processes one message of any kind. @throws as the library does */
export async function receive(suite: Suite, state: State, bytes: Uint8Array) {
  const message = mls.decodeMlsMessage(bytes, 0)?.[0]
  if (message?.wireformat !== 'mls_private_message' && message?.wireformat !== 'mls_public_message')
    throw new Error('malformed message')
  const result = await mls.processMessage(message, state, mls.emptyPskIndex, () => 'accept', suite)
  return { state: result.newState, plain: result.kind === 'applicationMessage' ? result.message : undefined }
}

export function exported(suite: Suite, state: State): Promise<Uint8Array> {
  return mls.mlsExporter(state.keySchedule.exporterSecret, 'fuzz', new Uint8Array(), 32, suite)
}

export function saveAndRestore(state: State): State {
  const restored = mls.decodeGroupState(mls.encodeGroupState(state), 0)?.[0]
  if (restored === undefined) throw new Error('saved state does not decode')
  return { ...restored, clientConfig: config }
}
