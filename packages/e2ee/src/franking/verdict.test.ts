import { describe, expect, it } from 'vitest'
import { CONVERSATION, createScene, NOW_MS, reportKeys, stampOf, threats } from '../../tests/franked.ts'
import { commitTo, encodeBody } from './body.ts'
import { sealReport } from './report.ts'
import type { ReportEntry, Stamped } from './types.ts'

/**
 * Each property of verifiable reports as a test: what a dishonest reporter, sender, server or outsider tries. The scene
 * plays clients and server honestly; a test changes what one of them would change.
 */
const withStamped = (entry: ReportEntry, changes: Partial<Stamped>): ReportEntry => ({
  ...entry,
  stamped: { ...entry.stamped, ...changes },
})

describe('sender binding: what was shown can be proven, and who sent it cannot deny it', () => {
  it('[T2, EF11] an honest report is verified, with words, order and the stamped senders', async () => {
    const scene = await threats()
    const verdict = await scene.report('bob', scene.entriesOf('bob', 1, 2, 3, 4, 5))
    expect(verdict).toMatchObject({ isVerified: true, faults: [] })
    expect(verdict.entries.map(({ stamped, content, isProven }) => [stamped.senderAccount, content, isProven])).toEqual(
      [
        ['bob', 'hello'],
        ['alice', 'hello yourself'],
        ['alice', 'send money or else'],
        ['bob', 'please stop'],
        ['alice', 'or else!'],
      ].map(([account, text]) => [account, { kind: 'text', text }, true]),
    )
  })

  it('[T2, EF9] everybody who received a message can prove it, each with a stamp of their own', async () => {
    const scene = await threats()
    for (const reporter of ['bob', 'eve'])
      expect((await scene.report(reporter, scene.entriesOf(reporter, 3))).isVerified).toBe(true)
    const [bobs] = scene.entriesOf('bob', 3)
    const [eves] = scene.entriesOf('eve', 3)
    expect(bobs?.stamp).not.toEqual(eves?.stamp)
  })

  it('[T2, EF13] a sender who breaks the chain of its messages is told as a gap, and stays proven', async () => {
    const scene = createScene()
    await scene.text('alice', 'one')
    await scene.say('alice', { kind: 'text', text: 'two' }, { chain: { count: 9, previous: new Uint8Array(32) } })
    const verdict = await scene.report('bob', scene.entriesOf('bob', 1, 2))
    expect(verdict.faults).toEqual([{ fault: 'gap', position: 2 }])
    expect(verdict.entries.every(({ isProven }) => isProven)).toBe(true)
  })
})

describe('receiver binding: nobody can be framed', () => {
  it('[T2, EF11] other words, with any key, do not fit the stamped commitment', async () => {
    const scene = await threats()
    const [entry] = scene.entriesOf('bob', 3)
    if (entry?.evidence === undefined) throw new Error('no evidence')
    const { frankingKey, body } = entry.evidence
    for (const evidence of [
      { frankingKey, body: body.with(body.length - 1, 33) },
      { frankingKey: frankingKey.with(0, 0), body },
      { frankingKey: body.slice(0, 32), body: frankingKey },
    ]) {
      const verdict = await scene.report('bob', [{ ...entry, evidence }])
      expect(verdict.faults).toEqual([{ fault: 'commitment', position: 3 }, { fault: 'own-only' }])
      expect(verdict.entries).toEqual([{ stamped: entry.stamped, isProven: false }])
    }
  })

  it('[T2, EF11] own words in place of theirs need a stamp that only the server can make', async () => {
    const scene = await threats()
    const [entry] = scene.entriesOf('bob', 3)
    if (entry?.evidence === undefined) throw new Error('no evidence')
    const forged = entry.evidence.body.with(entry.evidence.body.length - 1, 33)
    const commitment = await commitTo(entry.evidence.frankingKey, forged)
    const evidence = { ...entry.evidence, body: forged }
    const verdict = await scene.report('bob', [{ ...withStamped(entry, { commitment }), evidence }])
    expect(verdict.faults).toEqual([{ fault: 'stamp', position: 3 }, { fault: 'own-only' }])
  })

  it.each<[string, Partial<Stamped>]>([
    ['sender', { senderAccount: 'bob' }],
    ['device', { senderDevice: 'alice-laptop' }],
    ['generation', { generation: 2 }],
    ['position', { position: 4 }],
    ['time', { sentAtMs: NOW_MS - 1 }],
  ])('[T2, EF9] a stamp covers the %s', async (_, changes) => {
    const scene = await threats()
    const [entry] = scene.entriesOf('bob', 3)
    if (entry === undefined) throw new Error('no entry')
    const verdict = await scene.report('bob', [withStamped(entry, changes)])
    expect(verdict.faults[0]).toEqual({ fault: 'stamp', position: changes.position ?? 3 })
    expect(verdict.entries[0]).toMatchObject({ isProven: false })
  })

  it('[T2, EF9] a stamp made under one key is none under another', async () => {
    const scene = await threats()
    scene.rotateKey()
    const [entry] = scene.entriesOf('bob', 3)
    if (entry === undefined) throw new Error('no entry')
    const verdict = await scene.report('bob', [withStamped(entry, { stampKeyId: 2 })])
    expect(verdict.faults[0]).toEqual({ fault: 'stamp', position: 3 })
  })
})

describe('no transfer of reports', () => {
  it('[T2, EF11] what was stamped for bob proves nothing when eve reports it', async () => {
    const scene = await threats()
    const verdict = await scene.report('eve', scene.entriesOf('bob', 3))
    expect(verdict.faults).toEqual([{ fault: 'stamp', position: 3 }, { fault: 'own-only' }])
  })

  it("[T2, EF10] bob's sealed report cannot be handed in by eve, nor for another conversation", async () => {
    const scene = await threats()
    const { publicKey, privateKey } = await reportKeys
    const report = { publicKey, reporter: 'bob', entries: scene.entriesOf('bob', 3) }
    const sealed = await sealReport({ ...report, conversationId: CONVERSATION })
    expect((await scene.verify('bob', privateKey, sealed)).isVerified).toBe(true)
    const unreadable = { isVerified: false, faults: [{ fault: 'unreadable' }], entries: [] }
    expect(await scene.verify('eve', privateKey, sealed)).toEqual(unreadable)
    const elsewhere = await sealReport({ ...report, conversationId: 'another' })
    expect(await scene.verify('bob', privateKey, elsewhere)).toEqual(unreadable)
  })
})

describe('no forging by replay', () => {
  it('[T2, EF11] of an entry from another conversation', async () => {
    const scene = await threats()
    const other = createScene('0f0e0d0c-0000-4000-8000-000000000002')
    await other.text('alice', 'meant for somebody else')
    const entries = [...other.entriesOf('bob', 1), ...scene.entriesOf('bob', 2)]
    const verdict = await scene.report('bob', entries)
    expect(verdict.faults).toEqual([{ fault: 'other-conversation', position: 1 }])
    expect(verdict.entries.map(({ isProven }) => isProven)).toEqual([false, true])
  })

  it('[T2, EF11] of an entry from another conversation that is given a place in this one', async () => {
    const scene = await threats()
    const other = createScene('0f0e0d0c-0000-4000-8000-000000000002')
    await other.text('alice', 'meant for somebody else')
    const [before, instead, after] = scene.entriesOf('bob', 2, 3, 4)
    const [foreign] = other.entriesOf('bob', 1)
    if (!before || !instead || !after || !foreign?.evidence) throw new Error('no entries')
    const { stampKeyId, senderDevice, commitment } = foreign.stamped
    const moved = { ...foreign, stamped: { ...instead.stamped, stampKeyId, senderDevice, commitment } }
    const verdict = await scene.report('bob', [before, moved, after])
    expect(verdict.faults).toEqual([{ fault: 'other-conversation', position: 3 }])
    expect(verdict.entries.map(({ isProven }) => isProven)).toEqual([true, false, true])
    // Words of one's own under another conversation's name are an invention all the same.
    const { frankingKey, body } = foreign.evidence
    const invented = { ...moved, evidence: { frankingKey, body: body.with(body.length - 1, 33) } }
    expect((await scene.report('bob', [before, invented, after])).faults).toEqual([{ fault: 'stamp', position: 3 }])
  })

  it('[T2, EF11] of a message whose body names another generation or conversation than its stamp', async () => {
    const scene = await threats()
    const other = createScene(CONVERSATION, 2)
    await other.text('alice', 'said later')
    const [{ evidence, stamped }] = other.entriesOf('bob', 1) as [ReportEntry]
    const misplaced = { ...stamped, generation: 1 }
    const stamp = stampOf(scene.keys.get(1) ?? new Uint8Array(), { ...misplaced, recipient: 'bob' })
    const entry = { stamped: misplaced, stamp, ...(evidence && { evidence }) }
    const verdict = await scene.report('bob', [entry])
    expect(verdict.faults[0]).toEqual({ fault: 'other-conversation', position: 1 })
  })

  it('[T2, EF11] of a body under the name of another device, or in an encoding of its own', async () => {
    const scene = await threats()
    const frankingKey = new Uint8Array(32).fill(1)
    const place = { group: { conversationId: CONVERSATION, generation: 1 }, epoch: 4, seen: 0, clientMs: 0 }
    const chain = { count: 0, previous: new Uint8Array(32) }
    const content = { kind: 'text', text: 'x' } as const
    const sound = encodeBody({ ...place, chain, content, deviceId: 'alice-phone' })
    const bodies = [
      encodeBody({ ...place, chain, content, deviceId: 'eve-phone' }),
      Uint8Array.of(...sound, 0),
      sound.with(0, 2),
      new Uint8Array(),
    ]
    for (const body of bodies) {
      const stamped = { ...(await scene.text('alice', 'y')).stamped, commitment: await commitTo(frankingKey, body) }
      const stamp = stampOf(scene.keys.get(1) ?? new Uint8Array(), { ...stamped, recipient: 'bob' })
      const verdict = await scene.report('bob', [{ stamped, stamp, evidence: { frankingKey, body } }])
      expect(verdict.faults[0]).toEqual({ fault: 'body', position: stamped.position })
    }
  })

  it('[T2, EF13] of one message twice, or in another order, or with a time that falls', async () => {
    const scene = await threats()
    const twice = await scene.report('bob', scene.entriesOf('bob', 3, 3))
    expect(twice.faults).toContainEqual({ fault: 'order', position: 3 })
    const turned = await scene.report('bob', scene.entriesOf('bob', 3, 2))
    expect(turned.faults).toContainEqual({ fault: 'order', position: 2 })
    const [second, third] = scene.entriesOf('bob', 2, 3)
    if (second === undefined || third === undefined) throw new Error('no entries')
    const stamped = { ...third.stamped, sentAtMs: second.stamped.sentAtMs - 1 }
    const stamp = stampOf(scene.keys.get(1) ?? new Uint8Array(), { ...stamped, recipient: 'bob' })
    const fallen = await scene.report('bob', [second, { ...third, stamped, stamp }])
    expect(fallen.faults).toEqual([{ fault: 'order', position: 3 }])
  })
})
