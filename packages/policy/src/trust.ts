/**
 * A private trust level, 0 to 3 [M6]. It is never shown, not even to the person, and never says who somebody is: it grows with
 * time that passed without an upheld report, and falls at once with one.
 *
 * Linear time alone could be farmed by idle accounts, so calls that went well are asked for too; the counts are small
 * because the aim is to tell the newest accounts apart, not to rank people.
 */
export type Record = {
  readonly accountAgeMs: number
  /** Calls of at least a minute after which nobody blocked or reported this person. */
  readonly goodCalls: number
  readonly upheldReports: number
  /** Since the latest upheld report; ignored without one. */
  readonly cleanForMs: number
}

export const TRUST_MAX = 3
const DAY_MS = 24 * 60 * 60_000
/** An upheld report weighs for this long, each. */
export const UPHELD_WEIGHS_MS = 90 * DAY_MS

const STEPS = [
  { ageMs: DAY_MS, goodCalls: 3 },
  { ageMs: 7 * DAY_MS, goodCalls: 10 },
  { ageMs: 30 * DAY_MS, goodCalls: 30 },
] as const

export function trustLevel(record: Record): number {
  if (weighs(record)) return 0
  let level = 0
  for (const step of STEPS) if (record.accountAgeMs >= step.ageMs && record.goodCalls >= step.goodCalls) level++
  return level
}

/** The pool a person is matched in: people with a weighing upheld report meet each other only. */
export function poolOf(record: Record): 'general' | 'restricted' {
  return weighs(record) ? 'restricted' : 'general'
}

function weighs(record: Record): boolean {
  return record.upheldReports > 0 && record.cleanForMs < record.upheldReports * UPHELD_WEIGHS_MS
}
