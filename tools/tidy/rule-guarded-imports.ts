import { resolveImport } from './places.ts'
import { sourcesOf, type Problem, type Rule } from './tree.ts'

/** Libraries that one place alone may touch, because how they are used is what keeps them safe. */
const GUARDED: readonly { readonly name: string; readonly only: RegExp; readonly why: string }[] = [
  {
    name: 'ts-mls',
    only: /^packages\/e2ee\/(?:src\/mls|fuzz)\//,
    why: 'unaudited and full of traps, so only packages/e2ee/src/mls holds it (ADR 0004)',
  },
]

export const guardedImports: Rule = {
  name: 'guarded-imports',
  check(tree) {
    const problems: Problem[] = []
    for (const path of sourcesOf(tree)) {
      for (const { specifier, line } of tree.facts(path).imports) {
        const target = resolveImport(tree, path, specifier)
        if (target.kind !== 'external') continue
        const guard = GUARDED.find(({ name }) => name === target.name)
        if (guard && !guard.only.test(path)) problems.push({ path, line, message: `${guard.name}: ${guard.why}` })
      }
    }
    return problems
  },
}
