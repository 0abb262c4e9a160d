import type { SolveProof } from './proof.ts'
import type { WorkerUrls } from '../app/worker-urls.ts'

const WORKERS_MAX = 4
const SOLVE_MS_MAX = 90_000

/** Solves with ALTCHA's own code in workers; loaded only when an account is made. */
export function createProofSolver(deps: { workers: WorkerUrls; cores: number }): SolveProof {
  return async (challenge) => {
    const { solveChallengeWorkers } = await import('altcha/lib')
    try {
      const solution = await solveChallengeWorkers({
        // The challenge goes to the solver unchanged; the solver refuses what it does not know.
        challenge: challenge as never,
        concurrency: Math.max(1, Math.min(WORKERS_MAX, deps.cores)),
        createWorker: (algorithm) => deps.workers.createProofWorker(algorithm),
        timeout: SOLVE_MS_MAX,
      })
      return solution ? btoa(JSON.stringify({ challenge, solution })) : undefined
    } catch {
      return undefined
    }
  }
}
