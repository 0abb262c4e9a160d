import type { DeviceListener } from '../gateway/index.ts'
import type { Calls } from './service.ts'

export { createCallFrames } from './frames.ts'
export type { TurnIssuer } from './legs.ts'
export type { Caller } from './match.ts'
export { createCallReceipts, type CallReceipts, type Met } from './receipts.ts'
export { createCalls, type Calls, type CallsDeps, type OwnCall } from './service.ts'
export {
  createCallStore,
  MINUTE_CALL_MS,
  MINUTE_CALLS_MAX,
  type CallRecord,
  type CallSide,
  type CallStore,
  type CallTables,
  type MinuteCall,
  type EndReason,
} from './store.ts'

/** What calls do when devices come and go. */
export function callsListener(calls: Calls): DeviceListener {
  return {
    deviceAway: (person) => calls.deviceAway(person.deviceId),
    deviceBack: (person, arrival) => calls.deviceBack(person.deviceId, arrival),
    deviceGone: (person) => calls.deviceGone(person.deviceId),
  }
}
