import type { DeviceListener } from '../gateway/index.ts'
import type { Matching } from './service.ts'

export { createMatchingFrames } from './frames.ts'
export { createMatching, type Matching, type MatchingDeps } from './service.ts'

/** What the queue does when devices come and go. */
export function matchingListener(matching: Matching): DeviceListener {
  return {
    deviceAway: (person) => matching.deviceAway(person.deviceId),
    deviceBack: (person, arrival) => matching.deviceBack(person.deviceId, arrival.resumed),
    deviceGone: (person) => matching.deviceGone(person.deviceId),
  }
}
