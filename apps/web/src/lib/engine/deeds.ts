import { fail, type CallId } from '@visavis/wire'
import type { HttpCalls } from './ports.ts'
import type { Engine } from './types.ts'

/** What a person can do about a partner, during the call and for a while after. */
export function createDeeds(deps: {
  readonly http: HttpCalls
  readonly blocked: (callId: CallId) => void
  readonly done: (callId: CallId, what: 'blocked' | 'reported') => void
}): Pick<Engine, 'block' | 'report'> {
  return {
    async block(callId) {
      // Gone from the screen at once, whatever becomes of the request.
      deps.blocked(callId)
      const blocked = await deps.http.block(callId).catch(() => fail('NETWORK_OFFLINE'))
      if (blocked.ok) deps.done(callId, 'blocked')
      return blocked
    },
    async report(callId, category, words, evidence) {
      const receipt = await deps.http.report(callId, category, words, evidence).catch(() => fail('NETWORK_OFFLINE'))
      if (receipt.ok) deps.done(callId, 'reported')
      return receipt
    },
  }
}
