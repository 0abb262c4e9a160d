import type { Patience } from './patience.ts'
import type { Place, Shelf } from './shelf.ts'
import type { Ticket } from './ticket.ts'

/** One account with its waiting tickets. Lives only while it has any. */
export type Account = {
  readonly id: string
  readonly seats: Set<Seat>
  /** Blocks made while waiting, beside those the tickets brought. */
  readonly blocks: Set<string>
  /** Number of the tick in which one of the tickets was paired; the others sit that tick out. */
  heldTick: number
}

/** A waiting ticket, prepared for comparing: words are numbers, sets are bits. */
export type Seat = {
  readonly ticket: Ticket
  readonly account: Account
  readonly shelf: Shelf
  readonly serial: number
  /** Sorted numbers; the bits are their low five bits, to see quickly that two lists have nothing in common. */
  readonly languages: readonly number[]
  readonly languageBits: number
  readonly interests: readonly number[]
  readonly interestBits: number
  readonly companyBit: number
  readonly wishBits: number
  readonly noBits: number
  readonly wantBits: number
  readonly trust: number
  readonly region: number
  readonly continent: number
  readonly sinceMs: number
  readonly patience: Patience
  readonly places: Place[]
  /** Lowest score accepted now; 0 means anybody compatible. */
  scoreMin: number
  wakeAtMs: number
  queued: boolean
  gone: boolean
  /** The last scan that looked at this seat, so that no scan looks twice. */
  seenInScan: number
}

export const SCORE_BASE = 1
export const SCORE_PER_INTEREST = 6
export const SCORED_INTERESTS_MAX = 4
export const SCORE_SAME_REGION = 5
export const SCORE_SAME_CONTINENT = 2
export const SCORE_PER_FURTHER_LANGUAGE = 2
export const SCORED_FURTHER_LANGUAGES_MAX = 2
export const SCORE_SAME_TRUST = 3
/** One point of weight for this much waiting, when several compete for the same person. */
export const FAIRNESS_POINT_MS = 2_000
const FAIRNESS_POINTS_MAX = 1_000_000

export const NEVER = Number.POSITIVE_INFINITY

/** Low five bits of each number as a set. */
export function bitsOf(ids: readonly number[]): number {
  return ids.reduce((bits, id) => bits | (1 << (id & 31)), 0)
}

/** How many numbers two sorted lists share. */
export function sharedCount(a: readonly number[], b: readonly number[]): number {
  let shared = 0
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const left = a[i] as number
    const right = b[j] as number
    if (left === right) shared += 1
    if (left <= right) i += 1
    if (right <= left) j += 1
  }
  return shared
}

/**
 * From when these two may meet: -Infinity when nothing ever stood between them, the end of a cool-down in ms, or NEVER.
 * All hard constraints are here and nowhere softened (age and sanctions are refused at the door). SPEC MT5-MT10.
 */
export function meetFromMs(a: Seat, b: Seat): number {
  if (a.account === b.account || a.shelf !== b.shelf) return NEVER
  if ((a.wishBits & b.companyBit) === 0 || (b.wishBits & a.companyBit) === 0) return NEVER
  if ((a.noBits & b.wantBits) !== 0 || (b.noBits & a.wantBits) !== 0) return NEVER
  if ((a.languageBits & b.languageBits) === 0 || sharedCount(a.languages, b.languages) === 0) return NEVER
  if (blocks(a, b.account.id) || blocks(b, a.account.id)) return NEVER
  return Math.max(coolDownEndMs(a, b.account.id), coolDownEndMs(b, a.account.id))
}

function blocks(seat: Seat, accountId: string): boolean {
  const { blocked } = seat.ticket
  return (
    (blocked.size > 0 && blocked.has(accountId)) || (seat.account.blocks.size > 0 && seat.account.blocks.has(accountId))
  )
}

function coolDownEndMs(seat: Seat, accountId: string): number {
  const { recent } = seat.ticket
  return recent.size === 0 ? Number.NEGATIVE_INFINITY : (recent.get(accountId) ?? Number.NEGATIVE_INFINITY)
}

/** How well two compatible people suit each other, SCORE_BASE and up; the same from both sides. SPEC MT11. */
export function scoreOf(a: Seat, b: Seat): number {
  const interests = (a.interestBits & b.interestBits) === 0 ? 0 : sharedCount(a.interests, b.interests)
  const furtherLanguages =
    a.languages.length === 1 || b.languages.length === 1 ? 0 : sharedCount(a.languages, b.languages) - 1
  return (
    SCORE_BASE +
    SCORE_PER_INTEREST * Math.min(SCORED_INTERESTS_MAX, interests) +
    nearness(a, b) +
    SCORE_PER_FURTHER_LANGUAGE * Math.min(SCORED_FURTHER_LANGUAGES_MAX, furtherLanguages) +
    (SCORE_SAME_TRUST - Math.abs(a.trust - b.trust))
  )
}

function nearness(a: Seat, b: Seat): number {
  if (a.region === b.region) return SCORE_SAME_REGION
  return a.continent === b.continent ? SCORE_SAME_CONTINENT : 0
}

/** Whether the softer of the two accepts this score: the one who has waited long decides for both. SPEC MT12. */
export function accepts(a: Seat, b: Seat, score: number): boolean {
  return score >= Math.min(a.scoreMin, b.scoreMin)
}

/** Points for waiting. Grows without end, so that nobody loses for ever to people who score higher. SPEC MT16. */
export function fairnessOf(seat: Seat, nowMs: number): number {
  return Math.min(FAIRNESS_POINTS_MAX, Math.floor(waitedMs(seat, nowMs) / FAIRNESS_POINT_MS))
}

export function waitedMs(seat: Seat, nowMs: number): number {
  return Math.max(0, nowMs - seat.sinceMs)
}
