import type { Clock, Log } from '@visavis/ports'
import { CALL_ABSENCE_MS_MAX, type CallId, type DeviceId } from '@visavis/wire'
import type { Deliver } from '../gateway/index.ts'
import type { Legs } from './legs.ts'
import type { CallRecords } from './records.ts'
import type { CallRecord, CallSide, EndReason } from './store.ts'

export type Side = CallSide & {
  readonly other: () => Side
  cancelAbsence: (() => void) | undefined
  candidates: number
}
export type Live = { record: CallRecord; readonly a: Side; readonly b: Side }
export type Place = { readonly call: Live; readonly side: Side }

/** The calls that go on, and their ends. A device is in one call at most. */
export type LiveCalls = {
  readonly enter: (record: CallRecord) => Live
  /** The device's place in its call, if it is in one; with a call id, only in that one. */
  readonly placeOf: (device: DeviceId, callId?: CallId) => Place | undefined
  readonly all: () => readonly Live[]
  /** Ends a call. `told`: what each side hears, if anything. */
  readonly end: (call: Live, reason: EndReason, told: { a?: 'left' | 'lost'; b?: 'left' | 'lost' }) => void
  /** Ends a call as `side` wanted; only the partner hears of it. */
  readonly endBySide: (place: Place, reason: EndReason, told: 'left' | 'lost') => void
  /** Gives an absent side the time to come back. */
  readonly awaitReturn: (place: Place) => void
}

export function createLiveCalls(deps: {
  clock: Clock
  log: Log
  deliver: Deliver
  legs: Legs
  records: CallRecords
}): LiveCalls {
  const { clock, deliver } = deps
  const live = new Map<CallId, Live>()
  const byDevice = new Map<DeviceId, Live>()

  function enter(record: CallRecord): Live {
    const a: Side = { ...record.a, other: () => b, cancelAbsence: undefined, candidates: 0 }
    const b: Side = { ...record.b, other: () => a, cancelAbsence: undefined, candidates: 0 }
    const call: Live = { record, a, b }
    live.set(record.callId, call)
    byDevice.set(a.deviceId, call)
    byDevice.set(b.deviceId, call)
    return call
  }

  function placeOf(device: DeviceId, callId?: CallId): Place | undefined {
    const call = byDevice.get(device)
    if (!call || (callId !== undefined && call.record.callId !== callId)) return undefined
    return { call, side: call.a.deviceId === device ? call.a : call.b }
  }

  function end(call: Live, reason: EndReason, told: { a?: 'left' | 'lost'; b?: 'left' | 'lost' }): void {
    const { callId, startedAtMs } = call.record
    if (live.get(callId) !== call) return
    live.delete(callId)
    for (const side of [call.a, call.b]) {
      side.cancelAbsence?.()
      if (byDevice.get(side.deviceId) === call) byDevice.delete(side.deviceId)
      if (side.legId) deps.legs.release(side.legId)
    }
    call.record = { ...call.record, end: { atMs: Math.max(clock.nowMs(), startedAtMs), reason } }
    if (told.a) deliver(call.a.deviceId, 'call.ended', { callId, reason: told.a })
    if (told.b) deliver(call.b.deviceId, 'call.ended', { callId, reason: told.b })
    deps.records.put(call.record)
    deps.log.debug('call.ended', { call: callId, reason })
  }

  function endBySide({ call, side }: Place, reason: EndReason, told: 'left' | 'lost'): void {
    end(call, reason, side === call.a ? { b: told } : { a: told })
  }

  function awaitReturn(place: Place): void {
    place.side.cancelAbsence = clock.after(CALL_ABSENCE_MS_MAX, () => endBySide(place, 'lost', 'lost'))
  }

  return { enter, placeOf, all: () => [...live.values()], end, endBySide, awaitReturn }
}
