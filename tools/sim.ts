import { runEntries } from './entries.ts'

/** `npm run sim [-- --seed N] [--steps N]`: people, cuts, drops and reorders against every entry `simulate({ seed, steps })`. */
await runEntries({
  word: 'sim',
  globs: ['packages/testkit/sim/*.ts', 'apps/*/{src,tests}/**/sim/*.ts'],
  entry: 'simulate',
  amount: { option: 'steps', fallback: 2_000 },
})
