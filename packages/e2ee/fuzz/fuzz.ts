import { fuzzGroups, type FuzzStats } from './fuzz-groups.ts'

/** Operations in one group: enough for it to grow, shrink and be joined from outside. */
const STEPS = 24
/** X-Wing costs several times what X25519 does, and its groups differ only in the key encapsulation. */
const XWING_SHARE = 4
/** A group is worth that many of the small inputs that other fuzzers count. */
const RUNS_PER_GROUP = 25

/**
 * Random groups in both suites that the product uses (ER20).
 *
 * @throws Error naming suite, seed, run and step at the first fault, or when the groups were too tame to show anything
 */
export async function fuzz({ seed, runs }: { seed: number; runs: number }): Promise<void> {
  const groups = Math.max(1, Math.ceil(runs / RUNS_PER_GROUP))
  wild(await fuzzGroups({ seed, runs: groups, steps: STEPS, suite: 'x25519' }))
  wild(await fuzzGroups({ seed, runs: Math.ceil(groups / XWING_SHARE), steps: STEPS, suite: 'xwing' }))
}

function wild(stats: FuzzStats): void {
  if (stats.messages === 0 || stats.commits === 0) throw new Error(`nothing was fuzzed: ${JSON.stringify(stats)}`)
}
