import { resolveImport, workspaceOf } from './places.ts'
import { sourcesOf, type Problem, type Rule, type Tree } from './tree.ts'

/**
 * A package is entered through what its package.json exports: one door, and a side door only where it says so. Neither a
 * path into it nor a relative path over its wall is a way in.
 */
export const deepImports: Rule = {
  name: 'deep-imports',
  check(tree) {
    const problems: Problem[] = []
    for (const path of sourcesOf(tree)) {
      for (const { specifier, line } of tree.facts(path).imports) {
        const target = resolveImport(tree, path, specifier)
        if (target.kind === 'ours' && !target.door && !isDeclaredDoor(tree, target.name, specifier)) {
          problems.push({ path, line, message: `imports ${specifier}: not a door of @visavis/${target.name}` })
        }
        const wall = target.kind === 'file' ? workspaceOf(target.path) : ''
        // The runners of tools load `fuzz/` and `sim/` entries, which are no part of the door, by path.
        const isEntry = target.kind === 'file' && /^packages\/[^/]+\/(?:fuzz|sim)\//.test(target.path)
        if (wall.startsWith('packages/') && workspaceOf(path) !== wall && !isEntry) {
          const name = wall.slice('packages/'.length)
          problems.push({ path, line, message: `imports ${specifier}: write @visavis/${name}` })
        }
      }
    }
    return problems
  },
}

function isDeclaredDoor(tree: Tree, name: string, specifier: string): boolean {
  const manifest = JSON.parse(tree.text(`packages/${name}/package.json`) ?? '{}') as {
    exports?: Readonly<Record<string, unknown>>
  }
  return Object.hasOwn(manifest.exports ?? {}, `.${specifier.slice(`@visavis/${name}`.length)}`)
}
