import { describe, expect, it } from 'vitest'
import { fileSize } from './rule-file-size.ts'
import { treeOf } from './tree.ts'

const LIST = 'tools/tidy/large-files.json'
const lines = (count: number) => 'x\n'.repeat(count)

function problems(sizes: Record<string, number>, list: Record<string, number>, committed?: Record<string, number>) {
  const texts = Object.entries(sizes).map(([path, count]) => [path, lines(count)])
  const tree = treeOf(
    { ...Object.fromEntries(texts), [LIST]: JSON.stringify(list) },
    committed === undefined ? {} : { [LIST]: JSON.stringify(committed) },
  )
  return fileSize.check(tree).map(({ message }) => message)
}

describe('file size', () => {
  it('lets a file of 300 lines be and asks to split one of 301', () => {
    expect(problems({ 'a/b.ts': 300 }, {})).toEqual([])
    expect(problems({ 'a/b.ts': 301 }, {})).toEqual([expect.stringContaining('split it')])
  })

  it('lets a listed file of its size be', () => {
    expect(problems({ 'a/b.ts': 400 }, { 'a/b.ts': 400 })).toEqual([])
  })

  it('refuses more than 500 lines, listed or not', () => {
    expect(problems({ 'a/b.ts': 501 }, { 'a/b.ts': 501 })).toEqual([expect.stringContaining('500 is the end')])
  })

  it('refuses a listed file that grew', () => {
    expect(problems({ 'a/b.ts': 401 }, { 'a/b.ts': 400 })).toEqual([expect.stringContaining('grew from 400 to 401')])
  })

  it('asks to remove or lower an entry that is no longer needed so', () => {
    expect(problems({ 'a/b.ts': 200 }, { 'a/b.ts': 400 })).toEqual([expect.stringContaining('remove it')])
    expect(problems({}, { 'a/b.ts': 400 })).toEqual([expect.stringContaining('remove it')])
    expect(problems({ 'a/b.ts': 350 }, { 'a/b.ts': 400 })).toEqual([
      expect.stringContaining('write that instead of 400'),
    ])
  })

  it('refuses a list that grew since it was committed', () => {
    expect(problems({ 'a/b.ts': 400 }, { 'a/b.ts': 400 }, {})).toEqual([expect.stringContaining('may only shrink')])
    expect(problems({ 'a/b.ts': 400 }, { 'a/b.ts': 400 }, { 'a/b.ts': 390 })).toEqual([
      expect.stringContaining('may only shrink'),
    ])
    expect(problems({ 'a/b.ts': 400 }, { 'a/b.ts': 400 }, { 'a/b.ts': 420 })).toEqual([])
  })
})
