import { isTestFile, sourcesOf, type Rule } from './tree.ts'

/** Composition roots and tools: the only places that touch clock, chance and environment themselves. */
const ALLOWED: readonly RegExp[] = [
  /^(?:tools|bench|e2e)\//,
  /^apps\/server\/src\/(?:main|staff-cli)\.ts$/,
  /^apps\/server\/src\/(?:.*\/)?env\.ts$/,
  // A worker thread is a program of its own, with a root of its own.
  /^apps\/server\/src\/(?:.*\/)?worker-main\.ts$/,
  /^apps\/web\/src\/lib\/app\/platform\.ts$/,
  /^packages\/testkit\/src\/real-[a-z-]+\.ts$/,
  /(?:^|\/)[a-z]+\.config\.ts$/,
]

/** In tests against real processes, waiting for a condition needs a clock; chance and environment stay behind ports. */
const ALLOWED_IN_TESTS = new Set([
  'Date.now',
  'new Date()',
  'performance.now',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'process.env',
])

/** Time and chance come through ports, so that every test can decide them. */
export const ambient: Rule = {
  name: 'ambient',
  check(tree) {
    return sourcesOf(tree)
      .filter((path) => !ALLOWED.some((allowed) => allowed.test(path)))
      .flatMap((path) =>
        tree
          .facts(path)
          .ambient.filter(({ name }) => !(isTestFile(path) && ALLOWED_IN_TESTS.has(name)))
          .map(({ name, line }) => ({
            path,
            line,
            message: `${name}: take it from a port (Clock, Random) or from config`,
          })),
      )
  },
}
