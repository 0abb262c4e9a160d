import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { CALL_ID, createPair, flipped, itemAt, NOW_MS, text, valueOf } from '../tests/pair.ts'
import { createMatch, createMatchIdentity, joinMatch, type MatchSession } from './index.ts'
import { SEALED_BYTES_MAX, SKIPPED_MESSAGES_MAX } from './limits.ts'

/**
 * What a hostile server or partner may hand us. Each property runs against live sessions: an attempt must be refused
 * with the one code, and must not disturb what follows, which the honest message at the end of each test shows.
 */
const OPEN_FAILED = { ok: false, code: 'E2EE_OPEN_FAILED' }

describe('sealed messages', () => {
  let alice: MatchSession
  let bob: MatchSession
  let sealed: Uint8Array

  beforeAll(async () => {
    ;({ alice, bob } = await createPair())
    sealed = await alice.seal(text('the honest message'))
  })

  it('[ER9][ER11] any flipped bit, anywhere, is refused; then the honest message still opens', async () => {
    // Every byte of the header and sender data, and a sample of the long ciphertext.
    const positions = [...Array(sealed.length).keys()].filter(
      (at) => at < 100 || at % 7 === 0 || at > sealed.length - 8,
    )
    for (const at of positions) {
      expect(await bob.open(flipped(sealed, at, 1 << (at % 8))), `byte ${at}`).toEqual(OPEN_FAILED)
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        expect(await bob.open(flipped(sealed, at, mask))).toEqual(OPEN_FAILED)
      }),
      { numRuns: 100 },
    )
    expect(valueOf(await bob.open(sealed))).toEqual({ ...text('the honest message'), position: 0 })
  })

  it('[ER9] truncated, extended and random bytes are refused', async () => {
    const fresh = await alice.seal(text('another'))
    await fc.assert(
      fc.asyncProperty(fc.nat(fresh.length - 1), async (length) => {
        expect(await bob.open(fresh.slice(0, length))).toEqual(OPEN_FAILED)
      }),
      { numRuns: 60 },
    )
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 40 }), async (tail) => {
        expect(await bob.open(Uint8Array.of(...fresh, ...tail))).toEqual(OPEN_FAILED)
      }),
      { numRuns: 30 },
    )
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (garbage) => {
        expect(await bob.open(garbage)).toEqual(OPEN_FAILED)
        expect(await bob.open(Uint8Array.of(0, 1, 0, 2, ...garbage))).toEqual(OPEN_FAILED)
      }),
      { numRuns: 100 },
    )
    expect((await bob.open(fresh)).ok).toBe(true)
  })

  it('[ER9] refuses by size before parsing', async () => {
    expect(await bob.open(new Uint8Array(SEALED_BYTES_MAX + 1))).toEqual(OPEN_FAILED)
  })

  it('[ER11] a message opens once: repeats are refused, also at the same time', async () => {
    const once = await alice.seal(text('once'))
    const results = await Promise.all([bob.open(once), bob.open(once), bob.open(once)])
    expect(results.map((result) => result.ok)).toEqual([true, false, false])
    expect(await bob.open(once)).toEqual(OPEN_FAILED)
  })

  it('[ER10] one’s own message, sent back, is refused', async () => {
    const own = await alice.seal(text('echo'))
    expect(await alice.open(own)).toEqual(OPEN_FAILED)
    expect(await alice.open(own)).toEqual(OPEN_FAILED)
    expect((await bob.open(own)).ok).toBe(true)
  })

  it('[ER8] a message of another match is refused, even one with the same call id', async () => {
    const other = await createPair()
    expect(await bob.open(await other.alice.seal(text('stray')))).toEqual(OPEN_FAILED)
  })

  it('[ER8] welcomes and key packages are not messages', async () => {
    const { welcome, keyPackages } = await createPair()
    expect(await bob.open(welcome)).toEqual(OPEN_FAILED)
    expect(await bob.open(keyPackages[0])).toEqual(OPEN_FAILED)
  })
})

describe('order and loss', () => {
  it('[ER11] any order of arrival within the bound, with losses, delivers each arrived message once', async () => {
    const { alice, bob } = await createPair()
    let base = 0
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...Array(24).keys()], { minLength: 1 }), async (arrivals) => {
        const sealed: Uint8Array[] = []
        for (let i = 0; i < 24; i++) sealed.push(await alice.seal(text(`m${i}`)))
        for (const i of arrivals)
          expect(valueOf(await bob.open(itemAt(sealed, i)))).toEqual({ ...text(`m${i}`), position: base + i })
        for (const i of arrivals) expect(await bob.open(itemAt(sealed, i))).toEqual(OPEN_FAILED)
        base += 24
      }),
      { numRuns: 6 },
    )
  })

  it('[ER11] up to the bound of skipped messages opens, and the skipped ones later; one more is refused', async () => {
    const { alice, bob } = await createPair()
    const sealed: Uint8Array[] = []
    for (let i = 0; i <= SKIPPED_MESSAGES_MAX + 1; i++) sealed.push(await alice.seal({ kind: 'confirm' }))
    expect(await bob.open(itemAt(sealed, SKIPPED_MESSAGES_MAX + 1))).toEqual(OPEN_FAILED)
    expect((await bob.open(itemAt(sealed, SKIPPED_MESSAGES_MAX))).ok).toBe(true)
    for (const i of [0, 1, 500, SKIPPED_MESSAGES_MAX - 1]) expect((await bob.open(itemAt(sealed, i))).ok).toBe(true)
    expect((await bob.open(itemAt(sealed, SKIPPED_MESSAGES_MAX + 1))).ok).toBe(true)
  })
})

describe('key packages and welcomes', () => {
  const at = { callId: CALL_ID, nowMs: NOW_MS }
  const make = () => createMatchIdentity({ nowMs: NOW_MS })

  it('[ER5] a tampered, truncated or random key package is refused', async () => {
    const { keyPackage } = await make()
    const attempts = fc.oneof(
      fc
        .tuple(fc.nat(keyPackage.length - 1), fc.integer({ min: 1, max: 255 }))
        .map(([index, mask]) => flipped(keyPackage, index, mask)),
      fc.nat(keyPackage.length - 1).map((length) => keyPackage.slice(0, length)),
      fc.uint8Array({ maxLength: 4_000 }),
    )
    await fc.assert(
      fc.asyncProperty(attempts, async (partnerKeyPackage) => {
        expect(await createMatch(await make(), { ...at, partnerKeyPackage })).toEqual(OPEN_FAILED)
      }),
      { numRuns: 80 },
    )
    expect(await createMatch(await make(), { ...at, partnerKeyPackage: new Uint8Array(8 * 1024 + 1) })).toEqual(
      OPEN_FAILED,
    )
    expect((await createMatch(await make(), { ...at, partnerKeyPackage: keyPackage })).ok).toBe(true)
  })

  it('[ER6] a tampered, truncated, swapped or random welcome is refused', async () => {
    const tamper = fc.oneof(
      fc.record({ kind: fc.constant('flip' as const), at: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
      fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
      fc.record({ kind: fc.constant('random' as const), bytes: fc.uint8Array({ maxLength: 5_000 }) }),
    )
    await fc.assert(
      fc.asyncProperty(tamper, async (attempt) => {
        const [creator, joiner] = await Promise.all([make(), make()])
        const { welcome } = valueOf(await createMatch(creator, { ...at, partnerKeyPackage: joiner.keyPackage }))
        const index = attempt.kind === 'random' ? 0 : Math.floor(attempt.at * welcome.length)
        const given = {
          random: () => (attempt.kind === 'random' ? attempt.bytes : welcome),
          flip: () => flipped(welcome, index, 0x10),
          cut: () => welcome.slice(0, index),
        }[attempt.kind]()
        expect(await joinMatch(joiner, { ...at, welcome: given })).toEqual(OPEN_FAILED)
      }),
      { numRuns: 60 },
    )
  })

  it('[ER6] refuses an oversize welcome and a key package in its place', async () => {
    const [one, two] = await Promise.all([make(), make()])
    expect(await joinMatch(one, { ...at, welcome: new Uint8Array(64 * 1024 + 1) })).toEqual(OPEN_FAILED)
    expect(await joinMatch(two, { ...at, welcome: two.keyPackage })).toEqual(OPEN_FAILED)
  })
})
