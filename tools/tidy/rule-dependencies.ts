import { resolveImport, workspaceOf } from './places.ts'
import { isTestFile, sourcesOf, type Problem, type Rule, type Tree } from './tree.ts'

export const REGISTER = 'tools/tidy/dependencies.json'

/** Where a library can run, under which licence it comes, and the one sentence why we have it. */
export type Dependency = {
  readonly runtime: 'universal' | 'node' | 'browser'
  readonly licence: string
  readonly why: string
}

export type Manifest = {
  readonly path: string
  readonly runtime: string
  readonly dependencies: ReadonlyMap<string, string>
  readonly devDependencies: ReadonlyMap<string, string>
}

const LICENCES = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'MPL-2.0'])

/** Every library is known, has its reason and licence, and is used only where it can run. */
export const dependencies: Rule = {
  name: 'dependencies',
  check(tree) {
    const register = readRegister(tree)
    const manifests = readManifests(tree)
    return [
      ...registerProblems(register, manifests),
      ...manifestProblems(tree, register, manifests),
      ...importProblems(tree, register, manifests),
    ]
  },
}

export function readRegister(tree: Tree): ReadonlyMap<string, Dependency> {
  return new Map(Object.entries(JSON.parse(tree.text(REGISTER) ?? '{}') as Record<string, Dependency>))
}

type ManifestJson = {
  readonly visavis?: { readonly runtime?: string }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

export function readManifests(tree: Tree): readonly Manifest[] {
  const paths = tree.paths.filter((path) => /^(?:(?:packages|apps)\/[^/]+\/|bench\/)?package\.json$/.test(path))
  return paths.map((path) => {
    const json = JSON.parse(tree.text(path) ?? '{}') as ManifestJson
    return {
      path,
      runtime: json.visavis?.runtime ?? (path === 'package.json' ? 'node' : 'undeclared'),
      dependencies: new Map(Object.entries(json.dependencies ?? {})),
      devDependencies: new Map(Object.entries(json.devDependencies ?? {})),
    }
  })
}

function isOurs(name: string): boolean {
  return name.startsWith('@visavis/')
}

function fits(library: Dependency['runtime'], place: string): boolean {
  return library === 'universal' || library === place
}

function registerProblems(
  register: ReadonlyMap<string, Dependency>,
  manifests: readonly Manifest[],
): readonly Problem[] {
  const used = new Set(
    manifests.flatMap((manifest) => [...manifest.dependencies.keys(), ...manifest.devDependencies.keys()]),
  )
  const problems: Problem[] = []
  for (const [name, { licence, why }] of register) {
    if (!used.has(name)) problems.push({ path: REGISTER, message: `${name} is used nowhere: remove it` })
    if (!LICENCES.has(licence))
      problems.push({ path: REGISTER, message: `${name}: licence ${licence} is not one we accept` })
    if (!why.trim().endsWith('.')) problems.push({ path: REGISTER, message: `${name}: one sentence says why` })
  }
  return problems
}

function manifestProblems(
  tree: Tree,
  register: ReadonlyMap<string, Dependency>,
  manifests: readonly Manifest[],
): readonly Problem[] {
  const problems: Problem[] = []
  const locked = lockedManifests(tree)
  for (const { path, runtime, dependencies: shipped, devDependencies: dev } of manifests) {
    if (!['universal', 'node', 'browser'].includes(runtime))
      problems.push({ path, message: 'say where it runs: visavis.runtime' })
    for (const [name, version] of [...shipped, ...dev]) {
      if (isOurs(name)) continue
      const known = register.get(name)
      if (!known) problems.push({ path, message: `${name} is not classified in ${REGISTER}` })
      else if (shipped.has(name) && !fits(known.runtime, runtime) && path !== 'packages/testkit/package.json') {
        problems.push({ path, message: `${name} runs in ${known.runtime} only, this package in ${runtime}` })
      }
      if (/[\^~*<>|x ]/.test(version.replace(/^npm:[^@]+/, '')))
        problems.push({ path, message: `${name}: write one exact version, not ${version}` })
    }
    const lock = locked?.[path.replace(/\/?package\.json$/, '')]
    if (locked && !sameNames(lock, shipped, dev))
      problems.push({ path, message: 'package-lock.json disagrees: run npm install' })
  }
  return problems
}

function lockedManifests(tree: Tree): Readonly<Record<string, ManifestJson>> | undefined {
  const text = tree.text('package-lock.json')
  return text === undefined ? undefined : (JSON.parse(text) as { packages: Record<string, ManifestJson> }).packages
}

function sameNames(
  lock: ManifestJson | undefined,
  shipped: ReadonlyMap<string, string>,
  dev: ReadonlyMap<string, string>,
): boolean {
  const written = (entries: Iterable<readonly [string, string]>) =>
    [...entries]
      .map(([name, version]) => `${name} ${version}`)
      .toSorted()
      .join()
  return (
    written(Object.entries(lock?.dependencies ?? {})) === written(shipped) &&
    written(Object.entries(lock?.devDependencies ?? {})) === written(dev)
  )
}

function importProblems(
  tree: Tree,
  register: ReadonlyMap<string, Dependency>,
  manifests: readonly Manifest[],
): readonly Problem[] {
  const byFolder = new Map(manifests.map((manifest) => [manifest.path.replace(/\/?package\.json$/, ''), manifest]))
  const problems: Problem[] = []
  for (const path of sourcesOf(tree)) {
    const manifest = byFolder.get(workspaceOf(path))
    if (!manifest || isTestFile(path) || /^(?:apps|packages)\/[^/]+\/[^/]+\.ts$/.test(path)) continue
    for (const { specifier, line } of tree.facts(path).imports) {
      const target = resolveImport(tree, path, specifier)
      if (target.kind === 'builtin' && manifest.runtime !== 'node') {
        problems.push({ path, line, message: `node:${target.name} in a package that runs in ${manifest.runtime}` })
      }
      if (target.kind === 'external' || target.kind === 'ours') {
        const name = target.kind === 'ours' ? `@visavis/${target.name}` : target.name
        // What every workspace may use in development is named once, at the root.
        const inDevelopment = manifest.path === 'bench/package.json' && byFolder.get('')?.devDependencies.has(name)
        const message = inDevelopment ? undefined : objectionToImport(name, manifest, register)
        if (message) problems.push({ path, line, message })
      }
    }
  }
  return problems
}

function objectionToImport(
  name: string,
  manifest: Manifest,
  register: ReadonlyMap<string, Dependency>,
): string | undefined {
  const root = manifest.path === 'package.json'
  // Tools and journeys of the root drive every workspace, whose libraries npm hoists to the root.
  if (!root && !manifest.dependencies.has(name) && !manifest.devDependencies.has(name)) {
    return `${name} is not among the dependencies of ${manifest.path}`
  }
  const known = register.get(name)
  return known && !root && !fits(known.runtime, manifest.runtime)
    ? `${name} runs in ${known.runtime} only, this package in ${manifest.runtime}`
    : undefined
}
