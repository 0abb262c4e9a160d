import { sourcesOf, type Problem, type Rule } from './tree.ts'
import type { Facts, TestCall } from './facts.ts'

const SKIPS = new Set(['skip', 'skipIf', 'runIf', 'fixme', 'fails'])

/** No test runs alone, none is promised, and one that is left out says why: in Playwright's reason or in a comment above. */
export const focusedTests: Rule = {
  name: 'focused-tests',
  check(tree) {
    const problems: Problem[] = []
    for (const path of sourcesOf(tree)) {
      const facts = tree.facts(path)
      for (const call of facts.tests) {
        const message = objection(call, facts)
        if (message) problems.push({ path, line: call.line, message })
      }
    }
    return problems
  },
}

function objection(call: TestCall, facts: Facts): string | undefined {
  const written = `${call.root}.${call.modifiers.join('.')}`
  if (call.modifiers.includes('only')) return `${written} silences every other test`
  if (call.modifiers.includes('todo')) return `${written} is a promise, not a test`
  if (!call.modifiers.some((modifier) => SKIPS.has(modifier))) return undefined
  if (call.title === undefined && call.reasoned) return undefined
  // A title may say it too: `on PostgreSQL (skipped: it is not installed)`.
  if (/\bskipped: ./.test(call.title ?? '')) return undefined
  const explained = facts.comments.some(({ line, endLine }) => endLine === call.line - 1 || line === call.line)
  return explained ? undefined : `${written} without a reason: say it in a comment above`
}
