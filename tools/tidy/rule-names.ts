import { basename } from 'node:path/posix'
import type { Problem, Rule } from './tree.ts'

const FORBIDDEN = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'new', 'misc'])
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
// What a test is about may be told apart: `pool.property.test.ts`.
const KEBAB_TEST = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/
const PASCAL = /^[A-Z][A-Za-z0-9]*$/

/**
 * A name says the subject. kebab-case for files, PascalCase for one component; tests stand beside what they test
 * (`x.test.ts`) or in `tests/`, browser journeys are `x.spec.ts` in `e2e/`.
 */
export const names: Rule = {
  name: 'names',
  check(tree) {
    const problems: Problem[] = []
    for (const path of tree.paths.filter((each) => /\.(?:ts|svelte)$/.test(each))) {
      const message = objection(path)
      if (message) problems.push({ path, message })
    }
    return problems
  },
}

function objection(path: string): string | undefined {
  const file = basename(path)
  const stem = file.replace(/(?:\.(?:test|spec|svelte|config|d))*\.(?:ts|svelte)$/, '')
  if (FORBIDDEN.has(stem.toLowerCase())) return 'the name says nothing: name the subject'
  if (
    path
      .split('/')
      .slice(0, -1)
      .some((folder) => FORBIDDEN.has(folder) || folder === '__tests__')
  ) {
    return 'a folder is a subject, never a drawer'
  }
  if (file.endsWith('.spec.ts') !== path.startsWith('e2e/') && /\.(?:spec|test)\.ts$/.test(file)) {
    return 'x.test.ts beside the code or in tests/, x.spec.ts in e2e/'
  }
  if (stem.startsWith('+') || KEBAB.test(stem)) return undefined
  if (/\.(?:test|spec|config)\.ts$/.test(file) && KEBAB_TEST.test(stem)) return undefined
  return file.endsWith('.svelte') && PASCAL.test(stem) ? undefined : 'kebab-case, or PascalCase.svelte for a component'
}
