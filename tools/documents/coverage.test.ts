import { expect, it } from 'vitest'
import { treeOf } from '../tidy/tree.ts'
import { coverageDocument, coverageGaps } from './coverage.ts'

const tree = treeOf({
  'docs/requirements.md': '| id | row |\n| --- | --- |\n| M1! | One click |\n| M2 | Next |\n| S1! | Flags |\n',
  'packages/matching/src/pool.test.ts': "describe('pool', () => { it('[M1] [MT1] pairs', () => {}) })",
  'e2e/call.spec.ts': "test('[M1, M2] a call', async () => {})",
})

it('lists each requirement with the files that cite it', () => {
  const text = coverageDocument(tree, { M1: { extent: 'whole' }, M2: { extent: 'first version', note: 'half' } })
  expect(text).toContain('| M1 | One click | whole | `e2e/call.spec.ts`<br>`packages/matching/src/pool.test.ts` |')
  expect(text).toContain('| M2 | Next | first version: half | `e2e/call.spec.ts` |')
  expect(text).toContain('| S1 | Flags | not yet built | - |')
})

it('complains of a row that claims to be built without a test, and of a row that does not exist', () => {
  expect(coverageGaps(tree, { M1: { extent: 'whole' } })).toEqual([])
  expect(coverageGaps(tree, { S1: { extent: 'whole' } })).toEqual([
    'S1 claims to be built, but no test title cites [S1]',
  ])
  expect(coverageGaps(tree, { M9: { extent: 'whole' } })).toHaveLength(1)
})
