import { fail, ok, type Result } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import type { Api } from './api.ts'

export type ProofState = 'idle' | 'solving' | 'ready' | 'failed'
/** Solves an ALTCHA challenge; undefined when it cannot (too slow, no workers, unknown algorithm). */
export type SolveProof = (challenge: Record<string, unknown>) => Promise<string | undefined>

export type Proof = Readable<ProofState> & {
  /** Begins in the background, so that the work is done before the form is. A second call changes nothing. */
  start(): void
  /** The solution, waiting for it where needed. Each is good for one request: it is forgotten once taken. */
  take(): Promise<Result<string>>
}

/** The proof of work that makes floods of accounts dear [A11]. */
export function createProof(deps: { api: Api; solve: SolveProof }): Proof {
  const state = createObservable<ProofState>('idle')
  let running: Promise<Result<string>> | undefined

  async function work(): Promise<Result<string>> {
    state.set('solving')
    const challenge = await deps.api.call('getChallenge')
    const solution = challenge.ok ? await deps.solve(challenge.value) : undefined
    state.set(solution === undefined ? 'failed' : 'ready')
    if (!challenge.ok) return challenge
    return solution === undefined ? fail('ACCOUNT_PROOF_INVALID') : ok(solution)
  }
  function start(): void {
    running ??= work()
  }
  return {
    get: state.get,
    subscribe: state.subscribe,
    start,
    take: async () => {
      start()
      const taken = running
      const result = (await taken) ?? fail('ACCOUNT_PROOF_INVALID')
      if (running === taken) {
        running = undefined
        state.set('idle')
      }
      return result
    },
  }
}
