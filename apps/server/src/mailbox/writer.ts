import { SECOND, type Clock, type Log } from '@visavis/ports'
import type { ConversationId } from '@visavis/wire'
import type { Inboxes } from './inboxes.ts'
import { createPositions, type Draft, type Posting } from './postings.ts'
import { createSequence } from './sequence.ts'
import type { Claim, InsertOutcome, MailboxStore } from './store.ts'
import { keyOf, type StoredMessage } from './stored.ts'

const RETRY_MS = SECOND
/** A message to a full group has sixty rows; a statement with more of them than this would keep the others waiting. */
const ROWS_MAX = 4_096
/** Each round means that another node changed the same conversation in that moment. */
const ROUNDS_MAX = 8

/** Stores rows in a transaction of the caller's, in the one order of this mailbox. */
export type Press = {
  number(drafts: readonly Draft[]): Promise<readonly StoredMessage[]>
  /** They are stored: hands them on. */
  stored(rows: readonly StoredMessage[]): void
  /** Nobody knows whether they are stored. */
  doubted(rows: readonly StoredMessage[]): void
}

/** One thing after the other: a message, or work that must not share its place in the order with anything. */
export type Job =
  | { readonly kind: 'post'; readonly posting: Posting<unknown> }
  | { readonly kind: 'alone'; readonly work: (press: Press) => Promise<unknown> }
export type Settled = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown }

/** What the owner of the conversations is told of storage. */
export type ChannelWatch = {
  /** Positions up to `last` are taken. */
  advanced(claim: Claim): void
  /** What memory believes of it is not, or may not be, what storage says. */
  stale(conversation: ConversationId): void
}

type Waiting = { readonly posting: Posting<unknown>; readonly index: number }
type Round = { readonly at: Waiting; readonly rows: readonly StoredMessage[]; readonly answer: unknown }

/**
 * Writes batches: makes them ready, numbers them, stores them, and hands on what was stored, in that order and no other.
 * Where a conversation's order is concerned, storage has the last word: a batch says what it believes, and what storage
 * contradicts is made ready again.
 *
 * One writer per process. Equal nodes would need the numbers per device (sequence.ts) in storage too, or conversations
 * that belong to one node each; positions and versions are safe with several.
 */
export function createWriter(deps: {
  readonly clock: Clock
  readonly log: Log
  readonly store: MailboxStore
  readonly inboxes: Inboxes
  readonly watch: ChannelWatch
}) {
  const { clock, log, store, inboxes, watch } = deps
  const sequence = createSequence({ clock, nextEpoch: store.nextEpoch })
  const press: Press = { number, stored: (rows) => rows.forEach(inboxes.stored), doubted }

  async function write(jobs: readonly Job[]): Promise<readonly Settled[]> {
    const settled: Settled[] = []
    let posts: Waiting[] = []
    for (const [index, job] of jobs.entries()) {
      if (job.kind === 'post') {
        posts.push({ posting: job.posting, index })
        continue
      }
      await writePosts(posts, settled)
      posts = []
      settled[index] = await settle(job.work(press))
    }
    await writePosts(posts, settled)
    return settled
  }

  async function writePosts(posts: readonly Waiting[], settled: Settled[]): Promise<void> {
    let left = posts
    try {
      for (let round = 0; left.length > 0; round++) {
        if (round >= ROUNDS_MAX + posts.length) throw new Error('a conversation never came to rest')
        left = await writeRound(left, settled)
      }
    } catch (error) {
      log.warn('mailbox.write-failed', { count: left.length, err: error })
      for (const { index } of left) settled[index] ??= { ok: false, error }
    }
  }

  /** Stores what it can in one statement and returns what is left to do. */
  async function writeRound(posts: readonly Waiting[], settled: Settled[]): Promise<readonly Waiting[]> {
    const waits = posts.flatMap(({ posting }) => posting.ready() ?? [])
    if (waits.length > 0) await Promise.all(waits)
    while (!sequence.isReady()) await sequence.ready()
    const positions = createPositions()
    const rounds: Round[] = []
    const rows: StoredMessage[] = []
    let taken = 0
    for (const at of posts) {
      if (rows.length >= ROWS_MAX) break
      const prepared = at.posting.prepare(positions)
      // What comes after it may be of the same conversation, so it must not overtake.
      if (prepared.kind === 'late') break
      taken++
      if (prepared.kind === 'refused') settled[at.index] = { ok: true, value: prepared.answer }
      else {
        const numbered = prepared.drafts.map(numberedNow)
        rows.push(...numbered)
        rounds.push({ at, rows: numbered, answer: prepared.answer })
      }
    }
    if (rounds.length === 0) return posts.slice(taken)
    const again = await insertRound(rounds, rows, positions.claims(), settled)
    return [...again, ...posts.slice(taken)]
  }

  async function insertRound(
    rounds: readonly Round[],
    rows: readonly StoredMessage[],
    claims: readonly Claim[],
    settled: Settled[],
  ): Promise<readonly Waiting[]> {
    let outcome: InsertOutcome
    try {
      outcome = await store.insert(rows, claims)
    } catch (error) {
      for (const { channel } of claims) watch.stale(channel)
      doubted(rows)
      throw error
    }
    if (outcome.kind === 'known') return resolveKnown(rounds, outcome.known, settled)
    const moved = outcome.kind === 'moved' ? outcome.channels : new Set<ConversationId>()
    for (const claim of claims) {
      if (moved.has(claim.channel)) watch.stale(claim.channel)
      else watch.advanced(claim)
    }
    return rounds.flatMap(({ at, rows: mine, answer }) => {
      const [first] = mine
      if (first && first.kind !== 'call' && moved.has(first.conversationId)) return [at]
      for (const row of mine) inboxes.stored(row)
      settled[at.index] = { ok: true, value: answer }
      return []
    })
  }

  async function resolveKnown(
    rounds: readonly Round[],
    known: readonly StoredMessage[],
    settled: Settled[],
  ): Promise<readonly Waiting[]> {
    const firsts = new Map(known.map((row) => [keyOf(row), row]))
    const left: Waiting[] = []
    for (const { at, rows } of rounds) {
      const first = firsts.get(keyOf(at.posting))
      if (!first) {
        left.push(at)
        continue
      }
      // Perhaps from a write that was thought to have failed: then it was never offered.
      for (const row of rows) recover(row)
      settled[at.index] = await settle(Promise.resolve(at.posting.known(first)))
    }
    return left
  }

  /** It may be written all the same. Nothing later may overtake it, so its recipients are read from storage next. */
  function doubted(rows: readonly StoredMessage[]): void {
    for (const row of rows) inboxes.doubt(row.recipientDevice)
    clock.after(RETRY_MS, () => rows.forEach((row) => inboxes.resume(row.recipientDevice)))
  }

  function recover({ recipientDevice }: StoredMessage): void {
    inboxes.doubt(recipientDevice)
    inboxes.resume(recipientDevice)
  }

  async function number(drafts: readonly Draft[]): Promise<readonly StoredMessage[]> {
    while (!sequence.isReady()) await sequence.ready()
    return drafts.map(numberedNow)
  }

  function numberedNow(draft: Draft): StoredMessage {
    const seq = sequence.next(draft.recipientDevice)
    if (seq === undefined) throw new Error('the epoch of sequence numbers ended within a batch')
    return { ...draft, seq }
  }

  return write
}

async function settle(work: Promise<unknown>): Promise<Settled> {
  try {
    return { ok: true, value: await work }
  } catch (error) {
    return { ok: false, error }
  }
}
