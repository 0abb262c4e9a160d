import { MINUTE, type Relay } from '@visavis/ports'
import {
  CANDIDATES_PER_CALL_MAX,
  fail,
  ok,
  type CallId,
  type ClientFrameBody,
  type DeviceId,
  type Result,
} from '@visavis/wire'
import type { Deliver } from '../gateway/index.ts'
import type { TurnIssuer } from './legs.ts'
import type { LiveCalls } from './live-calls.ts'
import { transportOf } from './match.ts'
import type { CallRecords } from './records.ts'
import type { CallRecord } from './store.ts'

type Done = Result<Record<string, never>>

/**
 * What one side of a call may send the other through us. Every frame is authorised by its device being a side of the
 * live call it names; to anyone else that call does not exist (CALL_UNKNOWN).
 */
export function createSignalling(deps: {
  live: LiveCalls
  records: CallRecords
  deliver: Deliver
  relay?: Relay
  turn?: TurnIssuer
}) {
  const { live, records, deliver } = deps

  function end(device: DeviceId, body: ClientFrameBody<'call.end'>): Done {
    const place = live.placeOf(device, body.callId)
    if (place) live.endBySide(place, body.reason, 'left')
    // Ending what has just ended is no error: both may press at once, and a frame may come twice.
    else if (!wasIn(device, records.known(body.callId))) return fail('CALL_UNKNOWN')
    return ok({})
  }

  function applied(device: DeviceId, callId: CallId): Done {
    const place = live.placeOf(device, callId)
    if (!place) return fail('CALL_UNKNOWN')
    if (place.side.legId) deps.relay?.open(place.side.legId)
    return ok({})
  }

  function signal(device: DeviceId, body: ClientFrameBody<'call.signal'>): Done {
    const place = live.placeOf(device, body.callId)
    if (!place) return fail('CALL_UNKNOWN')
    deliver(place.side.other().deviceId, 'call.signal', body)
    return ok({})
  }

  function candidate(device: DeviceId, body: ClientFrameBody<'call.candidate'>): Done {
    const place = live.placeOf(device, body.callId)
    if (!place) return fail('CALL_UNKNOWN')
    const turned = transportOf(place.call.record) === 'turn'
    if (!turned || !deps.turn?.isRelayAddress(body.address)) return fail('CALL_ADDRESS_REFUSED')
    if (++place.side.candidates > CANDIDATES_PER_CALL_MAX) return fail('RATE_LIMITED', MINUTE)
    deliver(place.side.other().deviceId, 'call.candidate', body)
    return ok({})
  }

  function recipientOf(device: DeviceId, callId: CallId): Result<DeviceId> {
    const place = live.placeOf(device, callId)
    return place ? ok(place.side.other().deviceId) : fail('CALL_UNKNOWN')
  }

  return { end, applied, signal, candidate, recipientOf }
}

function wasIn(device: DeviceId, record: CallRecord | undefined): boolean {
  return record?.a.deviceId === device || record?.b.deviceId === device
}
