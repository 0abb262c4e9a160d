import { dirname, join } from 'node:path/posix'
import type { Tree } from './tree.ts'

/** Where a file belongs and where an import leads: the map that several rules read. */
export type Place =
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'app'; readonly name: string; readonly subject: string | undefined }
  | { readonly kind: 'outside'; readonly name: string }

/** `packages/wire/...` is a package; `apps/server/src/matching/...` is the subject `matching` of an app; the rest by top folder. */
export function placeOf(path: string): Place {
  const [top = '', name = '', source, subject, ...rest] = path.split('/')
  if (top === 'packages') return { kind: 'package', name }
  if (top === 'apps') {
    const inSubject = source === 'src' && rest.length > 0
    return { kind: 'app', name, subject: inSubject ? subject : undefined }
  }
  return { kind: 'outside', name: top }
}

/** The folder of the nearest package.json: `packages/wire`, `apps/web`, `bench` or '' for the root. */
export function workspaceOf(path: string): string {
  const [top = '', name = ''] = path.split('/')
  if (top === 'packages' || top === 'apps') return `${top}/${name}`
  return top === 'bench' ? 'bench' : ''
}

export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'ours'; readonly name: string; readonly door: boolean }
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'external'; readonly name: string }
  /** A module that SvelteKit or a bundler makes, or a file that is not part of the listing. */
  | { readonly kind: 'made' }

// `#lib` is resolved above it; other names with # are the package's own map to generated modules.
const MADE = /^(?:#|\$app|\$env|\$service-worker|virtual:)/

/** Where `specifier`, written in the file `from`, leads. */
export function resolveImport(tree: Tree, from: string, specifier: string): Target {
  const bare = specifier.replace(/\?.*$/, '')
  if (bare.startsWith('.')) return fileTarget(tree, join(dirname(from), bare))
  if (bare.startsWith('#lib/')) return fileTarget(tree, `apps/web/src/lib/${bare.slice('#lib/'.length)}`)
  if (bare.startsWith('node:')) return { kind: 'builtin', name: bare.slice('node:'.length) }
  if (MADE.test(bare)) return { kind: 'made' }
  const parts = bare.split('/')
  const name = bare.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? bare)
  if (!name.startsWith('@visavis/')) return { kind: 'external', name }
  return { kind: 'ours', name: name.slice('@visavis/'.length), door: bare === name }
}

function fileTarget(tree: Tree, path: string): Target {
  for (const candidate of [path, path.replace(/\.js$/, '.ts'), `${path}.ts`, `${path}/index.ts`]) {
    if (tree.has(candidate)) return { kind: 'file', path: candidate }
  }
  // Not in the listing: generated (`./$types`, paraglide) or missing, which the compiler reports.
  return /(?:^|\/)(?:\$types|paraglide)(?:\/|\.|$)/.test(path) ? { kind: 'made' } : { kind: 'file', path }
}
