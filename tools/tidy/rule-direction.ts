import { placeOf, resolveImport, type Place } from './places.ts'
import { isTestFile, sourcesOf, type Problem, type Rule, type Tree } from './tree.ts'

/** Of ours, what each package may import outside its tests. A package that is not listed may import nothing. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  wire: [],
  ports: [],
  e2ee: [],
  matching: [],
  safety: [],
  policy: ['wire', 'ports'],
  testkit: ['wire', 'ports'],
}

/** Folders that drive the product from outside; nothing of the product may lean on them. */
const DRIVERS = new Set(['tools', 'bench', 'e2e'])

/**
 * Imports point one way: apps import packages and never each other; pure packages import nothing of ours; the test kit
 * serves tests only; a server subject is entered through its `index.ts`; migrations copy what they need.
 */
export const direction: Rule = {
  name: 'direction',
  check(tree) {
    const problems: Problem[] = []
    for (const path of sourcesOf(tree)) {
      for (const { specifier, line } of tree.facts(path).imports) {
        const message = objection(tree, path, specifier)
        if (message) problems.push({ path, line, message: `${message} (imports ${specifier})` })
      }
    }
    return problems
  },
}

function objection(tree: Tree, from: string, specifier: string): string | undefined {
  const target = resolveImport(tree, from, specifier)
  const here = placeOf(from)
  if (from.includes('/migrations/') && (target.kind === 'ours' || target.kind === 'file')) {
    const sibling = target.kind === 'file' && target.path.includes('/migrations/')
    if (!sibling && !isTestFile(from)) return 'a migration imports nothing of the application: copy the constant'
  }
  if (target.kind === 'ours') return objectionToPackage(from, here, target.name)
  return target.kind === 'file' ? objectionToFile(from, here, target.path, placeOf(target.path)) : undefined
}

function objectionToPackage(from: string, here: Place, name: string): string | undefined {
  if (name === 'server' || name === 'web' || name === 'console' || name === 'bench') {
    return 'an app is not a library: nothing imports it by name'
  }
  if (name === 'testkit' && !isTestFile(from) && !isDriver(here)) return 'the test kit is for tests only'
  if (here.kind !== 'package' || here.name === name) return undefined
  if (isTestFile(from) && here.name !== 'testkit') return undefined
  if (MAY_IMPORT[here.name]?.includes(name)) return undefined
  return `package ${here.name} may import ${MAY_IMPORT[here.name]?.join(', ') || 'nothing'} of ours`
}

function isDriver(place: Place): boolean {
  return place.kind === 'outside' && DRIVERS.has(place.name)
}

function objectionToFile(from: string, here: Place, path: string, there: Place): string | undefined {
  if (isDriver(there) && !isDriver(here)) return `the product does not lean on ${there.name}/`
  if (here.kind === 'app' && there.kind === 'app') {
    if (here.name !== there.name) return 'apps never import each other'
    return objectionToSubject(from, here.subject, path, there.subject)
  }
  if (here.kind === 'package' && there.kind === 'app') return 'packages do not know apps'
  if (here.kind === 'package' && there.kind === 'outside') return 'packages do not reach out of packages/'
  return undefined
}

function objectionToSubject(
  from: string,
  here: string | undefined,
  path: string,
  there: string | undefined,
): string | undefined {
  if (!path.startsWith('apps/server/src/') || there === undefined || there === here) return undefined
  if (path === `apps/server/src/${there}/index.ts` || isTestFile(from)) return undefined
  // The type of the whole database is put together from the tables of the subjects that own them.
  if (here === 'storage' && path === `apps/server/src/${there}/tables.ts`) return undefined
  return `another subject is entered through apps/server/src/${there}/index.ts`
}
