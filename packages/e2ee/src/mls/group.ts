import {
  createApplicationMessage,
  createCommit,
  createGroup,
  emptyPskIndex,
  encodeMlsMessage,
  joinGroup,
  mlsExporter,
  processPrivateMessage,
  type CiphersuiteImpl,
  type ClientConfig,
  type ClientState,
  type PrivateMessage,
} from 'ts-mls'
import { decryptSenderData } from 'ts-mls/privateMessage.js'
import { sameBytes } from '../byte-codec.ts'
import { KEY_PACKAGE_BYTES_MAX, SEALED_BYTES_MAX, SKIPPED_MESSAGES_MAX, WELCOME_BYTES_MAX } from '../limits.ts'
import { assert } from '../result.ts'
import { clientConfig } from './client-config.ts'
import { decodeMessage, type Leaf } from './leaf.ts'
import { SUITE_NAME } from './suite.ts'
import { isWiped, wipe, wipeEpoch, wipePastEpochs, wipeState } from './wipe.ts'

/**
 * The MLS group (RFC 9420) of one match: two leaves, one epoch, application messages only. The creator is leaf 0 and
 * the joiner leaf 1; after the Welcome nothing changes the group, so every commit and proposal is refused unread. The
 * library throws on bad input and that is caught here, at the edge: undefined means refused.
 */
const CREATOR_LEAF = 0
const JOINER_LEAF = 1
const EPOCH = 1n
/** Leaf, parent, leaf (RFC 9420 appendix C). */
const TREE_NODES = 3

/** Whether this credential may be in the match; the library's default admits everybody. */
export type Admit = (identity: Uint8Array) => boolean

export type Opened = {
  readonly plain: Uint8Array
  /** The sender's count of messages before this one: its place in the order of sending, authenticated. */
  readonly position: number
}

/** Not safe for concurrent calls: the session queues them. After `close` only `close` may be called. */
export type Group = {
  seal(plain: Uint8Array): Promise<Uint8Array>
  /** Undefined when refused. */
  open(bytes: Uint8Array): Promise<Opened | undefined>
  exporter(label: string, context: Uint8Array, bytes: number): Promise<Uint8Array>
  close(): void
}

export async function startGroup(
  suite: CiphersuiteImpl,
  leaf: Leaf,
  match: { readonly groupId: Uint8Array; readonly partnerKeyPackage: Uint8Array; readonly admit: Admit },
): Promise<{ readonly group: Group; readonly welcome: Uint8Array } | undefined> {
  const partner = decodeMessage(match.partnerKeyPackage, KEY_PACKAGE_BYTES_MAX)
  if (partner?.wireformat !== 'mls_key_package') return undefined
  const { keyPackage } = partner
  if (keyPackage.cipherSuite !== SUITE_NAME || keyPackage.extensions.length > 0) return undefined
  try {
    const config = configOf(match.admit)
    const empty = await createGroup(match.groupId, leaf.publicPackage, leaf.privatePackage, [], suite, config)
    const commit = await createCommit(
      { state: empty, cipherSuite: suite },
      { extraProposals: [{ proposalType: 'add', add: { keyPackage } }], ratchetTreeExtension: true },
    )
    if (commit.welcome === undefined) return undefined
    const state = settle(commit.newState)
    wipe(commit.consumed)
    wipeEpoch(empty)
    wipe([leaf.privatePackage.initPrivateKey])
    const welcome = encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome: commit.welcome })
    return { group: createGroupHandle(suite, state, CREATOR_LEAF), welcome }
  } catch {
    return undefined
  }
}

export async function enterGroup(
  suite: CiphersuiteImpl,
  leaf: Leaf,
  match: { readonly groupId: Uint8Array; readonly welcome: Uint8Array; readonly admit: Admit },
): Promise<Group | undefined> {
  const message = decodeMessage(match.welcome, WELCOME_BYTES_MAX)
  if (message?.wireformat !== 'mls_welcome') return undefined
  const { welcome } = message
  if (welcome.cipherSuite !== SUITE_NAME || welcome.secrets.length !== 1) return undefined
  try {
    const joined = await joinGroup(
      welcome,
      leaf.publicPackage,
      leaf.privatePackage,
      emptyPskIndex,
      suite,
      undefined,
      undefined,
      configOf(match.admit),
    )
    wipe([leaf.privatePackage.initPrivateKey])
    if (!isMatchOf(joined, match.groupId)) {
      wipeState(joined)
      return undefined
    }
    return createGroupHandle(suite, settle(joined), JOINER_LEAF)
  } catch {
    return undefined
  }
}

/** The shape every match has, and no other group: right id, two people, first epoch, nothing added to the profile. */
function isMatchOf(state: ClientState, groupId: Uint8Array): boolean {
  const { groupContext, ratchetTree, privatePath } = state
  const [creator, , joiner] = ratchetTree
  return (
    sameBytes(groupContext.groupId, groupId) &&
    groupContext.epoch === EPOCH &&
    groupContext.extensions.length === 0 &&
    ratchetTree.length === TREE_NODES &&
    creator?.nodeType === 'leaf' &&
    joiner?.nodeType === 'leaf' &&
    privatePath.leafIndex === JOINER_LEAF
  )
}

/** A match has one epoch: what the library keeps of the empty group before it goes at once. */
function settle(state: ClientState): ClientState {
  wipePastEpochs(state)
  return { ...state, historicalReceiverData: new Map() }
}

function configOf(admit: Admit): ClientConfig {
  return clientConfig({
    validate: (identity) => Promise.resolve(admit(identity)),
    retention: { skippedMessages: SKIPPED_MESSAGES_MAX, aheadMessages: SKIPPED_MESSAGES_MAX, pastEpochs: 1 },
    checksLifetimeOfMembers: true,
  })
}

export function createGroupHandle(suite: CiphersuiteImpl, initial: ClientState, ownLeaf: 0 | 1): Group {
  const partnerLeaf = ownLeaf === CREATOR_LEAF ? JOINER_LEAF : CREATOR_LEAF
  let state = initial

  /** Swap, and only then wipe: the consumed arrays are shared with the old state (SPEC ER15, the zero-key trap). */
  function advance(next: ClientState, consumed: readonly Uint8Array[]): void {
    state = next
    wipe(consumed)
  }

  /** The place of this message in the order of sending, or undefined unless it names the partner as its sender. */
  async function positionOf(message: PrivateMessage): Promise<number | undefined> {
    const sender = await decryptSenderData(message, state.keySchedule.senderDataSecret, suite)
    return sender?.leafIndex === partnerLeaf ? sender.generation : undefined
  }

  return {
    seal: async (plain) => {
      const own = state.secretTree[2 * ownLeaf]
      assert(own !== undefined && !isWiped(own.application.secret), 'sealing with a wiped key')
      const { newState, privateMessage, consumed } = await createApplicationMessage(state, plain, suite)
      advance(newState, consumed)
      return encodeMlsMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage })
    },
    open: async (bytes) => {
      const message = decodeMessage(bytes, SEALED_BYTES_MAX)
      if (message?.wireformat !== 'mls_private_message') return undefined
      const { privateMessage } = message
      if (!isApplicationMessageOf(state, privateMessage)) return undefined
      try {
        // The library does not return the sender. This one counts only once the message has been processed, which
        // checks its signature against the same sender data.
        const position = await positionOf(privateMessage)
        if (position === undefined) return undefined
        const processed = await processPrivateMessage(state, privateMessage, emptyPskIndex, suite, () => 'reject')
        if (processed.kind !== 'applicationMessage') return undefined
        advance(processed.newState, processed.consumed)
        return { plain: processed.message, position }
      } catch {
        return undefined
      }
    },
    exporter: (label, context, bytes) => mlsExporter(state.keySchedule.exporterSecret, label, context, bytes, suite),
    close: () => wipeState(state),
  }
}

function isApplicationMessageOf(state: ClientState, message: PrivateMessage): boolean {
  return (
    message.contentType === 'application' &&
    message.epoch === EPOCH &&
    message.authenticatedData.byteLength === 0 &&
    sameBytes(message.groupId, state.groupContext.groupId)
  )
}
