import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDevice, everybody, NAME, packageOf, type TestDevice } from '../../tests/devices.ts'
import { flipped, NOW_MS } from '../../tests/pair.ts'
import { checkKeyPackage, createKeyPackage, createMatchIdentity, startConversation } from '../index.ts'
import { readDevicePackage } from '../mls/device-package.ts'
import { loadSuite } from '../mls/suite.ts'
import type { SuiteKind } from './types.ts'

const DAY_MS = 24 * 60 * 60_000
const alice = await createDevice('alice', 'alice-1')
const bob = await createDevice('bob', 'bob-1')

function startWith(members: readonly Uint8Array[], given: { suite?: SuiteKind; nowMs?: number } = {}) {
  const { suite = 'group', nowMs = NOW_MS } = given
  return startConversation({ device: alice.keys, suite, name: NAME, members, admit: everybody, nowMs })
}

function check(bytes: Uint8Array, of: TestDevice = bob, suite: SuiteKind = 'group') {
  return checkKeyPackage(bytes, { suite, credential: of.keys })
}

describe('key packages of devices', () => {
  it.each(['pair', 'group'] as const)('[ER24] one of this device and suite passes the server (%s)', async (suite) => {
    const made = await createKeyPackage(bob.keys, { suite, nowMs: NOW_MS, isLast: true })
    expect(made).toMatchObject({ suite, isLast: true, id: expect.stringMatching(/^[0-9a-f]{64}$/) as string })
    expect(await check(made.bytes, bob, suite)).toBe(true)
    expect(await check(made.bytes, bob, suite === 'pair' ? 'group' : 'pair')).toBe(false)
  })

  it('[ER24] that of another device, account or account key is refused', async () => {
    const bytes = await packageOf(bob, 'group')
    const secondOfBob = await createDevice('bob', 'bob-2', bob.account)
    const renewed = await createDevice('bob', 'bob-1')
    for (const other of [alice, secondOfBob, renewed]) expect(await check(bytes, other)).toBe(false)
  })

  it('[ER24] a credential that its account did not sign, or with another key than the leaf’s, is refused', async () => {
    const forged = { ...bob, keys: { ...bob.keys, signature: alice.keys.signature }, packages: new Map() }
    const borrowed = {
      ...bob,
      keys: { ...bob.keys, devicePrivateKey: alice.keys.devicePrivateKey },
      packages: new Map(),
    }
    for (const liar of [forged, borrowed]) {
      const bytes = await packageOf(liar, 'group')
      expect(await check(bytes, liar)).toBe(false)
      expect(await startWith([bytes])).toEqual({ ok: false, code: 'E2EE_OPEN_FAILED' })
    }
  })

  it('[ER24] the key package of a match is none of a device', async () => {
    const { keyPackage } = await createMatchIdentity({ nowMs: NOW_MS })
    expect(await check(keyPackage, bob, 'pair')).toBe(false)
    expect((await startWith([keyPackage], { suite: 'pair' })).ok).toBe(false)
  })

  it('[ER24] any change of any byte, truncation, extension and garbage is refused', { timeout: 30_000 }, async () => {
    const bytes = await packageOf(bob, 'group')
    for (let at = 0; at < bytes.length; at++)
      expect(await check(flipped(bytes, at, 1 << (at % 8))), `byte ${at}`).toBe(false)
    const attempts = fc.oneof(
      fc.nat(bytes.length - 1).map((length) => bytes.slice(0, length)),
      fc.uint8Array({ minLength: 1, maxLength: 40 }).map((tail) => Uint8Array.of(...bytes, ...tail)),
      fc.uint8Array({ maxLength: 600 }),
    )
    await fc.assert(
      fc.asyncProperty(attempts, async (attempt) => {
        expect(await check(attempt)).toBe(false)
        expect((await startWith([attempt])).ok).toBe(false)
      }),
      { numRuns: 60 },
    )
    expect(await check(new Uint8Array(8 * 1024 + 1))).toBe(false)
    // The length of the first key, in two bytes instead of one.
    expect(bytes[8]).toBe(32)
    expect(await check(Uint8Array.of(...bytes.slice(0, 8), 0x40, 32, ...bytes.slice(9)))).toBe(false)
    expect(await check(bytes)).toBe(true)
  })

  it.each([false, true])(
    '[ER25] it may be added for 400 days, whatever the clock of the device says (last: %s)',
    async (isLast) => {
      // Far from the clock of this machine on purpose.
      const madeMs = Date.UTC(2041, 4, 5, 23, 59)
      const { bytes } = await createKeyPackage(bob.keys, { suite: 'group', nowMs: madeMs, isLast })
      const asked = async (afterDays: number) => (await startWith([bytes], { nowMs: madeMs + afterDays * DAY_MS })).ok
      expect(await asked(0)).toBe(true)
      expect(await asked(400)).toBe(true)
      expect(await asked(401)).toBe(false)
      expect(await asked(-1)).toBe(true)
      expect(await asked(-2)).toBe(false)
    },
  )

  it('[ER25] every one has fresh keys, and tells the day it was made, not the minute', async () => {
    const suite = await loadSuite('group')
    const at = async (nowMs: number) => {
      const { bytes } = await createKeyPackage(bob.keys, { suite: 'group', nowMs, isLast: false })
      return (await readDevicePackage(suite, bytes))!
    }
    const [one, two] = [await at(NOW_MS), await at(NOW_MS + 60_000)]
    expect(one.madeOnDay).toBe(Math.floor(NOW_MS / DAY_MS))
    expect(one.keyPackage.leafNode).toMatchObject({ lifetime: { notBefore: BigInt(one.madeOnDay) } })
    expect(two.madeOnDay).toBe(one.madeOnDay)
    expect(two.keyPackage.initKey).not.toEqual(one.keyPackage.initKey)
    expect(two.keyPackage.leafNode.hpkePublicKey).not.toEqual(one.keyPackage.leafNode.hpkePublicKey)
  })
})
