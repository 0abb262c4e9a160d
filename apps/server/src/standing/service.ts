import { poolOf, trustLevel } from '@visavis/policy'
import { MINUTE, type Clock } from '@visavis/ports'
import type { AccountId, CallId } from '@visavis/wire'

/** How long a standing is used before it is asked for again: a seek follows a seek, and nothing in it is urgent. */
export const STANDING_KEPT_MS = 5 * MINUTE
/** Accounts whose standing is kept; beyond, the one asked for the longest ago is dropped. */
const STANDINGS_MAX = 20_000

/** What matching knows of a person's behaviour. Nobody is ever told theirs or another's, and no log line holds it. */
export type StandingOf = { readonly trust: number; readonly pool: 'general' | 'restricted' }

export type Standing = {
  /** Rejects when storage is away. */
  of(account: AccountId): Promise<StandingOf>
}

/** Each subject counts in its own tables; here only the counts meet. All reject when storage is away. */
export type StandingDeps = {
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  /** When the account was made; undefined when there is none. */
  readonly madeAtMs: (account: AccountId) => Promise<number | undefined>
  /** The latest calls of at least a minute, a bounded number. */
  readonly minuteCallsOf: (
    account: AccountId,
  ) => Promise<readonly { readonly callId: CallId; readonly partner: AccountId }[]>
  readonly blockersAmong: (blocked: AccountId, accounts: readonly AccountId[]) => Promise<ReadonlySet<AccountId>>
  readonly reportedIn: (reported: AccountId, calls: readonly CallId[]) => Promise<ReadonlySet<CallId>>
  readonly upheldAgainst: (
    account: AccountId,
  ) => Promise<{ readonly count: number; readonly latestAtMs: number | undefined }>
}

type Kept = { readonly standing: Promise<StandingOf>; readonly untilMs: number }

/**
 * The private standing of an account [M6]: what `policy` makes of its age, its good calls and its upheld reports. A good
 * call is policy rule PO6. Costs five bounded queries per account and `STANDING_KEPT_MS`, whatever number of seeks.
 */
export function createStanding(deps: StandingDeps): Standing {
  const { clock } = deps
  // In the order of asking, oldest first.
  const kept = new Map<AccountId, Kept>()

  function of(account: AccountId): Promise<StandingOf> {
    const nowMs = clock.monotonicMs()
    const known = kept.get(account)
    if (known && known.untilMs > nowMs) return known.standing
    const standing = load(deps, account)
    const fresh = { standing, untilMs: nowMs + STANDING_KEPT_MS }
    kept.delete(account)
    kept.set(account, fresh)
    // What could not be read is asked for again by the next seek.
    standing.catch(() => kept.get(account) === fresh && kept.delete(account))
    if (kept.size > STANDINGS_MAX) kept.delete(kept.keys().next().value ?? account)
    return standing
  }

  return { of }
}

async function load(deps: StandingDeps, account: AccountId): Promise<StandingOf> {
  const [madeAtMs, upheld, calls] = await Promise.all([
    deps.madeAtMs(account),
    deps.upheldAgainst(account),
    deps.minuteCallsOf(account),
  ])
  const [blockers, reported] = await Promise.all([
    deps.blockersAmong(account, [...new Set(calls.map((call) => call.partner))]),
    deps.reportedIn(
      account,
      calls.map((call) => call.callId),
    ),
  ])
  const nowMs = deps.clock.nowMs()
  const record = {
    accountAgeMs: Math.max(0, nowMs - (madeAtMs ?? nowMs)),
    goodCalls: calls.filter((call) => !blockers.has(call.partner) && !reported.has(call.callId)).length,
    upheldReports: upheld.count,
    cleanForMs: Math.max(0, nowMs - (upheld.latestAtMs ?? nowMs)),
  }
  return { trust: trustLevel(record), pool: poolOf(record) }
}
