import type { Code } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import type { Api } from './api.ts'
import type { Passkeys } from './passkeys.ts'

export type SignInState = {
  readonly work: 'none' | 'passkey' | 'password' | 'done'
  readonly code?: Code
  readonly retryAfterMs?: number
}
export type SignInModel = Readable<SignInState> & {
  withPassword(handle: string, password: string): Promise<void>
  withPasskey(): Promise<void>
}

/** Signing in. Wrong handle and wrong password are one answer, so nobody learns who has an account [A3]. */
export function createSignInModel(deps: { api: Api; passkeys: Passkeys }): SignInModel {
  const state = createObservable<SignInState>({ work: 'none' })
  async function attempt(
    work: 'passkey' | 'password',
    ask: () => Promise<{ ok: boolean; code?: Code; retryAfterMs?: number }>,
  ): Promise<void> {
    if (state.get().work !== 'none') return
    state.set({ work })
    const { ok, code, retryAfterMs } = await ask()
    if (ok) return state.set({ work: 'done' })
    state.set({
      work: 'none',
      code: code ?? 'SERVER_INTERNAL',
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    })
  }
  return {
    get: state.get,
    subscribe: state.subscribe,
    withPassword: (handle, password) =>
      attempt('password', () => deps.api.call('signIn', { body: { handle: handle.trim().toLowerCase(), password } })),
    withPasskey: () => attempt('passkey', () => deps.passkeys.signIn()),
  }
}
