import { createSeededRandom } from '@visavis/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWordsSeal } from './words-seal.ts'

const random = createSeededRandom(11)
const seal = createWordsSeal({ key: random.bytes(32), random })

describe('words seal', () => {
  it('opens what it sealed, for the same report only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (words) => {
        const sealed = seal.seal('report a', words)
        expect(seal.open('report a', sealed)).toBe(words)
        expect(seal.open('report b', sealed)).toBeUndefined()
      }),
    )
  })

  it('opens nothing that was changed, cut or made under another key', () => {
    const sealed = seal.seal('report a', 'he said he would find me')
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.map((byte, index) => (index === at ? byte ^ 1 : byte))
      expect(seal.open('report a', changed)).toBeUndefined()
      expect(seal.open('report a', sealed.slice(0, at))).toBeUndefined()
    }
    expect(createWordsSeal({ key: random.bytes(32), random }).open('report a', sealed)).toBeUndefined()
  })

  it('shows nothing of the words, and never seals twice alike', () => {
    const sealed = seal.seal('report a', 'he said he would find me')
    expect(Buffer.from(sealed).includes('find me')).toBe(false)
    expect(seal.seal('report a', 'he said he would find me')).not.toEqual(sealed)
  })
})
