import fc from 'fast-check'
import { expect, it } from 'vitest'
import { KNOWN_MINUTES, trustSteps, type StepFacts, type TrustSteps } from './trust-steps.ts'

const DAY = KNOWN_MINUTES
const facts: fc.Arbitrary<StepFacts> = fc.record({
  place: fc.constantFrom('pair' as const, 'group' as const),
  minutesKnown: fc.oneof(fc.integer({ min: -10, max: 3 * DAY }), fc.constantFrom(DAY - 1, DAY, NaN, Infinity)),
  mineSharing: fc.boolean(),
  theirSharing: fc.boolean(),
  isMemberShown: fc.boolean(),
})

/** place, minutes, mine, theirs, shown: links, files, sending. */
type Line = readonly [StepFacts['place'], number, string, ...(readonly [string, string, string])]
const TABLE: readonly Line[] = [
  ['pair', 0, '---', 'dead', 'locked', 'locked'],
  ['pair', DAY - 1, 'm--', 'dead', 'locked', 'locked'],
  ['pair', DAY - 1, '-t-', 'dead', 'locked', 'locked'],
  ['pair', DAY - 1, 'mt-', 'open', 'covered', 'open'],
  ['pair', DAY, '---', 'open', 'locked', 'locked'],
  ['pair', DAY, 'm--', 'open', 'locked', 'locked'],
  ['pair', DAY, '-t-', 'open', 'locked', 'locked'],
  ['pair', DAY, 'mt-', 'open', 'open', 'open'],
  ['pair', 0, '--s', 'dead', 'locked', 'locked'],
  ['group', 0, '---', 'unshown', 'unshown', 'open'],
  ['group', DAY, '---', 'unshown', 'unshown', 'open'],
  ['group', DAY, 'm--', 'unshown', 'unshown', 'open'],
  ['group', 0, '--s', 'open', 'open', 'open'],
  ['group', 0, 'mt-', 'open', 'covered', 'open'],
  ['group', DAY, 'mt-', 'open', 'open', 'open'],
]

it.each(TABLE)(
  '[M18] [PO7] [PO8] [PO9] [PO10] in a %s, known for %i minutes, said %s: links %s, files %s, sending %s',
  (place, minutesKnown, said, links, files, sending) => {
    const [mineSharing, theirSharing, isMemberShown] = [said.includes('m'), said.includes('t'), said.includes('s')]
    expect(trustSteps({ place, minutesKnown, mineSharing, theirSharing, isMemberShown })).toEqual({
      links,
      files,
      sending,
    })
  },
)

const RANK = { dead: 0, locked: 0, unshown: 0, covered: 1, open: 2 } as const
const rankOf = ({ links, files, sending }: TrustSteps) => [RANK[links], RANK[files], RANK[sending]]
const isAtLeast = (after: TrustSteps, before: TrustSteps) => {
  const [above, below] = [rankOf(after), rankOf(before)]
  return above.every((rank, at) => rank >= (below[at] ?? 0))
}

it('[M18] [PO11] time alone takes no step back', () => {
  fc.assert(
    fc.property(facts, fc.nat(3 * DAY), (before, later) => {
      const after = { ...before, minutesKnown: before.minutesKnown + later }
      expect(isAtLeast(trustSteps(after), trustSteps(before))).toBe(true)
    }),
  )
})

it('[M18] [PO8] in a pair no file passes either way on the word of one, however long they have known each other', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const oneSided = { ...given, place: 'pair' as const, theirSharing: given.theirSharing && !given.mineSharing }
      const { files, sending } = trustSteps(oneSided)
      expect([files, sending]).toEqual(['locked', 'locked'])
    }),
  )
})

it('[M18] [PO8] what one takes back is taken back for both, and both see the same', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const swapped = { ...given, mineSharing: given.theirSharing, theirSharing: given.mineSharing }
      expect(trustSteps(swapped)).toEqual(trustSteps(given))
    }),
  )
})

it('[M18] [PO10] showing a member of a group changes nothing between two people', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const pair = { ...given, place: 'pair' as const }
      expect(trustSteps({ ...pair, isMemberShown: true })).toEqual(trustSteps({ ...pair, isMemberShown: false }))
    }),
  )
})
