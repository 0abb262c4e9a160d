import * as z from 'zod/mini'
import { FLAGS, type Context, type Flag } from './findings.ts'
import { fail, ok, type SafetyResult } from './result.ts'

/**
 * What is remembered of one conversation between messages, on the device and nowhere else: counts, which flags were found
 * when, and what the contact said about themselves. Plain JSON of bounded size; the caller keeps it, sealed. SPEC SF14, SF15, SF18.
 */
const count = z.number().check(z.int(), z.gte(0))
const event = z.strictObject({ flag: z.enum(FLAGS), at: count })
const claim = z.strictObject({
  topic: z.string().check(z.maxLength(40)),
  value: z.string().check(z.maxLength(80)),
  quote: z.string().check(z.maxLength(200)),
  at: count,
})
const stateFormat = z.strictObject({
  v: z.literal(1),
  messages: count,
  found: z.array(event).check(z.maxLength(24)),
  mine: z.array(event).check(z.maxLength(8)),
  claims: z.array(claim).check(z.maxLength(64)),
})

export type State = z.infer<typeof stateFormat>
export type Claim = z.infer<typeof claim>

export const FRESH_STATE: State = { v: 1, messages: 0, found: [], mine: [], claims: [] }

const FOUND_MAX = 24
const MINE_MAX = 8
export const CLAIMS_MAX = 64
/** An answer comes within so many messages of the question. */
const ANSWER_MESSAGES = 6
/** How long an earlier finding makes later evidence count for more. */
const ESCALATION_MESSAGES = 300
const LATE_MINUTES = 14 * 24 * 60
const LATE_MESSAGES = 2_000

/** A stored state, checked: it may be of another version or damaged. */
export function readState(json: unknown): SafetyResult<State> {
  const read = z.safeParse(stateFormat, json)
  return read.success ? ok(read.data) : fail('SAFETY_STATE_MALFORMED', read.error.issues[0]?.path.join('.') ?? '')
}

/** Whether the two know each other for long: two weeks, or two thousand messages where the time is not known. */
export function isLate(context: Context, state: State): boolean {
  if (context.minutesKnown !== undefined) return context.minutesKnown >= LATE_MINUTES
  return state.messages >= LATE_MESSAGES
}

/** Whether the user spoke of the same thing just before, so that it is an answer. */
export function wasAsked(state: State, flag: Flag): boolean {
  return state.mine.some((each) => each.flag === flag && state.messages - each.at < ANSWER_MESSAGES)
}

/** Whether one of the flags was found in this conversation not too long ago. */
export function wasFound(state: State, flags: readonly Flag[]): boolean {
  return state.found.some((each) => flags.includes(each.flag) && state.messages - each.at <= ESCALATION_MESSAGES)
}

/** The state after one more message. */
export function afterMessage(
  state: State,
  seen: { readonly found: readonly Flag[]; readonly mine: readonly Flag[]; readonly claims: readonly Claim[] },
): State {
  const at = state.messages
  const events = (flags: readonly Flag[]) => [...new Set(flags)].map((flag) => ({ flag, at }))
  return {
    v: 1,
    messages: at + 1,
    found: [...state.found, ...events(seen.found)].slice(-FOUND_MAX),
    mine: [...state.mine, ...events(seen.mine)].slice(-MINE_MAX),
    claims: [...seen.claims].slice(-CLAIMS_MAX),
  }
}
