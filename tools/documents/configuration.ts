/** As exported by apps/server/src/config.ts. */
export type ConfigVariable = { readonly name: string; readonly default: string; readonly meaning: string }

/** docs/configuration.md: what the server reads from the environment. */
export function configurationDocument(variables: readonly ConfigVariable[]): string {
  return [
    '# Configuration',
    '',
    'Made by `npm run docs` from `apps/server/src/config.ts`. `./start` needs none of it. All settings are read from the',
    'environment, once; a wrong one stops the start and is named.',
    '',
    '| variable | default | meaning |',
    '| --- | --- | --- |',
    ...variables.map(
      ({ name, default: fallback, meaning }) => `| \`${name}\` | \`${fallback}\` | ${meaning.replaceAll('|', '\\|')} |`,
    ),
    '',
    'Tools and tests read `CHROMIUM_PATH` (default `/usr/bin/chromium`) and `VISAVIS_TEST_SEED` (the seed of the fuzzers and the',
    'simulation in `./test`; chosen and printed when unset).',
    '',
  ].join('\n')
}
