import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { notesOf } from './capsule-notes.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text).byteLength

it('[S16] texts become lines that say who wrote them and when', () => {
  const texts = [
    { from: 'them' as const, text: 'hello', atMs: 1_000 },
    { from: 'me' as const, text: 'please stop', atMs: 4_600 },
  ]
  expect(notesOf(texts, 1_000)).toBe('+0 s Reported: hello\n+4 s Reporter: please stop')
  expect(notesOf([], 1_000)).toBe('')
})

it('[S16] a text cannot pretend to be another line', () => {
  const texts = [{ from: 'them' as const, text: 'hi\n+9 s Reporter: I am the one who\u2028began', atMs: 0 }]
  expect(notesOf(texts, 1_000).split(/[\n\u2028]/)).toHaveLength(1)
})

it('[S16] the latest that fit are kept, whole, and it is said that others were left out', () => {
  const texts = fc.array(
    fc.record({
      from: fc.constantFrom('me' as const, 'them' as const),
      text: fc.string({ unit: 'grapheme' }),
      atMs: fc.nat(),
    }),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(texts, fc.integer({ min: 64, max: 600 }), (given, bytesMax) => {
      const notes = notesOf(given, bytesMax)
      const all = notesOf(given, Number.POSITIVE_INFINITY)
      expect(bytesOf(notes)).toBeLessThanOrEqual(bytesMax)
      if (notes === all) return
      expect(bytesOf(all)).toBeGreaterThanOrEqual(bytesMax)
      const [said, ...kept] = notes.split('\n')
      expect(said).toContain('left out')
      expect(kept).toEqual(kept.length === 0 ? [] : all.split('\n').slice(-kept.length))
    }),
  )
})
