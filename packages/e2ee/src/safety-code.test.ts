import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readSafetyQr, safetyCode } from './safety-code.ts'

const alice = { accountId: 'alice', accountKey: new Uint8Array(32).fill(1) }
const bob = { accountId: 'bob', accountKey: new Uint8Array(32).fill(2) }
const mallory = { accountId: 'bob', accountKey: new Uint8Array(32).fill(3) }

it('[K10, EF20] the digits are the same for both people: 60 of them', async () => {
  const [mine, theirs] = [await safetyCode(alice, bob), await safetyCode(bob, alice)]
  expect(mine.digits).toBe(theirs.digits)
  expect(mine.digits).toMatch(/^\d{60}$/)
  expect(mine.qr).not.toBe(theirs.qr)
})

it('[K10, EF20] another key or another account changes the digits, and only the half of that account', async () => {
  const { digits } = await safetyCode(alice, bob)
  const halves = new Set([digits.slice(0, 30), digits.slice(30)])
  for (const other of [mallory, { ...bob, accountId: 'eve' }]) {
    const { digits: changed } = await safetyCode(alice, other)
    const kept = [changed.slice(0, 30), changed.slice(30)].filter((half) => halves.has(half))
    expect(kept.length).toBe(1)
  }
})

it('[K10, EF20] a scanned code is the same only between the two whose keys it shows', async () => {
  const shownByBob = (await safetyCode(bob, alice)).qr
  expect(await readSafetyQr(shownByBob, alice, bob)).toBe('same')
  expect(await readSafetyQr(shownByBob, alice, mallory)).toBe('different')
  // A server in the middle has given bob another key of alice.
  const deceived = (await safetyCode(bob, { ...alice, accountKey: new Uint8Array(32).fill(9) })).qr
  expect(await readSafetyQr(deceived, alice, bob)).toBe('different')
  // One's own code, scanned from one's own screen.
  expect(await readSafetyQr((await safetyCode(alice, bob)).qr, alice, bob)).toBe('different')
})

it('[K10, EF20] what is no safety code is unreadable, never a match and never an alarm', async () => {
  const { qr } = await safetyCode(bob, alice)
  for (const text of [
    '',
    'https://example.org',
    qr.slice(0, -1),
    `${qr}0`,
    `${qr}:00`,
    qr.toUpperCase(),
    qr.replace(':1:', ':2:'),
  ])
    expect(await readSafetyQr(text, alice, bob)).toBe('unreadable')
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 200 }), async (text) => {
      expect(await readSafetyQr(text, alice, bob)).toBe('unreadable')
      expect(await readSafetyQr(`visavis:safety:1:${text}`, alice, bob)).not.toBe('same')
    }),
  )
})

it('[EF20] an identity without an id or with a short key is a bug', async () => {
  await expect(safetyCode({ ...alice, accountId: '' }, bob)).rejects.toThrow(RangeError)
  await expect(safetyCode(alice, { ...bob, accountKey: new Uint8Array(31) })).rejects.toThrow(RangeError)
})
