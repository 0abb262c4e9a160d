import { execFileSync } from 'node:child_process'
import { readListing } from './listing.ts'
import { ambient } from './rule-ambient.ts'
import { citedIds } from './rule-cited-ids.ts'
import { cycles } from './rule-cycles.ts'
import { deepImports } from './rule-deep-imports.ts'
import { dependencies } from './rule-dependencies.ts'
import { direction } from './rule-direction.ts'
import { fileSize } from './rule-file-size.ts'
import { focusedTests } from './rule-focused-tests.ts'
import { functionSize } from './rule-function-size.ts'
import { guardedImports } from './rule-guarded-imports.ts'
import { markers } from './rule-markers.ts'
import { names } from './rule-names.ts'
import { createTree, type Rule } from './tree.ts'

/**
 * Checks what compiler and linter cannot: how the house hangs together. `npm run tidy` reads the checkout as it is on
 * disk; `--staged` tells only what concerns files that are staged, for a quick look before a commit.
 */
const RULES: readonly Rule[] = [
  direction,
  deepImports,
  cycles,
  fileSize,
  functionSize,
  dependencies,
  ambient,
  guardedImports,
  names,
  markers,
  focusedTests,
  citedIds,
]

const root = new URL('../../', import.meta.url).pathname

function git(...args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}

const staged = process.argv.includes('--staged')
const concerned = staged ? new Set((git('diff', '--cached', '--name-only') ?? '').split('\n')) : undefined
const tree = createTree(readListing(root), (path) => git('show', `HEAD:${path}`))

let problemCount = 0
for (const rule of RULES) {
  for (const { path, line, message } of rule.check(tree)) {
    if (concerned && !concerned.has(path)) continue
    problemCount += 1
    console.log(`${path}${line === undefined ? '' : `:${line}`}  ${rule.name}: ${message}`)
  }
  if (!staged) for (const notice of rule.notices?.(tree) ?? []) console.log(`notice  ${notice}`)
}
console.log(problemCount === 0 ? 'tidy: in order' : `tidy: ${problemCount} problem${problemCount === 1 ? '' : 's'}`)
process.exitCode = problemCount === 0 ? 0 : 1
