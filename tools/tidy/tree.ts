import { readFacts, type Facts } from './facts.ts'

/**
 * The checkout as the rules see it: texts by path (relative, with slashes), nothing else. Rules are pure functions of
 * a tree, so a test plants a violation by writing it into a map.
 */
export type Tree = {
  readonly paths: readonly string[]
  has(path: string): boolean
  text(path: string): string | undefined
  /** The text as last committed; undefined when it is new or there is no history. */
  committed(path: string): string | undefined
  /** What a source file imports, uses and names. Empty for files that are not TypeScript or Svelte. */
  facts(path: string): Facts
}

/** One broken rule at one place; `line` counts from 1. */
export type Problem = { readonly path: string; readonly line?: number; readonly message: string }

export type Rule = {
  readonly name: string
  check(tree: Tree): readonly Problem[]
  /** Worth knowing, not worth failing for. */
  notices?(tree: Tree): readonly string[]
}

export function createTree(
  listing: ReadonlyMap<string, string>,
  committed: (path: string) => string | undefined = () => undefined,
): Tree {
  const known = new Map<string, Facts>()
  return {
    paths: [...listing.keys()].toSorted(),
    has: (path) => listing.has(path),
    text: (path) => listing.get(path),
    committed,
    facts(path) {
      let facts = known.get(path)
      if (!facts) {
        facts = readFacts(path, listing.get(path) ?? '')
        known.set(path, facts)
      }
      return facts
    },
  }
}

/** Shorthand of tests: a tree from an object of path and text. */
export function treeOf(
  files: Readonly<Record<string, string>>,
  committed: Readonly<Record<string, string>> = {},
): Tree {
  return createTree(new Map(Object.entries(files)), (path) => committed[path])
}

/** Source files: TypeScript and Svelte. */
export function sourcesOf(tree: Tree): readonly string[] {
  return tree.paths.filter((path) => /\.(?:ts|svelte)$/.test(path))
}

/** Whether a file exists only for tests: beside the code, in `tests/`, in the kit, or an entry of a fuzzer or simulator. */
export function isTestFile(path: string): boolean {
  return (
    /\.(?:test|spec)\.ts$/.test(path) ||
    /(?:^|\/)(?:tests|fuzz|sim|e2e)\//.test(path) ||
    path.startsWith('packages/testkit/')
  )
}
