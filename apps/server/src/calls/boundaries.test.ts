import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BOUNDARIES_DEFAULT, BOUNDARY_SUBJECTS, STANCES, type Boundaries } from '@visavis/wire'
import { decodeBoundaries, encodeBoundaries } from './boundaries.ts'

const stances = fc.tuple(...BOUNDARY_SUBJECTS.map(() => fc.constantFrom(...STANCES)))
const boundaries = stances.map((each): Boundaries => ({
  ...BOUNDARIES_DEFAULT,
  ...Object.fromEntries(BOUNDARY_SUBJECTS.map((subject, index) => [subject, each[index]])),
}))

describe('boundaries as rows and receipts keep them [M12]', () => {
  it('come back as they were, in one letter each', () => {
    fc.assert(
      fc.property(boundaries, (chosen) => {
        const text = encodeBoundaries(chosen)
        expect(text).toHaveLength(BOUNDARY_SUBJECTS.length)
        expect(decodeBoundaries(text)).toEqual(chosen)
      }),
    )
  })

  it('are not guessed from anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = decodeBoundaries(text)
        if (read !== undefined) expect(encodeBoundaries(read)).toBe(text)
      }),
    )
    for (const text of ['', 'n', 'nnnnnx', 'nnnnnnn']) expect(decodeBoundaries(text)).toBeUndefined()
  })
})
