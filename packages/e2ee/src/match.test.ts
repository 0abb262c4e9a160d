import { describe, expect, it, vi } from 'vitest'
import {
  CALL_ID,
  createPair,
  fingerprint,
  flipped,
  itemAt,
  makeTwo,
  NOW_MS,
  OTHER_CALL_ID,
  text,
  valueOf,
} from '../tests/pair.ts'
import {
  checkIdentity,
  createMatch,
  createMatchIdentity,
  joinMatch,
  CLOCK_SKEW_MS_MAX,
  KEY_PACKAGE_LIFETIME_MS,
  type MatchContent,
} from './index.ts'

const OPEN_FAILED = { ok: false, code: 'E2EE_OPEN_FAILED' }
const DAY_MS = 24 * 60 * 60_000

function contains(haystack: Uint8Array, needle: Uint8Array): boolean {
  return Buffer.from(haystack).includes(Buffer.from(needle))
}

describe('a match, both ways', () => {
  const contents: MatchContent[] = [
    { kind: 'identity', callId: CALL_ID, fingerprint: fingerprint(7) },
    { kind: 'identity', callId: CALL_ID, fingerprint: fingerprint(7), nonceCommitment: fingerprint(8) },
    text('héllo 👋'),
    text(''),
    { kind: 'media-state', mic: true, camera: false, isVirtual: false },
    { kind: 'turn-credentials', ufrag: 'a+/9', pwd: 'p'.repeat(22) },
    { kind: 'confirm' },
  ]

  it('[M14][ER1][ER14] every kind of content arrives unchanged in both directions, numbered in order', async () => {
    const { alice, bob } = await createPair()
    for (const [position, content] of contents.entries()) {
      expect(valueOf(await bob.open(await alice.seal(content)))).toEqual({ ...content, position })
      expect(valueOf(await alice.open(await bob.seal(content)))).toEqual({ ...content, position })
    }
  })

  it('[ER19] both sides, and no other match, derive the same exported secret', async () => {
    const [one, other] = await Promise.all([createPair(), createPair()])
    const context = Uint8Array.of(1, 2)
    const secret = await one.alice.exporter('test', context, 32)
    expect(await one.bob.exporter('test', context, 32)).toEqual(secret)
    expect(secret).toHaveLength(32)
    expect(await other.alice.exporter('test', context, 32)).not.toEqual(secret)
    expect(await one.alice.exporter('tests', context, 32)).not.toEqual(secret)
    expect(await one.alice.exporter('test', Uint8Array.of(1), 32)).not.toEqual(secret)
    await expect(one.alice.exporter('test', context, 0)).rejects.toThrow('out of bounds')
    await expect(one.alice.exporter('test', context, 256)).rejects.toThrow('out of bounds')
  })

  it('[ER2] two identities of one person share no key, no pseudonym and no other long run of bytes', async () => {
    const [first, second] = await makeTwo()
    const [one, two] = [Buffer.from(first.keyPackage), Buffer.from(second.keyPackage)]
    // Public structure (capabilities, lifetime, the minute of making) is 30-odd bytes; keys are 32 and longer.
    const shared = [...Array(one.length - 40).keys()].filter((at) => two.includes(one.subarray(at, at + 40)))
    expect(shared).toEqual([])
    expect(JSON.stringify(first)).not.toContain('rivate')
  })

  it('[ER13] a sealed message has one of few sizes and shows no plaintext', async () => {
    const { alice } = await createPair()
    const secretWords = 'the quick brown fox jumps over the lazy dog'
    const short = await alice.seal(text('a'))
    const long = await alice.seal(text(secretWords, 'unlikely-message-id'))
    expect(long).toHaveLength(short.length)
    for (const needle of [secretWords, 'quick', 'unlikely'])
      expect(contains(long, new TextEncoder().encode(needle))).toBe(false)
    expect(contains(await alice.seal(itemAt(contents, 0)), fingerprint(7).subarray(0, 6))).toBe(false)
  })

  it('[ER17] concurrent seals use different keys and arrive in the order of the calls', async () => {
    const { alice, bob } = await createPair()
    const sealed = await Promise.all([...Array(20).keys()].map((i) => alice.seal(text(`n${i}`))))
    const opened = await Promise.all(sealed.map((bytes) => bob.open(bytes)))
    expect(opened.map((result) => valueOf(result))).toEqual(
      [...Array(20).keys()].map((i) => ({ ...text(`n${i}`), position: i })),
    )
  })

  it('[ER17] seals and opens may be mixed concurrently on one side', async () => {
    const { alice, bob } = await createPair()
    const fromBob = await Promise.all([...Array(8).keys()].map((i) => bob.seal(text(`b${i}`))))
    const mixed = await Promise.all(
      fromBob.map(async (bytes, i) => [await alice.open(bytes), await alice.seal(text(`a${i}`))] as const),
    )
    expect(mixed.every(([opened]) => opened.ok)).toBe(true)
    for (const [, sealed] of mixed) expect((await bob.open(sealed)).ok).toBe(true)
  })
})

describe('who and when', () => {
  it('[ER7] refuses a welcome to another call', async () => {
    const [creator, joiner] = await makeTwo()
    const { welcome } = valueOf(
      await createMatch(creator, { callId: CALL_ID, partnerKeyPackage: joiner.keyPackage, nowMs: NOW_MS }),
    )
    expect(await joinMatch(joiner, { callId: OTHER_CALL_ID, welcome, nowMs: NOW_MS })).toEqual(OPEN_FAILED)
  })

  it('[ER7] refuses a welcome that is for another key package', async () => {
    const { welcome } = await createPair()
    const stranger = await createMatchIdentity({ nowMs: NOW_MS })
    expect(await joinMatch(stranger, { callId: CALL_ID, welcome, nowMs: NOW_MS })).toEqual(OPEN_FAILED)
  })

  it('[ER3] an identity serves one match: a second join, a second creation and use after destroy are refused', async () => {
    const make = () => createMatchIdentity({ nowMs: NOW_MS })
    const [creator, joiner, third, gone] = await Promise.all([make(), make(), make(), make()])
    const at = { callId: CALL_ID, nowMs: NOW_MS }
    const first = valueOf(await createMatch(creator, { ...at, partnerKeyPackage: joiner.keyPackage }))
    const second = valueOf(await createMatch(third, { ...at, partnerKeyPackage: joiner.keyPackage }))
    expect((await joinMatch(joiner, { ...at, welcome: first.welcome })).ok).toBe(true)
    expect(await joinMatch(joiner, { ...at, welcome: second.welcome })).toEqual(OPEN_FAILED)
    expect(await joinMatch(joiner, { ...at, welcome: first.welcome })).toEqual(OPEN_FAILED)
    expect(await createMatch(creator, { ...at, partnerKeyPackage: gone.keyPackage })).toEqual(OPEN_FAILED)
    gone.destroy()
    expect(await createMatch(gone, { ...at, partnerKeyPackage: third.keyPackage })).toEqual(OPEN_FAILED)
  })

  it('[ER3] two joins at once with one identity: one wins', async () => {
    const make = () => createMatchIdentity({ nowMs: NOW_MS })
    const [creator, joiner] = await Promise.all([make(), make()])
    const at = { callId: CALL_ID, nowMs: NOW_MS }
    const { welcome } = valueOf(await createMatch(creator, { ...at, partnerKeyPackage: joiner.keyPackage }))
    const joins = await Promise.all([1, 2].map(() => joinMatch(joiner, { ...at, welcome })))
    expect(joins.filter((result) => result.ok)).toHaveLength(1)
  })

  it('[ER3] a failed join burns the identity as well', async () => {
    const make = () => createMatchIdentity({ nowMs: NOW_MS })
    const [creator, joiner] = await Promise.all([make(), make()])
    const at = { callId: CALL_ID, nowMs: NOW_MS }
    const { welcome } = valueOf(await createMatch(creator, { ...at, partnerKeyPackage: joiner.keyPackage }))
    expect(await joinMatch(joiner, { ...at, welcome: welcome.subarray(1) })).toEqual(OPEN_FAILED)
    expect(await joinMatch(joiner, { ...at, welcome })).toEqual(OPEN_FAILED)
  })

  it.each([
    ['fresh', 0, true],
    ['at the end of its life', KEY_PACKAGE_LIFETIME_MS, true],
    ['expired', KEY_PACKAGE_LIFETIME_MS + 60_000, false],
    ['clock three days ahead', 3 * DAY_MS, false],
    ['clock a little behind', -CLOCK_SKEW_MS_MAX, true],
    ['clock too far behind', -CLOCK_SKEW_MS_MAX - 60_000, false],
    ['clock three days behind', -3 * DAY_MS, false],
  ])('[ER4] a partner key package seen by the creator: %s', async (_, offsetMs, accepted) => {
    const nowMs = NOW_MS + offsetMs
    const partner = await createMatchIdentity({ nowMs: NOW_MS })
    const creator = await createMatchIdentity({ nowMs })
    const created = await createMatch(creator, { callId: CALL_ID, partnerKeyPackage: partner.keyPackage, nowMs })
    expect(created.ok).toBe(accepted)
    if (!created.ok) expect(created).toEqual(OPEN_FAILED)
  })

  it.each([
    ['three days ahead', 3 * DAY_MS],
    ['three days behind', -3 * DAY_MS],
  ])('[ER4] a joiner whose clock is %s refuses', async (_, offsetMs) => {
    const make = () => createMatchIdentity({ nowMs: NOW_MS })
    const [creator, joiner] = await Promise.all([make(), make()])
    const { welcome } = valueOf(
      await createMatch(creator, { callId: CALL_ID, partnerKeyPackage: joiner.keyPackage, nowMs: NOW_MS }),
    )
    expect(await joinMatch(joiner, { callId: CALL_ID, welcome, nowMs: NOW_MS + offsetMs })).toEqual(OPEN_FAILED)
  })

  it('[ER4] one does not start a match with an identity of one’s own that has expired', async () => {
    const old = await createMatchIdentity({ nowMs: NOW_MS })
    const nowMs = NOW_MS + 2 * DAY_MS
    const partner = await createMatchIdentity({ nowMs })
    const created = await createMatch(old, { callId: CALL_ID, partnerKeyPackage: partner.keyPackage, nowMs })
    expect(created).toEqual(OPEN_FAILED)
  })

  it.each([Date.UTC(2019, 0), Date.UTC(2040, 0)])(
    '[ER4] the clock of the device (%i) decides nothing',
    async (deviceMs) => {
      vi.useFakeTimers({ toFake: ['Date'], now: deviceMs })
      try {
        const { alice, bob } = await createPair()
        expect((await bob.open(await alice.seal(text('hi')))).ok).toBe(true)
      } finally {
        vi.useRealTimers()
      }
    },
  )

  it('[ER5] refuses one’s own key package as the partner’s', async () => {
    const creator = await createMatchIdentity({ nowMs: NOW_MS })
    const created = await createMatch(creator, {
      callId: CALL_ID,
      partnerKeyPackage: creator.keyPackage,
      nowMs: NOW_MS,
    })
    expect(created).toEqual(OPEN_FAILED)
  })

  it('[ER7] a call id outside its bounds is a bug of the caller', async () => {
    const [one, two] = await makeTwo()
    const at = { partnerKeyPackage: two.keyPackage, nowMs: NOW_MS }
    await expect(createMatch(one, { ...at, callId: '' })).rejects.toThrow('call id')
    await expect(createMatch(one, { ...at, callId: 'x'.repeat(65) })).rejects.toThrow('call id')
  })
})

describe('the end', () => {
  it('[ER16] destroy lets a seal under way finish under its real key, then nothing seals, opens or exports', async () => {
    const { alice, bob } = await createPair()
    const late = await bob.seal(text('late'))
    const [sealed] = await Promise.all([alice.seal(text('last words')), alice.destroy()])
    expect(valueOf(await bob.open(sealed))).toEqual({ ...text('last words'), position: 0 })
    await expect(alice.seal(text('more'))).rejects.toThrow('session destroyed')
    await expect(alice.exporter('x', new Uint8Array(), 32)).rejects.toThrow('session destroyed')
    expect(await alice.open(late)).toEqual(OPEN_FAILED)
    await alice.destroy()
  })

  it('[ER14] content outside its bounds is refused before a key is spent', async () => {
    const { alice, bob } = await createPair()
    await expect(alice.seal(text('x'.repeat(16 * 1024 + 1)))).rejects.toThrow(RangeError)
    await expect(
      alice.seal({ kind: 'identity', callId: CALL_ID, fingerprint: fingerprint(1).subarray(1) }),
    ).rejects.toThrow(RangeError)
    await expect(alice.seal({ kind: 'turn-credentials', ufrag: 'a\r\nb', pwd: 'p'.repeat(22) })).rejects.toThrow(
      RangeError,
    )
    const longest = text('é'.repeat(8 * 1024))
    expect(valueOf(await bob.open(await alice.seal(longest)))).toEqual({ ...longest, position: 0 })
  })
})

describe('whose media', () => {
  const expected = { callId: CALL_ID, fingerprintFromSignalling: fingerprint(7) }

  it('[M14][ER18] accepts the fingerprint the partner signed inside the match', async () => {
    const { alice, bob } = await createPair()
    const sealed = await alice.seal({ kind: 'identity', callId: CALL_ID, fingerprint: fingerprint(7) })
    expect(checkIdentity(valueOf(await bob.open(sealed)), expected)).toEqual({ ok: true, value: fingerprint(7) })
  })

  it('[M14][ER18] a server that swaps the fingerprints of its signalling is found out', async () => {
    const mismatch = { ok: false, code: 'CALL_IDENTITY_MISMATCH' }
    const { alice, bob } = await createPair()
    const opened = valueOf(
      await bob.open(await alice.seal({ kind: 'identity', callId: CALL_ID, fingerprint: fingerprint(7) })),
    )
    expect(checkIdentity(opened, { ...expected, fingerprintFromSignalling: fingerprint(9) })).toEqual(mismatch)
    expect(checkIdentity(opened, { ...expected, fingerprintFromSignalling: new Uint8Array() })).toEqual(mismatch)
    expect(checkIdentity(opened, { ...expected, callId: OTHER_CALL_ID })).toEqual(mismatch)
    expect(checkIdentity({ kind: 'confirm' }, expected)).toEqual(mismatch)
    const oneBitOff = flipped(fingerprint(7), 31, 1)
    expect(checkIdentity(opened, { ...expected, fingerprintFromSignalling: oneBitOff })).toEqual(mismatch)
  })

  it('[M14][ER10] one’s own identity, sent back by the server, is not the partner’s', async () => {
    const { alice } = await createPair()
    const own = await alice.seal({ kind: 'identity', callId: CALL_ID, fingerprint: fingerprint(7) })
    expect(await alice.open(own)).toEqual(OPEN_FAILED)
  })
})
