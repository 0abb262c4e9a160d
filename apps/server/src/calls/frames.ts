import type { FrameHandlers } from '../gateway/index.ts'
import type { Calls } from './service.ts'

/**
 * Who may: anyone signed in may lease (for its own device); all else only a side of the live call that is named.
 */
export function createCallFrames(
  calls: Calls,
): Pick<FrameHandlers, 'relay.lease' | 'call.applied' | 'call.signal' | 'call.candidate' | 'call.commit' | 'call.end'> {
  return {
    'relay.lease': ({ device }, body) => calls.lease(device, body.legId),
    'call.applied': ({ device }, body) => calls.applied(device, body.callId),
    'call.signal': ({ device }, body) => calls.signal(device, body),
    'call.candidate': ({ device }, body) => calls.candidate(device, body),
    'call.commit': ({ device }, body) => calls.commit(device, body),
    'call.end': ({ device }, body) => calls.end(device, body),
  }
}
