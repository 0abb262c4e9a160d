import { describe, expect, it } from 'vitest'
import { ambient } from './rule-ambient.ts'
import { citedIds } from './rule-cited-ids.ts'
import { cycles } from './rule-cycles.ts'
import { deepImports } from './rule-deep-imports.ts'
import { direction } from './rule-direction.ts'
import { focusedTests } from './rule-focused-tests.ts'
import { guardedImports } from './rule-guarded-imports.ts'
import { markers } from './rule-markers.ts'
import { names } from './rule-names.ts'
import { treeOf, type Rule } from './tree.ts'

// Method: each rule sees a small tree with one violation planted, and its nearest innocent neighbour.

type Case = {
  readonly rule: Rule
  readonly what: string
  readonly bad: Record<string, string>
  readonly good: Record<string, string>
}

const WIRE = "export * from './codes.ts'\n"

const CASES: readonly Case[] = [
  {
    rule: direction,
    what: 'a pure package that imports another',
    bad: { 'packages/e2ee/src/a.ts': "import { CODES } from '@visavis/wire'" },
    good: { 'packages/policy/src/a.ts': "import { CODES } from '@visavis/wire'" },
  },
  {
    rule: direction,
    what: 'an app that imports another',
    bad: { 'apps/web/src/a.ts': "import { b } from '../../server/src/b.ts'", 'apps/server/src/b.ts': '' },
    good: { 'apps/web/src/a.ts': "import { b } from './b.ts'", 'apps/web/src/b.ts': '' },
  },
  {
    rule: direction,
    what: 'an app imported by name',
    bad: { 'bench/a.ts': "import { b } from '@visavis/server'" },
    good: { 'bench/a.ts': "import { b } from '../apps/server/src/b.ts'", 'apps/server/src/b.ts': '' },
  },
  {
    rule: direction,
    what: 'the test kit in shipped code',
    bad: { 'apps/server/src/a.ts': "import { createFakeClock } from '@visavis/testkit'" },
    good: { 'apps/server/src/a.test.ts': "import { createFakeClock } from '@visavis/testkit'" },
  },
  {
    rule: direction,
    what: 'a server subject entered by another way than its index',
    bad: {
      'apps/server/src/calls/a.ts': "import { s } from '../blocks/store.ts'",
      'apps/server/src/blocks/store.ts': '',
    },
    good: {
      'apps/server/src/calls/a.ts': "import { s } from '../blocks/index.ts'",
      'apps/server/src/blocks/index.ts': '',
    },
  },
  {
    rule: direction,
    what: 'a subject entered by another way, types only',
    bad: {
      'apps/server/src/calls/a.ts': "import type { T } from '../blocks/tables.ts'",
      'apps/server/src/blocks/tables.ts': '',
    },
    good: {
      'apps/server/src/storage/a.ts': "import type { T } from '../blocks/tables.ts'",
      'apps/server/src/blocks/tables.ts': '',
    },
  },
  {
    rule: direction,
    what: 'a migration that imports the application',
    bad: { 'apps/server/src/blocks/migrations/a.ts': "import { MAX } from '@visavis/wire'" },
    good: { 'apps/server/src/blocks/migrations/a.ts': 'const MAX = 3' },
  },
  {
    rule: direction,
    what: 'the product leaning on tools',
    bad: { 'apps/server/src/a.ts': "import { ROOT } from '../../../tools/jobs.ts'", 'tools/jobs.ts': '' },
    good: { 'e2e/a.ts': "import { ROOT } from '../tools/jobs.ts'", 'tools/jobs.ts': '' },
  },
  {
    rule: deepImports,
    what: 'a path into a package',
    bad: { 'apps/web/src/a.ts': "import { CODES } from '@visavis/wire/src/codes.ts'" },
    good: { 'apps/web/src/a.ts': "import { CODES } from '@visavis/wire'" },
  },
  {
    rule: deepImports,
    what: 'a side door that is not declared',
    bad: {
      'bench/a.ts': "import '@visavis/matching/pool'",
      'packages/matching/package.json': '{"exports":{".":"./src/index.ts"}}',
    },
    good: {
      'bench/a.ts': "import '@visavis/matching/oracle'",
      'packages/matching/package.json': '{"exports":{"./oracle":"./src/oracle.ts"}}',
    },
  },
  {
    rule: deepImports,
    what: 'a relative path over the wall of a package',
    bad: { 'bench/a.ts': "import { CODES } from '../packages/wire/src/codes.ts'", 'packages/wire/src/codes.ts': '' },
    good: { 'packages/wire/src/a.ts': "import { CODES } from './codes.ts'", 'packages/wire/src/codes.ts': '' },
  },
  {
    rule: cycles,
    what: 'files that import each other',
    bad: {
      'tools/a.ts': "import './b.ts'",
      'tools/b.ts': "export * from './c.ts'",
      'tools/c.ts': "await import('./a.ts')",
    },
    good: { 'tools/a.ts': "import './b.ts'", 'tools/b.ts': "import type { A } from './a.ts'" },
  },
  {
    rule: cycles,
    what: 'a package that comes back to itself through another',
    bad: {
      'packages/a/src/index.ts': "import '@visavis/b'",
      'packages/b/src/index.ts': "import '@visavis/a'",
    },
    good: {
      'packages/a/src/index.ts': "import '@visavis/b'",
      'packages/b/src/index.ts': WIRE,
      'packages/b/src/codes.ts': '',
    },
  },
  ...[
    'Date.now()',
    'new Date()',
    'Math.random()',
    'process.env',
    'setTimeout(f, 1)',
    'setInterval(f, 1)',
    'globalThis.setTimeout(f, 1)',
    'performance.now()',
  ].map((code): Case => ({
    rule: ambient,
    what: code,
    bad: { 'apps/server/src/calls/a.ts': `const x = ${code}` },
    good: {
      'apps/server/src/main.ts': `const x = ${code}`,
      'tools/a.ts': `const x = ${code}`,
      'apps/web/src/a.ts': `// ${code}\nconst y = '${code}'`,
    },
  })),
  {
    rule: ambient,
    what: 'chance in a test',
    bad: { 'packages/wire/src/a.test.ts': 'const x = Math.random()' },
    good: { 'packages/wire/src/a.test.ts': 'const x = new Date(0)' },
  },
  {
    rule: ambient,
    what: 'the clock in a component',
    bad: { 'apps/web/src/A.svelte': '<p>now</p>\n<script lang="ts">\n  const x = Date.now()\n</script>' },
    good: { 'apps/web/src/A.svelte': '<p>Date.now()</p>\n<script lang="ts">\n  const x = clock.nowMs()\n</script>' },
  },
  {
    rule: guardedImports,
    what: 'ts-mls outside its place',
    bad: { 'packages/e2ee/src/match.ts': "import { createGroup } from 'ts-mls'" },
    good: {
      'packages/e2ee/src/mls/group.ts': "import { createGroup } from 'ts-mls'",
      'packages/e2ee/fuzz/fuzz-member.ts': "import 'ts-mls/message.js'",
    },
  },
  {
    rule: names,
    what: 'a drawer for a name',
    bad: { 'apps/web/src/lib/utils.ts': '' },
    good: { 'apps/web/src/lib/time-words.ts': '' },
  },
  {
    rule: names,
    what: 'a drawer for a folder',
    bad: { 'apps/web/src/helpers/time-words.ts': '' },
    good: {
      'apps/web/src/routes/+page.svelte': '',
      'apps/web/src/CallCard.svelte': '',
      'apps/web/src/rune.svelte.ts': '',
    },
  },
  {
    rule: names,
    what: 'camel case',
    bad: { 'apps/web/src/callCard.ts': '' },
    good: { 'apps/web/src/call-card.test.ts': '', 'vitest.config.ts': '', 'apps/web/src/app.d.ts': '' },
  },
  {
    rule: names,
    what: 'a journey away from the journeys',
    bad: { 'apps/web/src/call.spec.ts': '' },
    good: { 'e2e/call.spec.ts': '' },
  },
  {
    rule: markers,
    what: 'a marker that blocks a merge',
    bad: { 'apps/web/src/a.ts': 'const a = 1 // FIXME later' },
    good: { 'apps/web/src/a.ts': "const a = 'FIXME'" },
  },
  {
    rule: markers,
    what: 'a promise without an issue',
    bad: { 'apps/web/src/a.ts': '/* TODO: more */' },
    good: { 'apps/web/src/a.ts': '// TODO(#12): more' },
  },
  {
    rule: markers,
    what: 'a promise in a component or a migration',
    bad: { 'apps/server/src/blocks/migrations/0001-a.sql': '-- TODO index' },
    good: { 'apps/web/src/A.svelte': '<!-- TODO(#3): words -->' },
  },
  {
    rule: focusedTests,
    what: 'a test that silences the others',
    bad: { 'tools/a.test.ts': "it.only('x', () => {})" },
    good: { 'tools/a.test.ts': "it('x', () => {})" },
  },
  {
    rule: focusedTests,
    what: 'a skip without a reason',
    bad: { 'tools/a.test.ts': "describe.skipIf(!has)('x', () => {})" },
    good: {
      'tools/a.test.ts': "// coturn is not on this machine\ndescribe.skipIf(!has)('x', () => {})",
      'e2e/a.spec.ts': "test.skip(!has, 'coturn is absent')",
    },
  },
  {
    rule: focusedTests,
    what: 'a promised test',
    bad: { 'tools/a.test.ts': "it.todo('x')" },
    good: { 'tools/a.test.ts': "it.each([1])('x %i', () => {})" },
  },
  {
    rule: citedIds,
    what: 'a requirement that does not exist',
    bad: { 'docs/requirements.md': '| M1! | One click |', 'tools/a.test.ts': "it('[M99] x', () => {})" },
    good: { 'docs/requirements.md': '| M1! | One click |', 'tools/a.test.ts': 'it(`[M1] ${x}`, () => {})' },
  },
  {
    rule: citedIds,
    what: 'a rule that does not exist',
    bad: { 'packages/wire/SPEC.md': '- **WP1** bytes', 'tools/a.test.ts': "describe.each([1])('[WP2] x', () => {})" },
    good: { 'packages/wire/SPEC.md': '- **WP1** bytes', 'tools/a.test.ts': "it('[WP1] x', () => {})" },
  },
]

describe('each rule sees its violation and leaves its neighbour alone', () => {
  it.each(CASES.map((each) => [each.rule.name, each.what, each] as const))(
    '%s: %s',
    (_name, _what, { rule, bad, good }) => {
      expect(rule.check(treeOf(bad))).toHaveLength(1)
      expect(rule.check(treeOf(good))).toEqual([])
    },
  )

  it('names the file and the line', () => {
    const tree = treeOf({ 'apps/web/src/a.ts': '\nconst a = 1\nconst b = Date.now()' })
    expect(ambient.check(tree)).toMatchObject([{ path: 'apps/web/src/a.ts', line: 3 }])
  })

  it('tells rules that no test cites', () => {
    const tree = treeOf({
      'packages/wire/SPEC.md': '- **WP1** bytes\n- **WP2** more',
      'tools/a.test.ts': "it('[WP1] x', () => {})",
    })
    expect(citedIds.notices?.(tree)).toEqual(['packages/wire/SPEC.md: rule WP2 has no test that cites it'])
  })
})
