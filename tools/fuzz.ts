import { runEntries } from './entries.ts'

/** `npm run fuzz [-- --seed N] [--runs N] [--only PART]`: hostile input against every entry `fuzz({ seed, runs })`. */
await runEntries({
  word: 'fuzz',
  globs: ['packages/*/fuzz/*.ts', 'apps/*/{src,tests}/**/fuzz/*.ts'],
  entry: 'fuzz',
  amount: { option: 'runs', fallback: 200 },
})
