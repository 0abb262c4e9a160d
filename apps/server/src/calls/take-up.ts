import { DAY, HOUR, MINUTE, type Clock, type Log, type Relay } from '@visavis/ports'
import { EVIDENCE_WINDOW_MS, MAILBOX_DAYS } from '@visavis/wire'
import type { Legs } from './legs.ts'
import type { LiveCalls } from './live-calls.ts'
import type { CallRecords } from './records.ts'
import type { CallRecord, CallStore } from './store.ts'

/** A call that a stopped server left open for longer than this is not taken up again. */
const TAKE_UP_MS_MAX = 6 * HOUR

type Deps = {
  readonly clock: Clock
  readonly log: Log
  readonly store: CallStore
  readonly meetAgainMs: number
  readonly relay?: Relay
  readonly legs: Legs
  readonly live: LiveCalls
  readonly records: CallRecords
}

/** Takes up the calls a former process left open, and begins to delete what is too old. Resolves to what ends that. */
export async function takeUpCalls(deps: Deps): Promise<() => void> {
  const { clock, log, store, records, live } = deps
  const nowMs = clock.nowMs()
  records.restore(await store.startedSince(nowMs - deps.meetAgainMs - EVIDENCE_WINDOW_MS))
  for (const record of await store.live()) {
    const tooOld = record.startedAtMs < nowMs - TAKE_UP_MS_MAX
    if (tooOld || live.placeOf(record.a.deviceId) || live.placeOf(record.b.deviceId))
      records.put({ ...record, end: { atMs: Math.max(nowMs, record.startedAtMs), reason: 'lost' } })
    else takeUp(deps, record)
  }

  function prune(): void {
    store
      .prune(clock.nowMs() - MAILBOX_DAYS * DAY)
      .catch((error: unknown) => log.warn('calls.prune-failed', { err: error }))
  }

  function forgetPast(): void {
    records.forgetPast()
    deps.legs.forgetPast()
  }

  prune()
  const ends = [clock.every(MINUTE, forgetPast), clock.every(HOUR, prune)]
  return () => ends.forEach((end) => end())
}

/** Both sides count as away until they say hello; their legs go on meanwhile. */
function takeUp({ legs, live, records, relay }: Deps, record: CallRecord): void {
  records.restore([record])
  const call = live.enter(record)
  const { a, b } = call
  if (a.legId && b.legId) {
    legs.adopt(a.deviceId, a.legId)
    legs.adopt(b.deviceId, b.legId)
    relay?.splice(a.legId, b.legId)
    relay?.open(a.legId)
    relay?.open(b.legId)
  }
  for (const side of [a, b]) live.awaitReturn({ call, side })
}
