import { describe, expect, it } from 'vitest'
import { functionSize } from './rule-function-size.ts'
import { treeOf } from './tree.ts'

const PATH = 'apps/server/src/calls/a.ts'
const steps = (count: number, step = '  step()\n') => step.repeat(count)
const problems = (text: string, path = PATH) => functionSize.check(treeOf({ [path]: text }))

/** `head` and `}` are two of the lines. */
const functionOf = (lines: number, head = 'export function a() {') => `${head}\n${steps(lines - 2)}}\n`

describe('function size', () => {
  it('lets 70 lines be and refuses 71, with name and line', () => {
    expect(problems(`\n${functionOf(70)}`)).toEqual([])
    expect(problems(`\n${functionOf(71)}`)).toEqual([
      { path: PATH, line: 2, message: 'a has 71 lines of its own; 70 is the end' },
    ])
  })

  it('sees every way to write a function', () => {
    for (const text of [
      functionOf(71, 'const a = () => {'),
      functionOf(71, 'const a = async function () {'),
      `const x = {\n${functionOf(71, 'a() {')}}\n`,
      `class X {\n${functionOf(71, 'constructor() {')}}\n`,
      `class X {\n${functionOf(71, 'get a() {')}}\n`,
      functionOf(71, 'on(() => {').replace(/\}\n$/, '})\n'),
    ])
      expect(problems(text), text.slice(0, 40)).toHaveLength(1)
  })

  it('does not count the lines of nested functions, only those around them', () => {
    const room = (own: number) => `function a() {\n${functionOf(60).repeat(3)}${steps(own - 2)}}\n`
    expect(problems(room(70))).toEqual([])
    expect(problems(room(71))).toMatchObject([{ line: 1, message: expect.stringContaining('a has 71') }])
  })

  it('counts a line that outer and inner share for the outer one', () => {
    // `on('x', () => {` and `})` are lines of a, what is between them is not.
    const text = (own: number) => `function a() {\n  on('x', () => {\n${steps(60)}  })\n${steps(own - 4)}}\n`
    expect(problems(text(70))).toEqual([])
    expect(problems(text(71))).toHaveLength(1)
  })

  it('looks into nested functions by themselves', () => {
    expect(problems(`function a() {\n${functionOf(71, 'function inner() {')}}\n`)).toMatchObject([
      { line: 2, message: expect.stringContaining('inner') },
    ])
  })

  it('counts neither blank lines nor comments, but all lines of a string', () => {
    expect(problems(`function a() {\n${steps(68)}${steps(50, '\n  // why\n  /* a\n b */\n')}}\n`)).toEqual([])
    expect(problems(`function a() {\n  return \`${steps(80)}\`\n}\n`)).toHaveLength(1)
  })

  it('reads components, and leaves tests alone', () => {
    expect(
      problems(`<p>a</p>\n<script lang="ts">\n${functionOf(71)}</script>\n`, 'apps/web/src/A.svelte'),
    ).toMatchObject([{ line: 3 }])
    expect(problems(functionOf(200), 'apps/server/src/calls/a.test.ts')).toEqual([])
  })
})
