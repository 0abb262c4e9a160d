import { DAY, HOUR, MINUTE, type Clock, type Log, type Random, type Relay } from '@visavis/ports'
import {
  CALL_ABSENCE_MS_MAX,
  CANDIDATES_PER_CALL_MAX,
  EVIDENCE_WINDOW_MS,
  fail,
  MAILBOX_DAYS,
  ok,
  type AccountId,
  type CallId,
  type ClientFrameBody,
  type DeviceId,
  type LegId,
  type Mode,
  type RelayLease,
  type Result,
} from '@visavis/wire'
import type { Arrival, Deliver } from '../gateway/index.ts'
import { createLegs, type TurnIssuer } from './legs.ts'
import { describeMatch, transportOf, type Caller } from './match.ts'
import { drawPseudonyms } from './pseudonyms.ts'
import { createCallRecords, RECENT_PARTNER_MS } from './records.ts'
import type { CallRecord, CallSide, CallStore, EndReason } from './store.ts'

/** A call that a stopped server left open for longer than this is not taken up again. */
const TAKE_UP_MS_MAX = 6 * HOUR

export type CallsDeps = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly store: CallStore
  readonly deliver: Deliver
  /** The embedded relay. Without it `turn`; without both no call but a written one is possible [M13]. */
  readonly relay?: Relay
  readonly turn?: TurnIssuer
}

/** A call as someone who was in it may use it for a block or a report. */
export type OwnCall = {
  readonly callId: CallId
  readonly mode: Mode
  readonly startedAtMs: number
  readonly endedAtMs: number | undefined
  readonly partner: { readonly accountId: AccountId; readonly deviceId: DeviceId; readonly pseudonym: string }
}

type Side = CallSide & { readonly other: () => Side; cancelAbsence: (() => void) | undefined; candidates: number }
type Live = { record: CallRecord; readonly a: Side; readonly b: Side }

export type Calls = ReturnType<typeof createCalls>

/**
 * Live calls: who is in one with whom, over which legs, and what one side may send the other through us. Every frame is
 * authorised by the device being a side of the live call it names; to anyone else a call does not exist (CALL_UNKNOWN).
 * Account and device ids never leave through here.
 */
export function createCalls(deps: CallsDeps) {
  const { clock, random, log, deliver, relay } = deps
  const legs = createLegs(deps)
  const records = createCallRecords(deps)
  const live = new Map<CallId, Live>()
  const byDevice = new Map<DeviceId, Live>()

  /** Takes up the calls a former process left open. Resolves to what ends the housekeeping. */
  async function start(): Promise<() => void> {
    const nowMs = clock.nowMs()
    records.restore(await deps.store.startedSince(nowMs - RECENT_PARTNER_MS - EVIDENCE_WINDOW_MS))
    for (const record of await deps.store.live()) {
      const tooOld = record.startedAtMs < nowMs - TAKE_UP_MS_MAX
      if (tooOld || byDevice.has(record.a.deviceId) || byDevice.has(record.b.deviceId))
        records.put({ ...record, end: { atMs: nowMs, reason: 'lost' } })
      else takeUp(record)
    }
    prune()
    const ends = [clock.every(MINUTE, forgetPast), clock.every(HOUR, prune)]
    return () => ends.forEach((end) => end())
  }

  function takeUp(record: CallRecord): void {
    records.restore([record])
    const call = enter(record)
    const { a, b } = call
    if (a.legId && b.legId) {
      legs.adopt(a.deviceId, a.legId)
      legs.adopt(b.deviceId, b.legId)
      relay?.splice(a.legId, b.legId)
      relay?.open(a.legId)
      relay?.open(b.legId)
    }
    for (const side of [a, b]) side.cancelAbsence = clock.after(CALL_ABSENCE_MS_MAX, () => lose(call, side))
  }

  function forgetPast(): void {
    records.forgetPast()
    legs.forgetPast()
  }

  function prune(): void {
    deps.store
      .prune(clock.nowMs() - MAILBOX_DAYS * DAY)
      .catch((error: unknown) => log.warn('calls.prune-failed', { err: error }))
  }

  function enter(record: CallRecord): Live {
    const a: Side = { ...record.a, other: () => b, cancelAbsence: undefined, candidates: 0 }
    const b: Side = { ...record.b, other: () => a, cancelAbsence: undefined, candidates: 0 }
    const call: Live = { record, a, b }
    live.set(record.callId, call)
    byDevice.set(a.deviceId, call)
    byDevice.set(b.deviceId, call)
    return call
  }

  /** Joins two people. Both are told before anything is written: the row follows. */
  function open(first: Caller, second: Caller): CallId {
    const [pseudonymA, pseudonymB] = drawPseudonyms(random)
    const record: CallRecord = {
      callId: random.uuid() as CallId,
      mode: first.mode,
      a: sideOf(first, pseudonymA),
      b: sideOf(second, pseudonymB),
      startedAtMs: clock.nowMs(),
      end: undefined,
    }
    enter(record)
    if (record.a.legId && record.b.legId) relay?.splice(record.a.legId, record.b.legId)
    const creator = random.float() < 0.5 ? first : second
    deliver(first.deviceId, 'match.found', describeMatch(record, first, second, pseudonymB, creator === first))
    deliver(second.deviceId, 'match.found', describeMatch(record, second, first, pseudonymA, creator === second))
    records.put(record)
    log.debug('call.opened', { call: record.callId })
    return record.callId
  }

  function sideOf(caller: Caller, pseudonym: string): CallSide {
    return { accountId: caller.accountId, deviceId: caller.deviceId, legId: caller.legId ?? null, pseudonym }
  }

  /** `told`: what each side hears, if anything. */
  function end(call: Live, reason: EndReason, told: { a?: 'left' | 'lost'; b?: 'left' | 'lost' }): void {
    const { callId } = call.record
    if (live.get(callId) !== call) return
    live.delete(callId)
    for (const side of [call.a, call.b]) {
      side.cancelAbsence?.()
      if (byDevice.get(side.deviceId) === call) byDevice.delete(side.deviceId)
      if (side.legId) legs.release(side.legId)
    }
    call.record = { ...call.record, end: { atMs: Math.max(clock.nowMs(), call.record.startedAtMs), reason } }
    if (told.a) deliver(call.a.deviceId, 'call.ended', { callId, reason: told.a })
    if (told.b) deliver(call.b.deviceId, 'call.ended', { callId, reason: told.b })
    records.put(call.record)
    log.debug('call.ended', { call: callId, reason })
  }

  /** Ends a call for the partner of `side`, and for nobody else to hear. */
  function endFor(call: Live, side: Side, reason: EndReason, told: 'left' | 'lost'): void {
    end(call, reason, side === call.a ? { b: told } : { a: told })
  }

  function lose(call: Live, side: Side): void {
    endFor(call, side, 'lost', 'lost')
  }

  function sideIn(device: DeviceId, callId: CallId): { call: Live; side: Side } | undefined {
    const call = byDevice.get(device)
    if (!call || call.record.callId !== callId) return undefined
    return { call, side: call.a.deviceId === device ? call.a : call.b }
  }

  function endBy(device: DeviceId, body: ClientFrameBody<'call.end'>): Result<Record<string, never>> {
    const found = sideIn(device, body.callId)
    if (found) endFor(found.call, found.side, body.reason, 'left')
    // Ending what has just ended is no error: both may press at once, and a frame may come twice.
    else if (!wasIn(device, records.known(body.callId))) return fail('CALL_UNKNOWN')
    return ok({})
  }

  function applied(device: DeviceId, callId: CallId): Result<Record<string, never>> {
    const found = sideIn(device, callId)
    if (!found) return fail('CALL_UNKNOWN')
    if (found.side.legId) relay?.open(found.side.legId)
    return ok({})
  }

  function signal(device: DeviceId, body: ClientFrameBody<'call.signal'>): Result<Record<string, never>> {
    const found = sideIn(device, body.callId)
    if (!found) return fail('CALL_UNKNOWN')
    deliver(found.side.other().deviceId, 'call.signal', body)
    return ok({})
  }

  function candidate(device: DeviceId, body: ClientFrameBody<'call.candidate'>): Result<Record<string, never>> {
    const found = sideIn(device, body.callId)
    if (!found) return fail('CALL_UNKNOWN')
    const turned = transportOf(found.call.record) === 'turn'
    if (!turned || !deps.turn?.isRelayAddress(body.address)) return fail('CALL_ADDRESS_REFUSED')
    if (++found.side.candidates > CANDIDATES_PER_CALL_MAX) return fail('RATE_LIMITED', MINUTE)
    deliver(found.side.other().deviceId, 'call.candidate', body)
    return ok({})
  }

  /** Whether a ticket of this device could be served: its relay leg is its own, fresh and free. */
  function readyFor(device: DeviceId, mode: Mode, legId: LegId | undefined): Result<Record<string, never>> {
    if (byDevice.has(device)) return fail('MATCH_IN_CALL')
    if (mode === 'text') return ok({})
    if (legs.kind === 'none') return fail('RELAY_UNAVAILABLE')
    if (legs.kind === 'turn') return legId ? fail('MATCH_TICKET_INVALID') : ok({})
    return legId && legs.owns(device, legId) ? ok({}) : fail('RELAY_UNAVAILABLE')
  }

  function recipientOf(device: DeviceId, callId: CallId): Result<DeviceId> {
    const found = sideIn(device, callId)
    return found ? ok(found.side.other().deviceId) : fail('CALL_UNKNOWN')
  }

  /** For the answer of `hello`. A fresh session that does not name its device's call has lost it for good. */
  function liveCalls(device: DeviceId, named: readonly CallId[], resumed: boolean): CallId[] {
    const call = byDevice.get(device)
    if (!call) return []
    const { callId } = call.record
    if (named.includes(callId)) return [callId]
    if (!resumed) lose(call, call.a.deviceId === device ? call.a : call.b)
    return []
  }

  function deviceAway(device: DeviceId): void {
    const call = byDevice.get(device)
    if (!call) return
    const side = call.a.deviceId === device ? call.a : call.b
    if (side.cancelAbsence) return
    side.cancelAbsence = clock.after(CALL_ABSENCE_MS_MAX, () => lose(call, side))
    deliver(side.other().deviceId, 'call.peer', { callId: call.record.callId, state: 'away' })
  }

  function deviceBack(device: DeviceId, arrival: Arrival): void {
    const call = byDevice.get(device)
    if (!arrival.resumed) legs.releaseOthers(device, legOf(call, device))
    if (!call) return
    const side = call.a.deviceId === device ? call.a : call.b
    if (!side.cancelAbsence) return
    side.cancelAbsence()
    side.cancelAbsence = undefined
    deliver(side.other().deviceId, 'call.peer', { callId: call.record.callId, state: 'back' })
  }

  function deviceGone(device: DeviceId): void {
    const call = byDevice.get(device)
    if (call) lose(call, call.a.deviceId === device ? call.a : call.b)
    legs.releaseOthers(device, null)
  }

  /** Ends every live call between two accounts, on all their devices. What is told is what any leaving tells [M7]. */
  function closeBetween(one: AccountId, other: AccountId): void {
    for (const call of [...live.values()]) {
      const { a, b } = call.record
      const between = (a.accountId === one && b.accountId === other) || (a.accountId === other && b.accountId === one)
      if (between) end(call, 'block', { a: 'left', b: 'left' })
    }
  }

  /** The call, if this account was in it and it is not over for longer than the evidence window. */
  async function callForReport(callId: CallId, accountId: AccountId, nowMs: number): Promise<OwnCall | undefined> {
    const record = await records.find(callId)
    if (!record) return undefined
    if (record.end && nowMs - record.end.atMs > EVIDENCE_WINDOW_MS) return undefined
    const partner =
      record.a.accountId === accountId ? record.b : record.b.accountId === accountId ? record.a : undefined
    if (!partner) return undefined
    const { mode, startedAtMs } = record
    const { accountId: partnerId, deviceId, pseudonym } = partner
    const endedAtMs = record.end?.atMs
    return { callId, mode, startedAtMs, endedAtMs, partner: { accountId: partnerId, deviceId, pseudonym } }
  }

  return {
    start,
    open,
    lease: (device: DeviceId, legId: LegId | undefined): Result<RelayLease> => legs.lease(device, legId),
    applied,
    signal,
    candidate,
    end: endBy,
    readyFor,
    recipientOf,
    liveCalls,
    deviceAway,
    deviceBack,
    deviceGone,
    closeBetween,
    callForReport,
    recentPartners: records.recentPartners,
    inCall: (device: DeviceId): boolean => byDevice.has(device),
    count: (): number => live.size,
    settled: records.settled,
  }
}

function legOf(call: Live | undefined, device: DeviceId): LegId | null {
  if (!call) return null
  return call.a.deviceId === device ? call.a.legId : call.b.legId
}

function wasIn(device: DeviceId, record: CallRecord | undefined): boolean {
  return record?.a.deviceId === device || record?.b.deviceId === device
}
