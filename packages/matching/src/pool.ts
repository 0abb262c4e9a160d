import { createAccounts } from './accounts.ts'
import { createAlarms } from './alarms.ts'
import { createPairer, EVALUATIONS_PER_TICK_MAX } from './pairer.ts'
import type { Pairing } from './pairer.ts'
import { boundMsOf, patienceFor } from './patience.ts'
import type { Patience } from './patience.ts'
import { waitedMs } from './seat.ts'
import type { Seat } from './seat.ts'
import { createSeating } from './seating.ts'
import { createShelves, putOnShelf, takeFromShelf } from './shelf.ts'
import { refusalOf, TICKETS_PER_ACCOUNT_MAX } from './ticket.ts'
import type { Refusal, Ticket } from './ticket.ts'

export type SeekOutcome =
  | { readonly kind: 'added' }
  /** A ticket with this id was waiting; it is replaced, its place by waiting time goes on as the new one says. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'refused'; readonly reason: Refusal }

export type Waiting = {
  readonly waitedMs: number
  /** From this wait on any compatible person is taken, counted from `seekingSinceMs`. */
  readonly boundMs: number
  readonly company: 'alone' | 'few' | 'some' | 'many'
}

export type PoolOptions = {
  /** Chooses where samples start; the same seed and calls give the same pairs. */
  readonly seed?: number
  readonly ticketsMax?: number
  /** Work of one tick in comparisons of two people; the rest is carried over to the next. */
  readonly evaluationsPerTickMax?: number
  /** Fixed patience for everybody, in place of the one chosen by how lively the pool is. */
  readonly patience?: Patience
}

export type Pool = {
  seek(ticket: Ticket, nowMs: number): SeekOutcome
  /** Whether the ticket was waiting. */
  leave(ticketId: string): boolean
  /** New pairs, each ticket at most once; both have left the pool. */
  tick(nowMs: number): Pairing[]
  waiting(ticketId: string, nowMs: number): Waiting | undefined
  /** Keeps two accounts apart from now on, whichever of them waits. */
  block(accountA: string, accountB: string): void
  size(): number
  /** Whether a tick at this time would have anything to look at. */
  idle(nowMs: number): boolean
  /** Sizes of the inner tables, for metrics and for tests that nothing is left behind. */
  holdings(): { tickets: number; accounts: number; shelves: number; words: number; alarms: number }
}

export const TICKETS_MAX = 200_000
export const FEW_MIN = 1
export const SOME_MIN = 10
export const MANY_MIN = 100

/**
 * The pool: a deterministic state machine, without clock, chance or network. SPEC.md says what it promises. It owns who
 * waits; `pairer.ts` decides who meets.
 */
export function createPool(options: PoolOptions = {}): Pool {
  const ticketsMax = options.ticketsMax ?? TICKETS_MAX
  const seats = new Map<string, Seat>()
  const accounts = createAccounts()
  const shelves = createShelves()
  const seating = createSeating()
  const alarms = createAlarms()
  const pairer = createPairer({
    alarms,
    remove,
    random32: createRandom32(options.seed ?? 1),
    evaluationsPerTickMax: options.evaluationsPerTickMax ?? EVALUATIONS_PER_TICK_MAX,
  })
  const time = createForwardTime()

  function seek(ticket: Ticket, callMs: number): SeekOutcome {
    const nowMs = time.advance(callMs)
    const older = seats.get(ticket.ticketId)
    // An id of somebody else's ticket must not push that ticket out.
    if (older !== undefined && older.account.id !== ticket.accountId) return refused('malformed')
    const reason = refusalOf(ticket) ?? (older === undefined && isFull(ticket) ? 'full' : undefined)
    const seat = reason === undefined ? sit(ticket, nowMs) : undefined
    if (seat !== undefined) accounts.add(seat)
    if (older !== undefined) remove(older)
    if (seat === undefined) return refused(reason ?? 'malformed')
    seats.set(ticket.ticketId, seat)
    putOnShelf(seat.shelf, seat)
    pairer.joined(seat, nowMs)
    return { kind: older === undefined ? 'added' : 'replaced' }
  }

  function isFull(ticket: Ticket): boolean {
    return seats.size >= ticketsMax || accounts.ticketsOf(ticket.accountId) >= TICKETS_PER_ACCOUNT_MAX
  }

  function sit(ticket: Ticket, nowMs: number): Seat | undefined {
    const shelf = shelves.shelfFor(ticket.mode, ticket.pool, nowMs)
    shelf.liveliness.arrived(nowMs)
    const patience = options.patience ?? patienceFor(shelf.liveliness.recent(nowMs))
    const sinceMs = Math.min(Math.floor(ticket.seekingSinceMs), Math.floor(nowMs))
    return seating.sit(ticket, accounts.accountFor(ticket.accountId), shelf, sinceMs, patience)
  }

  function remove(seat: Seat): void {
    seat.gone = true
    alarms.set(seat, Number.POSITIVE_INFINITY)
    takeFromShelf(seat.shelf, seat)
    seating.stand(seat)
    if (seats.get(seat.ticket.ticketId) === seat) seats.delete(seat.ticket.ticketId)
    accounts.remove(seat)
  }

  return {
    seek,
    leave(ticketId) {
      const seat = seats.get(ticketId)
      if (seat !== undefined) remove(seat)
      return seat !== undefined
    },
    tick: (nowMs) => pairer.tick(time.advance(nowMs)),
    waiting(ticketId, nowMs) {
      const seat = seats.get(ticketId)
      return seat === undefined ? undefined : waitingOf(seat, nowMs)
    },
    block: (accountA, accountB) => accounts.block(accountA, accountB),
    size: () => seats.size,
    idle: (nowMs) => pairer.idle(time.peek(nowMs)),
    holdings() {
      const held = { accounts: accounts.size(), shelves: shelves.size(), words: seating.words(), alarms: alarms.size() }
      return { tickets: seats.size, ...held }
    },
  }
}

/** Time never runs backwards here, whatever the nodes' clocks say. A time that is no number is a bug and throws. */
function createForwardTime() {
  let latestMs = 0
  const peek = (nowMs: number): number => {
    if (!Number.isFinite(nowMs)) throw new Error('the time is not a number')
    return Math.max(latestMs, nowMs)
  }
  return {
    peek,
    advance: (nowMs: number): number => (latestMs = peek(nowMs)),
  }
}

function waitingOf(seat: Seat, nowMs: number): Waiting {
  return { waitedMs: waitedMs(seat, nowMs), boundMs: boundMsOf(seat.patience), company: companyOf(seat) }
}

function refused(reason: Refusal): SeekOutcome {
  return { kind: 'refused', reason }
}

/**
 * How many others wait in the same pool and mode and share a language, coarsely. Counted for the language with most
 * people, without one's own other tickets, so `alone` is exact.
 */
function companyOf(seat: Seat): Waiting['company'] {
  const own = [...seat.account.seats].filter((other) => other.shelf === seat.shelf)
  const counts = seat.languages.map((language) => {
    const mine = own.filter((other) => other.languages.includes(language)).length
    return (seat.shelf.tongues.get(language)?.count ?? 0) - mine
  })
  const others = Math.max(...counts)
  if (others < FEW_MIN) return 'alone'
  if (others < SOME_MIN) return 'few'
  return others < MANY_MIN ? 'some' : 'many'
}

/** A 32-bit xorshift (Marsaglia 2003): not secret, only spread. */
function createRandom32(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
