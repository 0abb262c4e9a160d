import type { CallId, DeviceId } from '@visavis/wire'
import type { Arrival, Deliver } from '../gateway/index.ts'
import type { Legs } from './legs.ts'
import type { LiveCalls } from './live-calls.ts'

/** What calls make of devices that go and come. */
export function createPresence(deps: { live: LiveCalls; legs: Legs; deliver: Deliver }) {
  const { live, legs, deliver } = deps

  /** For the answer of `hello`. A fresh session that does not name its device's call has lost it for good. */
  function liveCalls(device: DeviceId, named: readonly CallId[], resumed: boolean): CallId[] {
    const place = live.placeOf(device)
    if (!place) return []
    const { callId } = place.call.record
    if (named.includes(callId)) return [callId]
    if (!resumed) live.endBySide(place, 'lost', 'lost')
    return []
  }

  function deviceAway(device: DeviceId): void {
    const place = live.placeOf(device)
    if (!place || place.side.cancelAbsence) return
    live.awaitReturn(place)
    const { callId } = place.call.record
    deliver(place.side.other().deviceId, 'call.peer', { callId, state: 'away' })
  }

  function deviceBack(device: DeviceId, arrival: Arrival): void {
    const place = live.placeOf(device)
    if (!arrival.resumed) legs.releaseOthers(device, place?.side.legId ?? null)
    if (!place?.side.cancelAbsence) return
    place.side.cancelAbsence()
    place.side.cancelAbsence = undefined
    const { callId } = place.call.record
    deliver(place.side.other().deviceId, 'call.peer', { callId, state: 'back' })
  }

  function deviceGone(device: DeviceId): void {
    const place = live.placeOf(device)
    if (place) live.endBySide(place, 'lost', 'lost')
    legs.releaseOthers(device, null)
  }

  return { liveCalls, deviceAway, deviceBack, deviceGone }
}
