import { ok, type DeviceId, type Result, type RouteResponse } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import type { Api } from './api.ts'
import type { SessionMemory } from './session-memory.ts'

export type Person = NonNullable<RouteResponse<'getSession'>['person']>
export type SessionState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'out'; /** The session ended by itself: say so. */ readonly expired: boolean }
  | { readonly kind: 'in'; readonly person: Person }

export type Session = Readable<SessionState> & {
  /**
   * Asks the server who is signed in. When it does not answer, the state stays as it was, or, at the beginning, is who was
   * signed in here before: what the device keeps can be read without a network, and the server asks again before it
   * does anything for them.
   */
  load(): Promise<Result<SessionState>>
  /** The session speaks for this device from here on. */
  bound(deviceId: DeviceId): void
  /** The server said that the session is over. */
  expired(): void
  signOut(): Promise<Result<unknown>>
}

export function createSession(deps: { api: Api; memory: SessionMemory }): Session {
  const state = createObservable<SessionState>({ kind: 'unknown' })
  state.subscribe((now) => deps.memory.keep(now.kind === 'in' ? now.person : undefined))
  return {
    get: state.get,
    subscribe: state.subscribe,
    load: async () => {
      const answer = await deps.api.call('getSession')
      if (!answer.ok) {
        const remembered = state.get().kind === 'unknown' ? deps.memory.read() : undefined
        if (!remembered) return answer
        state.set({ kind: 'in', person: remembered })
        return ok(state.get())
      }
      const { person } = answer.value
      const wasIn = state.get().kind === 'in'
      state.set(person ? { kind: 'in', person } : { kind: 'out', expired: wasIn })
      return ok(state.get())
    },
    bound(deviceId) {
      const now = state.get()
      if (now.kind !== 'in' || now.person.deviceId === deviceId) return
      state.set({ kind: 'in', person: { ...now.person, deviceId } })
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
