import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeGroup, credentialOf } from '../../tests/fake-group.ts'
import { contents, CONVERSATION, createScene, delivered, NOW_MS, wounded } from '../../tests/franked.ts'
import type { OpenedMessage } from '../conversation/types.ts'
import { pad, unpad } from '../padding.ts'
import { CHAIN_START, commitTo, decodeBody, encodeBody, type Body } from './body.ts'
import { openMessage, sealMessage } from './messages.ts'
import type { SenderChain } from './types.ts'

const NAME = { conversationId: CONVERSATION, generation: 1 }
const HELLO = { kind: 'text', text: 'hello' } as const
const BODY: Body = {
  group: NAME,
  epoch: 4,
  deviceId: 'alice-phone',
  chain: CHAIN_START,
  seen: 0,
  clientMs: NOW_MS,
  content: HELLO,
}
const toSeal = { content: HELLO, deviceId: 'alice-phone', chain: undefined, seen: 0, clientMs: NOW_MS }

/** alice writes with a client that puts into MLS what it likes; bob's is ours. */
function pairWith(tamper: (opened: Omit<OpenedMessage, 'nextState' | 'apply'>) => Partial<OpenedMessage>) {
  const wire = new Map()
  const alice = createFakeGroup({ name: NAME, self: credentialOf('alice', 'alice-phone'), wire, tamper })
  const bob = createFakeGroup({ name: NAME, self: credentialOf('bob', 'bob-phone'), wire })
  return { alice, bob }
}

/** What a dishonest sender seals for any body: sound in itself. */
async function frank(body: Uint8Array, frankingKey = new Uint8Array(32).fill(5)) {
  const commitment = await commitTo(frankingKey, body)
  return {
    plain: pad(Uint8Array.of(...frankingKey, ...body)),
    additional: Uint8Array.of(1, ...commitment),
    commitment,
  }
}

describe('an honest message', () => {
  it('[T2, EF4] opens with content, evidence and chain, and its step is applied by the caller', async () => {
    const { alice, bob } = pairWith(() => ({}))
    const sealed = await sealMessage(alice, { ...toSeal, seen: 7 })
    const result = await openMessage(bob, delivered(sealed, 'alice'))
    if (!result.ok) throw new Error('refused')
    const { value } = result
    expect(value).toMatchObject({ content: HELLO, seen: 7, clientMs: NOW_MS, isAfterGap: false })
    expect(value.sender.accountId).toBe('alice')
    expect(value.evidence).toEqual(sealed.evidence)
    expect(value.chain).toEqual(sealed.chain)
    expect([alice.applied(), bob.applied()]).toEqual([0, 0])
    sealed.apply()
    value.apply()
    expect([alice.applied(), bob.applied()]).toEqual([1, 1])
  })

  it('[T2, EF4] of equal contents gives unrelated commitments, and shows the server nothing else', async () => {
    const { alice } = pairWith((opened) => {
      expect(opened.additional.byteLength).toBe(33)
      expect(opened.additional[0]).toBe(1)
      expect(opened.plain.byteLength).toBe(256)
      return {}
    })
    const [first, second] = [await sealMessage(alice, toSeal), await sealMessage(alice, toSeal)]
    expect(first.evidence.body).toEqual(second.evidence.body)
    expect(first.evidence.frankingKey).not.toEqual(second.evidence.frankingKey)
    expect(first.commitment).not.toEqual(second.commitment)
  })

  it('[EF1] content out of bounds is refused before a key is spent', async () => {
    const { alice } = pairWith(() => ({}))
    const content = { kind: 'text', text: '' } as const
    await expect(sealMessage(alice, { ...toSeal, content })).rejects.toThrow(RangeError)
    expect(alice.applied()).toBe(0)
  })

  it('[EF3] fits its padding also when it is as long as a text may be', async () => {
    const { alice, bob } = pairWith(({ plain }) => {
      expect(plain.byteLength).toBe(17_408)
      return {}
    })
    const content = { kind: 'text', text: 'x'.repeat(16 * 1024) } as const
    const sealed = await sealMessage(alice, { ...toSeal, content })
    expect(await openMessage(bob, delivered(sealed, 'alice'))).toMatchObject({ ok: true, value: { content } })
  })
})

describe('[T2, EF5] before anything is shown, a receiver refuses', () => {
  const other = { conversationId: '0f0e0d0c-0000-4000-8000-000000000002', generation: 1 }
  it.each<[string, Partial<Body>]>([
    ['another conversation', { group: other }],
    ['another generation', { group: { ...NAME, generation: 2 } }],
    ['another epoch', { epoch: 5 }],
    ['another device', { deviceId: 'bob-phone' }],
  ])('a body that names %s', async (_, changes) => {
    const forged = await frank(encodeBody({ ...BODY, ...changes }))
    const { alice, bob } = pairWith(() => forged)
    const { ciphertext } = await sealMessage(alice, toSeal)
    const result = await openMessage(bob, delivered({ ciphertext, commitment: forged.commitment }, 'alice'))
    expect(result).toMatchObject({ ok: false, code: 'E2EE_OPEN_FAILED', step: {} })
  })

  it('a commitment told by the server that is not the sealed one', async () => {
    const { alice, bob } = pairWith(() => ({}))
    const sealed = await sealMessage(alice, toSeal)
    const commitment = sealed.commitment.with(0, (sealed.commitment[0] ?? 0) ^ 1)
    expect(await openMessage(bob, delivered({ ...sealed, commitment }, 'alice'))).toMatchObject({ ok: false, step: {} })
  })

  it('a sealed commitment that does not fit the message: the unreportable insult', async () => {
    const forged = await frank(encodeBody({ ...BODY, content: { kind: 'text', text: 'harmless' } }))
    const { alice, bob } = pairWith(() => ({ additional: forged.additional }))
    const { ciphertext } = await sealMessage(alice, toSeal)
    const result = await openMessage(bob, delivered({ ciphertext, commitment: forged.commitment }, 'alice'))
    expect(result).toMatchObject({ ok: false, step: {} })
  })

  it.each([
    ['account', { senderAccount: 'eve' }],
    ['device', { senderDevice: 'alice-laptop' }],
  ])('a message that the server says another %s sent: two in league cannot blame a third', async (_, changes) => {
    const { alice, bob } = pairWith(() => ({}))
    const sealed = await sealMessage(alice, toSeal)
    expect(await openMessage(bob, delivered(sealed, 'alice', changes))).toMatchObject({ ok: false, step: {} })
  })

  it.each([
    ['of an unknown version', (additional: Uint8Array) => additional.with(0, 2)],
    ['cut short', (additional: Uint8Array) => additional.slice(0, -1)],
    ['missing', () => new Uint8Array()],
  ])('authenticated data that is %s', async (_, change) => {
    const { alice, bob } = pairWith(({ additional }) => ({ additional: change(additional) }))
    expect(await openMessage(bob, delivered(await sealMessage(alice, toSeal), 'alice'))).toMatchObject({ ok: false })
  })

  it('padding that carries something, and a plaintext too short for a key', async () => {
    for (const change of [(plain: Uint8Array) => plain.with(255, 1), () => pad(new Uint8Array(31))]) {
      const { alice, bob } = pairWith(({ plain }) => ({ plain: change(plain) }))
      const result = await openMessage(bob, delivered(await sealMessage(alice, toSeal), 'alice'))
      expect(result).toMatchObject({ ok: false, step: {} })
    }
  })

  it('[EF3] any other encoding of a body, however it was damaged', async () => {
    const sound = contents.map((content) => encodeBody({ ...BODY, content }))
    await fc.assert(
      fc.asyncProperty(fc.oneof(wounded(sound), fc.uint8Array({ maxLength: 300 })), async (bytes) => {
        const forged = await frank(bytes)
        const { alice, bob } = pairWith(() => forged)
        const { ciphertext } = await sealMessage(alice, toSeal)
        const result = await openMessage(bob, delivered({ ciphertext, commitment: forged.commitment }, 'alice'))
        const body = decodeBody(bytes)
        if (body !== undefined) expect(encodeBody(body)).toEqual(bytes)
        else expect(result.ok).toBe(false)
      }),
      { numRuns: 400 },
    )
  })
})

describe('what a refusal leaves behind', () => {
  it('[EF6] a message that MLS opened and our rules refuse carries a step, and later ones open', async () => {
    let isBad = true
    const { alice, bob } = pairWith(({ plain }) => (isBad ? { plain: plain.with(50, 1) } : {}))
    const bad = await sealMessage(alice, toSeal)
    isBad = false
    const good = await sealMessage(alice, { ...toSeal, chain: bad.chain })
    const refused = await openMessage(bob, delivered(bad, 'alice'))
    if (refused.ok || refused.step === undefined) throw new Error('no step')
    expect(refused.step.nextState.byteLength).toBeGreaterThan(0)
    refused.step.apply()
    expect(bob.applied()).toBe(1)
    const opened = await openMessage(bob, delivered(good, 'alice'))
    expect(opened).toMatchObject({ ok: true, value: { content: HELLO, isAfterGap: true } })
  })

  it('[EF6] what MLS refuses, and what is for another group, changes nothing', async () => {
    const { alice, bob } = pairWith(() => ({}))
    const sealed = await sealMessage(alice, toSeal)
    const garbage = await openMessage(bob, delivered({ ...sealed, ciphertext: new Uint8Array(9) }, 'alice'))
    expect(garbage).toEqual({ ok: false, code: 'E2EE_OPEN_FAILED' })
    const elsewhere = await openMessage(bob, delivered(sealed, 'alice', { generation: 2 }))
    expect(elsewhere).toEqual({ ok: false, code: 'E2EE_OPEN_FAILED' })
  })
})

describe('the chain of a device', () => {
  it('[EF7] goes on without a gap, tells of a lost message, and goes on again', async () => {
    const { alice, bob } = pairWith(() => ({}))
    let chain: SenderChain | undefined
    let expected: SenderChain = CHAIN_START
    const gaps: boolean[] = []
    for (let count = 0; count < 5; count += 1) {
      const sealed = await sealMessage(alice, { ...toSeal, chain })
      chain = sealed.chain
      if (count === 2) continue
      const opened = await openMessage(bob, delivered(sealed, 'alice', { chain: () => expected }))
      if (!opened.ok) throw new Error('refused')
      expected = opened.value.chain
      gaps.push(opened.value.isAfterGap)
    }
    expect(gaps).toEqual([false, false, true, false])
    expect(expected.count).toBe(5)
  })

  it('[EF7] a newcomer is told of no gap, one who was there from the start is', async () => {
    const { alice, bob } = pairWith(() => ({}))
    const first = await sealMessage(alice, toSeal)
    const second = await sealMessage(alice, { ...toSeal, chain: first.chain })
    const newcomer = await openMessage(bob, delivered(second, 'alice', { chain: () => undefined }))
    expect(newcomer).toMatchObject({ ok: true, value: { isAfterGap: false } })
    const witness = await openMessage(bob, delivered(second, 'alice', { chain: () => CHAIN_START }))
    expect(witness).toMatchObject({ ok: true, value: { isAfterGap: true } })
  })

  it('[EF7] runs over generations', async () => {
    const before = createScene(CONVERSATION, 1)
    const after = createScene(CONVERSATION, 2)
    const { alice } = pairWith(() => ({}))
    const sealed = await sealMessage(alice, toSeal)
    const next = await sealMessage(after.groupOf('alice'), { ...toSeal, chain: sealed.chain })
    const told = delivered(next, 'alice', { generation: 2, chain: () => sealed.chain })
    expect(await openMessage(after.groupOf('bob'), told)).toMatchObject({ ok: true, value: { isAfterGap: false } })
    expect(await openMessage(before.groupOf('bob'), { ...told, generation: 1 })).toMatchObject({ ok: false })
  })
})

it('[T2, EF8] a commitment has one opening: keys of other lengths are not keys', async () => {
  const body = encodeBody(BODY)
  const short = new Uint8Array(31).fill(5)
  await expect(commitTo(short, body)).rejects.toThrow('32 bytes')
  await expect(commitTo(Uint8Array.of(...short, 0, 0), body)).rejects.toThrow('32 bytes')
  expect(unpad(pad(body))).toEqual(body)
})

it('[EF3] every body survives the round trip', () => {
  fc.assert(
    fc.property(contents, fc.nat(), fc.nat(), fc.maxSafeNat(), (content, epoch, count, seen) => {
      const body = { ...BODY, content, epoch, seen, chain: { count, previous: new Uint8Array(32).fill(count) } }
      expect(decodeBody(encodeBody(body))).toEqual(body)
    }),
  )
})

it.each<[string, Partial<Body>]>([
  ['no device', { deviceId: '' }],
  ['a conversation with a stroke in its id', { group: { conversationId: 'a/b', generation: 1 } }],
  ['a generation that is negative', { group: { conversationId: 'a', generation: -1 } }],
  ['a chain with a short hash', { chain: { count: 0, previous: new Uint8Array(31) } }],
])('[EF3] refuses to write a body with %s', (_, changes) => {
  expect(() => encodeBody({ ...BODY, ...changes })).toThrow(RangeError)
})
