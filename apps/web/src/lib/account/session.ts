import { ok, type Result, type RouteResponse } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import type { Api } from './api.ts'

export type Person = NonNullable<RouteResponse<'getSession'>['person']>
export type SessionState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'out'; /** The session ended by itself: say so. */ readonly expired: boolean }
  | { readonly kind: 'in'; readonly person: Person }

export type Session = Readable<SessionState> & {
  /** Asks the server who is signed in. On failure the state stays as it was. */
  load(): Promise<Result<SessionState>>
  /** The server said that the session is over. */
  expired(): void
  signOut(): Promise<Result<unknown>>
}

export function createSession(deps: { api: Api }): Session {
  const state = createObservable<SessionState>({ kind: 'unknown' })
  return {
    get: state.get,
    subscribe: state.subscribe,
    load: async () => {
      const answer = await deps.api.call('getSession')
      if (!answer.ok) return answer
      const { person } = answer.value
      const wasIn = state.get().kind === 'in'
      state.set(person ? { kind: 'in', person } : { kind: 'out', expired: wasIn })
      return ok(state.get())
    },
    expired: () => state.set({ kind: 'out', expired: true }),
    signOut: async () => {
      const answer = await deps.api.call('signOut', { body: {} })
      // Not signed in any more is what was wanted.
      const isOut = answer.ok || answer.code === 'AUTH_REQUIRED' || answer.code === 'AUTH_EXPIRED'
      if (!isOut) return answer
      state.set({ kind: 'out', expired: false })
      return ok({})
    },
  }
}
