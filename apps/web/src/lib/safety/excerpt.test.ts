import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { excerptOf } from './excerpt.ts'

/** Without half a character. */
const isWhole = (text: string) => !/\p{Surrogate}/u.test(text)

describe('the words around what was noticed', () => {
  it('[S1] shows the quote with what stands beside it, cut at words', () => {
    const text = `${'so much to say before '.repeat(6)}send me money${' and so much more after it'.repeat(6)}`
    const start = text.indexOf('send')
    const excerpt = excerptOf(text, { quote: 'send me money', span: { start, end: start + 13 } })
    expect(excerpt.quoted).toBe('send me money')
    expect(excerpt.before).toMatch(/^…(much|to|say|so|before) .{20,}$/)
    expect(excerpt.after).toMatch(/^ and so .*…$/)
  })
  it('[S1] of a file’s name, or of a text that was edited since, only the quote', () => {
    const span = { start: 0, end: 4 }
    expect(excerptOf('another text', { quote: 'cash', span })).toEqual({ before: '', quoted: 'cash', after: '' })
  })
  it('[S1] never cuts a character in two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), fc.nat(), fc.nat(), (text, a, b) => {
        const points = Array.from(text)
        const [from, to] = [a % points.length, b % points.length].toSorted((x, y) => x - y) as [number, number]
        const start = points.slice(0, from).join('').length
        const quote = points.slice(from, to).join('')
        const { before, quoted, after } = excerptOf(text, { quote, span: { start, end: start + quote.length } })
        for (const part of [before, quoted, after]) expect(isWhole(part)).toBe(isWhole(text))
      }),
    )
  })
})
