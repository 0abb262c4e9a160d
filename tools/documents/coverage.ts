import { citationsOf, requirementsOf } from '../tidy/rule-cited-ids.ts'
import type { Tree } from '../tidy/tree.ts'

/** Which rows claim to be built, and how far. Written by hand in docs/built.json. */
export type Built = Readonly<Record<string, { readonly extent: 'whole' | 'first version'; readonly note?: string }>>

/** docs/coverage.md: every requirement with the files whose tests cite it. */
export function coverageDocument(tree: Tree, built: Built): string {
  const citations = citationsOf(tree)
  const rows = [...requirementsOf(tree)].map(([id, text]) => {
    const files = [...new Set((citations.get(id) ?? []).map(({ path }) => path))].toSorted()
    const claim = built[id]
    const state = claim ? [claim.extent, ...(claim.note === undefined ? [] : [claim.note])].join(': ') : 'not yet built'
    return `| ${id} | ${text} | ${state} | ${files.map((path) => `\`${path}\``).join('<br>') || '-'} |`
  })
  return [
    '# Coverage: requirement to test',
    '',
    'Made by `npm run docs` from `docs/requirements.md`, `docs/built.json` and the titles of all tests; `npm run check`',
    'fails when it is out of date or when a row that claims to be built has no test. Look for `[M4]` in a file to find the',
    'tests of M4.',
    '',
    '| id | row | built | tests |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

/** Rows that claim more than the tests show, in words. */
export function coverageGaps(tree: Tree, built: Built): readonly string[] {
  const requirements = requirementsOf(tree)
  const citations = citationsOf(tree)
  return Object.keys(built).flatMap((id) => {
    if (!requirements.has(id)) return [`docs/built.json names ${id}, which docs/requirements.md does not have`]
    return citations.has(id) ? [] : [`${id} claims to be built, but no test title cites [${id}]`]
  })
}
