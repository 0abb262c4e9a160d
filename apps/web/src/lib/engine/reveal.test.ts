import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createRevealRound } from './reveal.ts'

it('[M15] both sides come to agree, whatever is said and however late and often the signals come', () => {
  const deed = fc.record({ who: fc.constantFrom('one', 'other'), isWanted: fc.boolean(), late: fc.nat(3) })
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 30 }), fc.nat(), (deeds, seed) => {
      const underWay: { to: 'one' | 'other'; isWanted: boolean; position: number }[] = []
      const positions = { one: 0, other: 0 }
      const sideOf = (me: 'one' | 'other', to: 'one' | 'other') =>
        createRevealRound({
          say: ({ isWanted }) => underWay.push({ to, isWanted, position: positions[me]++ }),
          changed: () => undefined,
        })
      const sides = { one: sideOf('one', 'other'), other: sideOf('other', 'one') }
      for (const { who, isWanted } of deeds) sides[who].want(isWanted)
      // Out of order, and each twice.
      const mixed = [...underWay, ...underWay].toSorted(
        (a, b) => ((a.position * 7 + seed) % 5) - ((b.position * 7 + seed) % 5),
      )
      for (const { to, isWanted, position } of mixed) sides[to].heard({ kind: 'reveal', isWanted, position })
      expect(sides.one.state()).toEqual({ own: sides.other.state().partner, partner: sides.other.state().own })
    }),
  )
})

it('[M15] says a word once, and tells of changes only', () => {
  const said: boolean[] = []
  let changes = 0
  const round = createRevealRound({ say: ({ isWanted }) => said.push(isWanted), changed: () => changes++ })
  round.want(false)
  round.want(true)
  round.want(true)
  round.heard({ kind: 'reveal', isWanted: false, position: 0 })
  expect([said, changes]).toEqual([[true], 1])
})
