import {
  createCommit,
  emptyPskIndex,
  encodeMlsMessage,
  processPrivateMessage,
  type IncomingMessageCallback,
  type PrivateMessage,
} from 'ts-mls'
import { sameBytes } from '../byte-codec.ts'
import { COMMIT_BYTES_MAX, WELCOME_BYTES_MAX } from '../limits.ts'
import { plainPackage, type ReadPackage } from './device-package.ts'
import {
  isProfile,
  memberAt,
  membersOf,
  ownLeafOf,
  senderOf,
  type Advance,
  type LastingState,
  type Member,
  type Suite,
} from './lasting-group.ts'

/**
 * Changes of a lasting group. Our profile of RFC 9420: a commit carries Add and Remove proposals by value and nothing
 * else; everything else the library could do is refused, and so is whatever the caller's `judge` does not allow.
 */
export type MadeCommit = Advance & { readonly commit: Uint8Array; readonly welcome?: Uint8Array }

/** Undefined when the library refuses somebody who is to be added, or it became too large to be sent. */
export async function commitIn(
  suite: Suite,
  state: LastingState,
  change: { readonly add: readonly ReadPackage[]; readonly remove: readonly number[] },
): Promise<MadeCommit | undefined> {
  const removals = change.remove.map((removed) => ({ proposalType: 'remove', remove: { removed } }) as const)
  const additions = change.add.map(({ keyPackage }) => ({ proposalType: 'add', add: { keyPackage } }) as const)
  try {
    const made = await createCommit(
      { state, cipherSuite: suite },
      { extraProposals: [...removals, ...additions], ratchetTreeExtension: true },
    )
    const commit = encodeMlsMessage(made.commit)
    const { welcome } = made
    const sent = welcome && encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome })
    if (commit.byteLength > COMMIT_BYTES_MAX || (sent?.byteLength ?? 0) > WELCOME_BYTES_MAX) return undefined
    return { next: slim(made.newState), consumed: made.consumed, commit, ...(sent && { welcome: sent }) }
  } catch {
    return undefined
  }
}

/**
 * A commit prepared a while ago, brought up to what was opened and sealed in its epoch since: these keys stay used, and
 * no message opens a second time.
 */
export function rebase(prepared: LastingState, present: LastingState): LastingState {
  const pasts = new Map(
    [...prepared.historicalReceiverData].map(([epoch, data]) => {
      const isLast = epoch === present.groupContext.epoch
      const secretTree = isLast ? present.secretTree : present.historicalReceiverData.get(epoch)?.secretTree
      return [epoch, { ...data, secretTree: secretTree ?? data.secretTree }]
    }),
  )
  return { ...prepared, historicalReceiverData: pasts }
}

const NOTHING = new Uint8Array()

/**
 * Of the trees of past epochs only who sat where and their signature keys are needed. Encryption keys are most of a state,
 * above all in X-Wing, and a state is stored with every message.
 */
function slim(state: LastingState): LastingState {
  const pasts = new Map(
    [...state.historicalReceiverData].map(([epoch, data]) => [
      epoch,
      { ...data, ratchetTree: data.ratchetTree.map(slimNode) },
    ]),
  )
  return { ...state, historicalReceiverData: pasts }
}

function slimNode(node: LastingState['ratchetTree'][number]): typeof node {
  if (node?.nodeType !== 'leaf') return undefined
  return { nodeType: 'leaf', leaf: { ...node.leaf, hpkePublicKey: NOTHING, signature: NOTHING } }
}

export type Added = Omit<Member, 'leaf'> & { /** Days since the Unix epoch. */ readonly madeOnDay: number }
export type ProposedChange = {
  readonly committer: Member
  readonly added: readonly Added[]
  readonly removed: readonly Member[]
}

export type TakenCommit =
  | (Advance & ProposedChange & { readonly kind: 'changed' })
  | { readonly kind: 'removed'; readonly committer: Member }

/** Processes somebody else's commit of the present epoch. Undefined when refused. `judge` decides; nothing is the default. */
export async function takeCommit(
  suite: Suite,
  state: LastingState,
  message: PrivateMessage,
  judge: (change: ProposedChange) => boolean,
): Promise<TakenCommit | undefined> {
  if (message.contentType !== 'commit' || message.authenticatedData.byteLength > 0) return undefined
  if (message.epoch !== state.groupContext.epoch) return undefined
  try {
    const committer = await senderOf(suite, state, message)
    if (committer === undefined || committer.leaf === ownLeafOf(state)) return undefined
    let change: ProposedChange | undefined
    let removesMe = false
    const decide: IncomingMessageCallback = (incoming) => {
      change = incoming.kind === 'commit' ? readChange(suite, state, committer, incoming.proposals) : undefined
      if (change === undefined || !judge(change)) return reject()
      // Whoever is removed cannot follow: the commit's signature and proposals were checked, the rest is for the others.
      // The library would throw when somebody is added into this very leaf.
      removesMe = change.removed.some(({ leaf }) => leaf === ownLeafOf(state))
      return removesMe ? 'reject' : 'accept'
    }
    const reject = () => {
      change = undefined
      return 'reject' as const
    }
    const processed = await processPrivateMessage(state, message, emptyPskIndex, suite, decide)
    if (processed.kind !== 'newState' || change === undefined) return undefined
    if (removesMe) return { kind: 'removed', committer }
    if (processed.actionTaken !== 'accept' || !isExactly(suite, state, processed.newState, change)) return undefined
    return { kind: 'changed', next: slim(processed.newState), consumed: processed.consumed, ...change }
  } catch {
    return undefined
  }
}

type Proposals = Extract<Parameters<IncomingMessageCallback>[0], { kind: 'commit' }>['proposals']

/** Undefined unless there are only additions of plain packages and removals of members. */
function readChange(
  suite: Suite,
  state: LastingState,
  committer: Member,
  proposals: Proposals,
): ProposedChange | undefined {
  const added: Added[] = []
  const removed: Member[] = []
  for (const { proposal } of proposals) {
    if (proposal.proposalType === 'add') {
      const read = plainPackage(suite, proposal.add.keyPackage)
      if (read === undefined) return undefined
      const { identity, signatureKey, madeOnDay } = read
      added.push({ identity, signatureKey, madeOnDay })
    } else if (proposal.proposalType === 'remove') {
      const member = memberAt(state, proposal.remove.removed)
      if (member === undefined) return undefined
      removed.push(member)
    } else return undefined
  }
  return { committer, added, removed }
}

/** The tree changed as proposed and in nothing else: a committer may renew its keys, but not become somebody else. */
function isExactly(suite: Suite, former: LastingState, next: LastingState, change: ProposedChange): boolean {
  const removed = new Set(change.removed.map(({ leaf }) => leaf))
  const stayed = membersOf(former).filter(({ leaf }) => !removed.has(leaf))
  const now = membersOf(next)
  return (
    isProfile(suite, next) &&
    now.length === stayed.length + change.added.length &&
    stayed.every((member) => isSameMember(member, memberAt(next, member.leaf)))
  )
}

function isSameMember(a: Member, b: Member | undefined): boolean {
  return b !== undefined && sameBytes(a.identity, b.identity) && sameBytes(a.signatureKey, b.signatureKey)
}
