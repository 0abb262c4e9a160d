import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readingOf } from './turn-path.ts'

/**
 * Two sides that begin anew whenever they like, over a line that keeps order: the rules of `readingOf` and what the
 * path does with each reading, without a browser.
 */
type Side = {
  readonly isPolite: boolean
  own: string
  /** Whose credentials the connection runs with. */
  partner: string | undefined
  isOffering: boolean
  readonly inbox: { readonly ufrag: string; readonly answers: string | undefined }[]
}

function createPair() {
  let made = 0
  const side = (isPolite: boolean): Side => ({
    isPolite,
    own: `u${made++}`,
    partner: undefined,
    isOffering: true,
    inbox: [],
  })
  const sides = [side(true), side(false)] as const
  const other = (of: Side) => (of === sides[0] ? sides[1] : sides[0])
  const tell = (from: Side, answers?: string) => void other(from).inbox.push({ ufrag: from.own, answers })
  return {
    sides,
    begin: () => sides.forEach((each) => tell(each)),
    restart(of: Side) {
      of.own = `u${made++}`
      of.isOffering = true
      tell(of)
    },
    hear(of: Side) {
      const told = of.inbox.shift()
      if (!told) return
      const { isOffering, isPolite, own: ownUfrag } = of
      const reading = readingOf({
        isFirst: of.partner === undefined,
        isOffering,
        isPolite,
        ownUfrag,
        answers: told.answers,
      })
      if (reading === 'nothing') return
      of.partner = told.ufrag
      of.isOffering = false
      if (reading === 'answer') return
      of.own = `u${made++}`
      tell(of, told.ufrag)
    },
  }
}

describe('ICE credentials that cross on the TURN path', () => {
  it('[M16] however often both begin anew, both end with the credentials of the other, and fall silent', () => {
    const deed = fc.constantFrom('restart', 'hear')
    const step = fc.record({ deed, at: fc.constantFrom(0, 1) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const pair = createPair()
        pair.begin()
        for (const { deed: what, at } of steps) {
          const side = pair.sides[at === 0 ? 0 : 1]
          // Nobody begins anew before they have heard who is there.
          if (what === 'hear') pair.hear(side)
          else if (side.partner !== undefined) pair.restart(side)
        }
        const [one, two] = pair.sides
        for (let heard = 0; one.inbox.length + two.inbox.length > 0; heard++) {
          expect(heard).toBeLessThan(200)
          pair.hear(heard % 2 === 0 ? one : two)
        }
        expect([one.partner, two.partner]).toEqual([two.own, one.own])
        expect([one.isOffering, two.isOffering]).toEqual([false, false])
      }),
      { numRuns: 1_000 },
    )
  })
})
