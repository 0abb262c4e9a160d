import { resolveImport } from './places.ts'
import { sourcesOf, type Rule, type Tree } from './tree.ts'

/**
 * No file imports itself through others. Imports of types only are left out: they vanish before the code runs, and
 * `verbatimModuleSyntax` makes them tell themselves apart.
 */
export const cycles: Rule = {
  name: 'cycles',
  check(tree) {
    const edges = new Map(sourcesOf(tree).map((path) => [path, importedBy(tree, path)]))
    return findCycles(edges).map((cycle) => ({
      path: cycle[0] ?? '',
      message: `import cycle: ${[...cycle, cycle[0]].join(' -> ')}`,
    }))
  },
}

function importedBy(tree: Tree, path: string): readonly string[] {
  const found = new Set<string>()
  for (const { specifier, typeOnly } of tree.facts(path).imports) {
    if (typeOnly) continue
    const target = resolveImport(tree, path, specifier)
    if (target.kind === 'file') found.add(target.path)
    if (target.kind === 'ours') found.add(`packages/${target.name}/src/index.ts`)
  }
  return [...found]
}

// Depth-first with the path so far; each file is entered once, so each cycle is told once, at its first file met.
function findCycles(edges: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const cyclesFound: string[][] = []
  const state = new Map<string, 'open' | 'done'>()
  const trail: string[] = []
  const enter = (path: string): void => {
    state.set(path, 'open')
    trail.push(path)
    for (const next of edges.get(path) ?? []) {
      if (state.get(next) === 'open') cyclesFound.push(trail.slice(trail.indexOf(next)))
      else if (state.get(next) === undefined && edges.has(next)) enter(next)
    }
    trail.pop()
    state.set(path, 'done')
  }
  for (const path of edges.keys()) if (state.get(path) === undefined) enter(path)
  return cyclesFound
}
