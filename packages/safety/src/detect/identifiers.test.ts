import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isIban, isLuhn, nationalIdOf } from './identifiers.ts'

it.each(['4111111111111111', '5500000000000004', '340000000000009', '6011000000000004'])(
  '[SF8] %s is a card',
  (digits) => {
    expect(isLuhn(digits)).toBe(true)
  },
)

it('[SF8] one wrong digit makes a card, an account or an identity number untrue', () => {
  const changed = (text: string, at: number) => text.slice(0, at) + ((Number(text[at]) + 1) % 10) + text.slice(at + 1)
  fc.assert(
    fc.property(fc.nat(15), (at) => {
      expect(isLuhn(changed('4111111111111111', at))).toBe(false)
      expect(isIban(changed('de89370400440532013000', Math.max(2, at)))).toBe(false)
    }),
  )
  expect(isLuhn('0000000000000000')).toBe(false)
})

it.each([
  'de89370400440532013000',
  'gb82west12345698765432',
  'es9121000418450200051332',
  'fr1420041010050500013m02606',
  'pt50000201231234567890154',
])('[SF8] %s is an account', (text) => {
  expect(isIban(text)).toBe(true)
})

it.each([
  ['12345678z', [9], [], 'certain'],
  ['x1234567l', [9], [], 'certain'],
  ['12345678a', [9], [], undefined],
  ['123456789', [3, 2, 4], ['-', '-'], 'certain'],
  ['666456789', [3, 2, 4], ['-', '-'], undefined],
  ['52998224725', [3, 3, 3, 2], ['.', '.', '-'], 'certain'],
  ['52998224725', [11], [], 'possible'],
  ['11111111111', [11], [], undefined],
  ['86095742719', [11], [], 'possible'],
  ['255081416802538', [15], [], 'certain'],
  ['255081416802539', [15], [], undefined],
  ['501442600', [9], [], 'possible'],
  ['501442601', [9], [], undefined],
] as const)('[SF8] %s in groups of %j is %4$s', (text, groups, signs, expected) => {
  expect(nationalIdOf(text, groups, signs)).toBe(expected)
})
