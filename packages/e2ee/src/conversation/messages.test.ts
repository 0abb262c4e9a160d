import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { createConversation, opened, sealed } from '../../tests/devices.ts'
import { flipped, itemAt, NOW_MS, valueOf } from '../../tests/pair.ts'
import type { Group } from '../index.ts'

const OPEN_FAILED = { ok: false, code: 'E2EE_OPEN_FAILED' }
const AHEAD = { ok: false, code: 'E2EE_EPOCH_AHEAD' }
const plain = new TextEncoder().encode('hello')
const nothing = new Uint8Array()

async function pairOf(suite: 'pair' | 'group' = 'group') {
  const { groups } = await createConversation(suite)
  return { alice: itemAt(groups, 0), bob: itemAt(groups, 1) }
}

/** Alice renews her keys and Bob follows. */
async function renew(alice: Group, bob: Group): Promise<void> {
  const made = valueOf(await alice.commit({ add: [], remove: [], nowMs: NOW_MS }))
  const taken = valueOf(await bob.process(made.commit, NOW_MS))
  made.apply()
  if (taken.kind === 'changed') taken.apply()
}

describe('what is opened', () => {
  let alice: Group
  let bob: Group
  beforeAll(async () => ({ alice, bob } = await pairOf()))

  it('[ER28] any flipped bit is refused, also in what stands beside; then the honest message opens', async () => {
    const ciphertext = await sealed(alice, plain, Uint8Array.of(1, 2, 3))
    for (let at = 0; at < ciphertext.length; at++)
      expect((await bob.open(flipped(ciphertext, at, 1 << (at % 8)))).ok, `byte ${at}`).toBe(false)
    expect(await opened(bob, ciphertext)).toEqual(plain)
  })

  it('[ER28] trap: garbage makes the decoder answer undefined or throw; both are refused', async () => {
    const ciphertext = await sealed(alice, plain)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 600 }), async (garbage) => {
        expect(await bob.open(garbage)).toEqual(OPEN_FAILED)
        expect(await bob.process(garbage, NOW_MS)).toEqual(OPEN_FAILED)
        expect(await bob.open(Uint8Array.of(0, 1, 0, 2, ...garbage))).toEqual(OPEN_FAILED)
        expect(await bob.open(Uint8Array.of(...ciphertext, ...garbage))).toEqual(OPEN_FAILED)
        expect(await bob.open(ciphertext.slice(0, garbage.length % ciphertext.length))).toEqual(OPEN_FAILED)
      }),
      { numRuns: 60 },
    )
    expect(await bob.open(new Uint8Array(24 * 1024 + 1))).toEqual(OPEN_FAILED)
    expect(await opened(bob, ciphertext)).toEqual(plain)
  })

  it('[ER28] the same message written in another way is refused', async () => {
    const ciphertext = await sealed(alice, plain)
    // The length of the group id, in two bytes instead of one.
    const length = itemAt(ciphertext, 4)
    const longer = Uint8Array.of(...ciphertext.slice(0, 4), 0x40, length, ...ciphertext.slice(5))
    expect(await bob.open(longer)).toEqual(OPEN_FAILED)
    expect(await opened(bob, ciphertext)).toEqual(plain)
  })

  it('[ER28] once, by others than its sender, and in its own group only', async () => {
    const ciphertext = await sealed(alice, plain)
    expect(await alice.open(ciphertext)).toEqual(OPEN_FAILED)
    const waiting = await alice.seal(plain, nothing)
    expect(await alice.open(waiting.ciphertext)).toEqual(OPEN_FAILED)
    waiting.apply()
    const other = await pairOf()
    expect(await other.bob.open(ciphertext)).toEqual(OPEN_FAILED)
    expect(await opened(bob, ciphertext)).toEqual(plain)
    expect(await bob.open(ciphertext)).toEqual(OPEN_FAILED)
  })

  it('[ER28] a commit is no message and a message no commit', async () => {
    const made = valueOf(await alice.commit({ add: [], remove: [], nowMs: NOW_MS }))
    expect(await bob.open(made.commit)).toEqual(OPEN_FAILED)
    const ciphertext = await sealed(alice, plain)
    expect(await bob.process(ciphertext, NOW_MS)).toEqual(OPEN_FAILED)
    expect(await opened(bob, ciphertext)).toEqual(plain)
  })

  it('[ER28] what is too long is a bug of the caller and spends no key', async () => {
    await expect(alice.seal(new Uint8Array(23 * 1024 + 1), nothing)).rejects.toThrow(RangeError)
    await expect(alice.seal(plain, new Uint8Array(257))).rejects.toThrow(RangeError)
    const largest = new Uint8Array(23 * 1024).fill(9)
    expect(await opened(bob, await sealed(alice, largest, new Uint8Array(256)))).toEqual(largest)
  })
})

describe('order and epochs', () => {
  it('[ER29][K4] trap: the library forgets all but 10 skipped messages; here every late one opens', async () => {
    const { alice, bob } = await pairOf()
    const messages: Uint8Array[] = []
    for (let i = 0; i < 300; i++) messages.push(await sealed(alice, Uint8Array.of(i % 256)))
    expect(await opened(bob, itemAt(messages, 299))).toEqual(Uint8Array.of(299 % 256))
    for (let i = 298; i >= 0; i -= 7) expect(await opened(bob, itemAt(messages, i))).toEqual(Uint8Array.of(i % 256))
  })

  it('[ER29] trap: a message from an epoch that is not here yet says so, and opens after its commit', async () => {
    const { alice, bob } = await pairOf()
    const made = valueOf(await alice.commit({ add: [], remove: [], nowMs: NOW_MS }))
    made.apply()
    const early = await sealed(alice, plain)
    const second = valueOf(await alice.commit({ add: [], remove: [], nowMs: NOW_MS }))
    expect(await bob.open(early)).toEqual(AHEAD)
    expect(await bob.process(second.commit, NOW_MS)).toEqual(AHEAD)
    const taken = valueOf(await bob.process(made.commit, NOW_MS))
    if (taken.kind === 'changed') taken.apply()
    expect(await opened(bob, early)).toEqual(plain)
    expect((await bob.process(second.commit, NOW_MS)).ok).toBe(true)
  })

  it('[ER29] late messages of the three epochs before open once, older ones no more', async () => {
    const { alice, bob } = await pairOf()
    const late: Uint8Array[] = []
    for (let epoch = 1; epoch <= 5; epoch++) {
      late.push(await sealed(alice, Uint8Array.of(epoch)))
      if (epoch < 5) await renew(alice, bob)
    }
    expect(bob.epoch()).toBe(5)
    expect(await bob.open(itemAt(late, 0))).toEqual(OPEN_FAILED)
    for (const at of [1, 3, 2, 4]) {
      const message = valueOf(await bob.open(itemAt(late, at)))
      expect(message).toMatchObject({ plain: Uint8Array.of(at + 1), epoch: at + 1, sender: { deviceId: 'alice-1' } })
      message.apply()
      expect(await bob.open(itemAt(late, at))).toEqual(OPEN_FAILED)
    }
  })

  it('[ER29] a late message of somebody removed since still names its sender', async () => {
    const { groups } = await createConversation('group', ['alice', 'bob', 'carol'])
    const [alice, bob, carol] = [itemAt(groups, 0), itemAt(groups, 1), itemAt(groups, 2)]
    const late = await sealed(carol, plain)
    const made = valueOf(await alice.commit({ add: [], remove: ['carol-1'], nowMs: NOW_MS }))
    const taken = valueOf(await bob.process(made.commit, NOW_MS))
    if (taken.kind === 'changed') taken.apply()
    expect(valueOf(await bob.open(late)).sender.deviceId).toBe('carol-1')
  })
})

describe('steps', () => {
  it('[ER33] a step that is not applied changes nothing', async () => {
    const { alice, bob } = await pairOf()
    const ciphertext = await sealed(alice, plain)
    for (let i = 0; i < 3; i++) expect(valueOf(await bob.open(ciphertext)).plain).toEqual(plain)
    await alice.commit({ add: [], remove: [], nowMs: NOW_MS })
    expect(alice.epoch()).toBe(1)
    expect(await opened(bob, ciphertext)).toEqual(plain)
  })

  it('[ER33] a step that comes after another was applied throws', async () => {
    const { alice, bob } = await pairOf()
    const [one, two] = [await sealed(alice, plain), await sealed(alice, plain)]
    const first = valueOf(await bob.open(one))
    const second = valueOf(await bob.open(two))
    first.apply()
    expect(() => second.apply()).toThrow('overtaken')
    expect(() => first.apply()).toThrow('overtaken')
    expect(await opened(bob, two)).toEqual(plain)
  })

  it('[ER34] no key seals twice: a second seal waits until the first is applied or abandoned', async () => {
    const { alice, bob } = await pairOf()
    const [first, second] = await Promise.allSettled([alice.seal(plain, nothing), alice.seal(plain, nothing)])
    expect(second).toMatchObject({ status: 'rejected' })
    await expect(alice.seal(plain, nothing)).rejects.toThrow('neither applied nor abandoned')
    if (first.status !== 'fulfilled') throw new Error('the first seal failed')
    first.value.apply()
    expect(await opened(bob, first.value.ciphertext)).toEqual(plain)
    expect(await opened(bob, await sealed(alice, plain))).toEqual(plain)
  })

  it('[ER34] while a seal waits nothing else is applied, or it would be void after it was stored', async () => {
    const { alice, bob } = await pairOf()
    const incoming = await sealed(bob, plain)
    const commit = valueOf(await alice.commit({ add: [], remove: [], nowMs: NOW_MS }))
    const seal = await alice.seal(plain, nothing)
    const open = valueOf(await alice.open(incoming))
    expect(() => open.apply()).toThrow('neither applied nor abandoned')
    expect(() => commit.apply()).toThrow('neither applied nor abandoned')
    seal.apply()
    expect(await opened(bob, seal.ciphertext)).toEqual(plain)
    expect(await opened(alice, incoming)).toEqual(plain)
  })

  it('[ER34] trap: after a seal that could not be stored the next one is no zero-key message', async () => {
    const { alice, bob } = await pairOf()
    const lost = await alice.seal(new TextEncoder().encode('never left'), nothing)
    alice.abandonSeal()
    expect(() => lost.apply()).toThrow('abandoned')
    const again = await alice.seal(plain, nothing)
    // The abandoned one has the same key, which was not wiped: both open, but only one of the two.
    expect(await opened(bob, again.ciphertext)).toEqual(plain)
    expect(await bob.open(lost.ciphertext)).toEqual(OPEN_FAILED)
    again.apply()
    expect(await opened(bob, await sealed(alice, plain))).toEqual(plain)
  })
})
