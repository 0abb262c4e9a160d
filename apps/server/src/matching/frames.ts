import type { FrameHandlers } from '../gateway/index.ts'
import type { Matching } from './service.ts'

/** Who may: anyone signed in and not sanctioned, for its own device, while that is not in a call. */
export function createMatchingFrames(matching: Matching): Pick<FrameHandlers, 'match.seek' | 'match.leave'> {
  return {
    'match.seek': ({ person }, body) => matching.seek(person, body),
    'match.leave': ({ device }, body) => matching.leave(device, body.ticketId),
  }
}
