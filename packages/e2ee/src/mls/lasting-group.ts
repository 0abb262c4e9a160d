import {
  createApplicationMessage,
  createGroup,
  decodeGroupState,
  emptyPskIndex,
  encodeGroupState,
  encodeMlsMessage,
  joinGroup,
  mlsExporter,
  processPrivateMessage,
  type CiphersuiteImpl,
  type ClientConfig,
  type ClientState,
  type PrivateMessage,
  type Welcome,
} from 'ts-mls'
import { decryptSenderData } from 'ts-mls/privateMessage.js'
import { sameBytes } from '../byte-codec.ts'
import type { SignatureKeys } from '../devices/ed25519.ts'
import {
  CONVERSATION_AHEAD_MESSAGES_MAX,
  CONVERSATION_DEVICES_MAX,
  CONVERSATION_SKIPPED_MESSAGES_MAX,
  PAST_EPOCHS_MAX,
  WELCOME_BYTES_MAX,
} from '../limits.ts'
import { assert } from '../result.ts'
import { clientConfig, type Validate } from './client-config.ts'
import { privatePackageOf, shortReference } from './device-package.ts'
import { createLeaf, decodeMessage } from './leaf.ts'
import { isWiped, wipe, wipeEpoch, wipeState } from './wipe.ts'

/**
 * The MLS group (RFC 9420) of a conversation that lasts: states are values, every operation gives the next one and what
 * may be wiped once that is in place. The library throws on bad input and that is caught here, at the edge: undefined
 * means refused. Commits stand in `lasting-commit.ts`.
 */
export type LastingState = ClientState
export type Suite = CiphersuiteImpl

/** A leaf of the group, as the tree has it. */
export type Member = {
  readonly leaf: number
  readonly identity: Uint8Array
  readonly signatureKey: Uint8Array
}

export type Advance = { readonly next: LastingState; readonly consumed: readonly Uint8Array[] }

function configOf(validate: Validate): ClientConfig {
  return clientConfig({
    validate,
    retention: {
      skippedMessages: CONVERSATION_SKIPPED_MESSAGES_MAX,
      aheadMessages: CONVERSATION_AHEAD_MESSAGES_MAX,
      pastEpochs: PAST_EPOCHS_MAX,
    },
    // A member stays when its key package is long out of date; their days are checked where somebody is added.
    checksLifetimeOfMembers: false,
  })
}

/** A group of oneself in epoch 0. */
export async function foundGroup(
  suite: Suite,
  given: {
    readonly groupId: Uint8Array
    readonly identity: Uint8Array
    readonly signatureKeys: SignatureKeys
    readonly madeOnDay: number
    readonly validate: Validate
  },
): Promise<LastingState> {
  const { publicPackage, privatePackage } = await createLeaf(suite, given.identity, given)
  wipe([privatePackage.initPrivateKey])
  return createGroup(given.groupId, publicPackage, privatePackage, [], suite, configOf(given.validate))
}

/** A welcome that is well formed, for this suite and for no more newcomers than there may be. */
export function readWelcome(suite: Suite, bytes: Uint8Array) {
  const message = decodeMessage(bytes, WELCOME_BYTES_MAX)
  if (message?.wireformat !== 'mls_welcome') return undefined
  const { welcome } = message
  if (welcome.cipherSuite !== suite.name || welcome.secrets.length > CONVERSATION_DEVICES_MAX) return undefined
  return { welcome, references: welcome.secrets.map(({ newMember }) => shortReference(newMember)) }
}

/** Enters a group by a welcome. Undefined when refused; then everything it led to is wiped. */
export async function joinByWelcome(
  suite: Suite,
  given: {
    readonly welcome: Welcome
    readonly groupId: Uint8Array
    readonly keyPackage: Uint8Array
    readonly secret: Uint8Array
    readonly signaturePrivateKey: Uint8Array
    readonly validate: Validate
  },
): Promise<LastingState | undefined> {
  const own = decodeMessage(given.keyPackage, given.keyPackage.byteLength)
  assert(own?.wireformat === 'mls_key_package', 'a damaged key package')
  const secrets = privatePackageOf(given.secret, given.signaturePrivateKey)
  const refuse = () => wipe([secrets.initPrivateKey, secrets.hpkePrivateKey, secrets.signaturePrivateKey])
  try {
    const config = configOf(given.validate)
    const { welcome } = given
    const joined = await joinGroup(welcome, own.keyPackage, secrets, emptyPskIndex, suite, undefined, undefined, config)
    wipe([secrets.initPrivateKey])
    if (isProfile(suite, joined) && sameBytes(joined.groupContext.groupId, given.groupId)) return joined
    wipeState(joined)
  } catch {
    refuse()
  }
  return undefined
}

/** Nothing in the group or at its leaves that our profile does not have, and not too many of them (SPEC ER26). */
export function isProfile(suite: Suite, state: LastingState): boolean {
  const { groupContext, ratchetTree } = state
  return (
    groupContext.cipherSuite === suite.name &&
    groupContext.extensions.length === 0 &&
    ratchetTree.every((node) => node?.nodeType !== 'leaf' || node.leaf.extensions.length === 0) &&
    membersOf(state).length <= CONVERSATION_DEVICES_MAX
  )
}

export function membersOf(state: LastingState): readonly Member[] {
  return state.ratchetTree.flatMap((_, node) => memberIn(state.ratchetTree, node / 2) ?? [])
}

function memberIn(tree: LastingState['ratchetTree'], leaf: number): Member | undefined {
  const node = tree[2 * leaf]
  if (node?.nodeType !== 'leaf' || node.leaf.credential.credentialType !== 'basic') return undefined
  return { leaf, identity: node.leaf.credential.identity, signatureKey: node.leaf.signaturePublicKey }
}

export function memberAt(state: LastingState, leaf: number): Member | undefined {
  return memberIn(state.ratchetTree, leaf)
}

export function epochOf(state: LastingState): number {
  return Number(state.groupContext.epoch)
}

export function ownLeafOf(state: LastingState): number {
  return state.privatePath.leafIndex
}

/** Without the signature key, which the caller has anyway. */
export function encodeState(state: LastingState): Uint8Array {
  return encodeGroupState({ ...state, signaturePrivateKey: new Uint8Array() })
}

/** Undefined for bytes that `encodeState` did not make. The state keeps them and wipes its keys in them: give it a copy. */
export function decodeState(
  bytes: Uint8Array,
  given: { readonly signaturePrivateKey: Uint8Array; readonly validate: Validate },
): LastingState | undefined {
  const decoded = decodeGroupState(bytes, 0)
  if (decoded === undefined || decoded[1] !== bytes.byteLength) return undefined
  const signaturePrivateKey = Uint8Array.from(given.signaturePrivateKey)
  return { ...decoded[0], signaturePrivateKey, clientConfig: configOf(given.validate) }
}

/** @throws when the key was wiped (SPEC ER15) */
export async function sealIn(
  suite: Suite,
  state: LastingState,
  message: { readonly plain: Uint8Array; readonly additional: Uint8Array },
): Promise<Advance & { readonly bytes: Uint8Array }> {
  const own = state.secretTree[2 * ownLeafOf(state)]
  assert(own !== undefined && !isWiped(own.application.secret), 'sealing with a wiped key')
  const { plain, additional } = message
  const { newState, privateMessage, consumed } = await createApplicationMessage(state, plain, suite, additional)
  const bytes = encodeMlsMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage })
  return { next: newState, consumed, bytes }
}

/** A private message of this group, or undefined. Nothing of it is authenticated yet. */
export function readPrivateMessage(state: LastingState, bytes: Uint8Array, bytesMax: number) {
  const message = decodeMessage(bytes, bytesMax)
  if (message?.wireformat !== 'mls_private_message') return undefined
  const { privateMessage } = message
  return sameBytes(privateMessage.groupId, state.groupContext.groupId) ? privateMessage : undefined
}

export function isAhead(state: LastingState, message: PrivateMessage): boolean {
  return message.epoch > state.groupContext.epoch
}

/** The sender by the tree of the message's epoch. It counts only once the message has been processed, which checks its signature. */
export async function senderOf(
  suite: Suite,
  state: LastingState,
  message: PrivateMessage,
): Promise<Member | undefined> {
  const isPresent = message.epoch === state.groupContext.epoch
  const past = state.historicalReceiverData.get(message.epoch)
  const secret = isPresent ? state.keySchedule.senderDataSecret : past?.senderDataSecret
  const tree = isPresent ? state.ratchetTree : past?.ratchetTree
  if (secret === undefined || tree === undefined) return undefined
  const sender = await decryptSenderData(message, secret, suite)
  return sender === undefined ? undefined : memberIn(tree, sender.leafIndex)
}

export type OpenedApplication = Advance & {
  readonly plain: Uint8Array
  readonly additional: Uint8Array
  readonly sender: Member
  readonly epoch: number
}

/** Opens an application message of the present epoch or one that is kept, not one's own. Undefined when refused. */
export async function openIn(
  suite: Suite,
  state: LastingState,
  message: PrivateMessage,
): Promise<OpenedApplication | undefined> {
  if (message.contentType !== 'application') return undefined
  try {
    const sender = await senderOf(suite, state, message)
    if (sender === undefined || sender.leaf === ownLeafOf(state)) return undefined
    const processed = await processPrivateMessage(state, message, emptyPskIndex, suite, () => 'reject')
    if (processed.kind !== 'applicationMessage') return undefined
    return {
      next: processed.newState,
      consumed: processed.consumed,
      plain: processed.message,
      additional: message.authenticatedData,
      sender,
      epoch: Number(message.epoch),
    }
  } catch {
    return undefined
  }
}

export function exportFrom(suite: Suite, state: LastingState, label: string, context: Uint8Array, length: number) {
  return mlsExporter(state.keySchedule.exporterSecret, label, context, length, suite)
}

/** After the first commit of a new group nothing is left of the epoch in which it was alone. */
export function forgetFounding(founded: LastingState, next: LastingState): LastingState {
  assert(next.historicalReceiverData.size <= 1, 'not the first commit')
  wipeEpoch(founded)
  return { ...next, historicalReceiverData: new Map() }
}
