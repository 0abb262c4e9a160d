import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONVERSATION, createScene, reportKeys, stampOf, threats, wounded } from '../../tests/franked.ts'
import { commitTo, encodeBody } from './body.ts'
import { REPORT_WINDOW_MS } from './limits.ts'
import { decodeReport, encodeReport, sealReport } from './report.ts'
import { stampInput } from './stamp.ts'
import type { ReportEntry } from './types.ts'

/** What a report tells, leaves out and withstands; `verdict.test.ts` shows who can prove what about whom. */
const withheld = ({ stamped, stamp }: ReportEntry): ReportEntry => ({ stamped, stamp })

describe('confidentiality of the rest', () => {
  it('[T2, EF14] a report carries the chosen words and none of the others', async () => {
    const scene = await threats()
    const [second, third, fourth] = scene.entriesOf('bob', 2, 3, 4)
    if (!second || !third || !fourth) throw new Error('no entries')
    const entries = [withheld(second), third, withheld(fourth)]
    const verdict = await scene.report('bob', entries)
    expect(verdict.isVerified).toBe(true)
    expect(verdict.entries.map(({ content }) => content)).toEqual([
      undefined,
      { kind: 'text', text: 'send money or else' },
      undefined,
    ])
    const bytes = Buffer.from(encodeReport(entries)).toString('latin1')
    expect(bytes).toContain('send money')
    for (const secret of ['hello', 'please', 'or else!']) expect(bytes).not.toContain(secret)
    for (const { evidence } of [second, fourth])
      expect(bytes).not.toContain(Buffer.from(evidence?.frankingKey ?? []).toString('latin1'))
  })

  it('[T2, EF8] a commitment tells nothing of its body: the same words never have the same one', async () => {
    const scene = createScene()
    const commitments = new Set<string>()
    for (let count = 0; count < 20; count += 1)
      commitments.add(String((await scene.text('alice', 'yes')).stamped.commitment))
    expect(commitments.size).toBe(20)
  })

  it('[T2, EF14] words that are not proven are not told', async () => {
    const scene = await threats()
    const [entry] = scene.entriesOf('bob', 3)
    if (entry === undefined) throw new Error('no entry')
    const verdict = await scene.report('bob', [{ ...entry, stamp: new Uint8Array(32) }])
    expect(verdict.entries).toEqual([{ stamped: entry.stamped, isProven: false }])
  })
})

describe('what was left out shows', () => {
  it('[T2, EF13] a hole in the positions is a gap at the message after it', async () => {
    const scene = await threats()
    const verdict = await scene.report('bob', scene.entriesOf('bob', 1, 3, 4))
    expect(verdict.faults).toEqual([{ fault: 'gap', position: 3 }])
    expect(verdict.isVerified).toBe(false)
  })

  it('[T2, EF13] a message lost before the server counted it shows in the chain', async () => {
    const scene = createScene()
    await scene.text('alice', 'one')
    const lost = { count: 2, previous: new Uint8Array(32).fill(1) }
    await scene.text('bob', 'between')
    await scene.say('alice', { kind: 'text', text: 'three' }, { chain: lost })
    const entries = scene.entriesOf('bob', 1, 2, 3)
    expect((await scene.report('bob', entries)).faults).toEqual([{ fault: 'gap', position: 3 }])
    const closed = entries.map((entry, index) => (index === 0 ? withheld(entry) : entry))
    expect((await scene.report('bob', closed)).faults).toEqual([{ fault: 'gap', position: 3 }])
  })

  it('[T2, EF13] opening nothing but own words accuses nobody', async () => {
    const scene = await threats()
    const [own, theirs] = scene.entriesOf('bob', 4, 5)
    if (own === undefined || theirs === undefined) throw new Error('no entries')
    const verdict = await scene.report('bob', [own, withheld(theirs)])
    expect(verdict.faults).toEqual([{ fault: 'own-only' }])
    expect(verdict.entries.map(({ isProven }) => isProven)).toEqual([true, true])
  })

  it('[T2, EF14] one bad entry hides neither its faults nor the others', async () => {
    const scene = await threats()
    const [second, third, fifth] = scene.entriesOf('bob', 2, 3, 5)
    if (!second || !third || !fifth) throw new Error('no entries')
    const verdict = await scene.report('bob', [second, { ...third, stamp: new Uint8Array(32) }, fifth])
    expect(verdict.faults).toEqual([
      { fault: 'stamp', position: 3 },
      { fault: 'gap', position: 5 },
    ])
    expect(verdict.entries.map(({ isProven }) => isProven)).toEqual([true, false, true])
  })
})

describe('deniability to outsiders', () => {
  it('[T2] the holder of the stamp key can make a transcript nobody wrote, and it verifies just as well', async () => {
    const scene = await threats()
    const real = await scene.report('bob', scene.entriesOf('bob', 2, 3))
    const key = scene.keys.get(1) ?? new Uint8Array()
    const entries: ReportEntry[] = []
    let previous = new Uint8Array(32)
    for (const { stamped } of scene.entriesOf('bob', 2, 3)) {
      const frankingKey = new Uint8Array(32).fill(stamped.position)
      const chain = { count: stamped.position, previous }
      const content = { kind: 'text', text: 'words alice never wrote' } as const
      const place = { group: stamped, epoch: 4, deviceId: 'alice-phone', seen: 0, clientMs: 0 }
      const body = encodeBody({ ...place, chain, content })
      const commitment = new Uint8Array(await commitTo(frankingKey, body))
      previous = commitment
      const forged = { ...stamped, commitment }
      const stamp = stampOf(key, { ...forged, recipient: 'bob' })
      entries.push({ stamped: forged, stamp, evidence: { frankingKey, body } })
    }
    const forged = await scene.report('bob', entries)
    expect(forged.faults).toEqual(real.faults)
    expect(forged.isVerified).toBe(true)
    expect(forged.entries[0]?.content).toEqual({ kind: 'text', text: 'words alice never wrote' })
  })
})

describe('time', () => {
  it('[T2, EF12] messages stamped under several keys stand in one report', async () => {
    const scene = createScene()
    await scene.text('alice', 'before midnight')
    scene.rotateKey()
    await scene.text('alice', 'after midnight')
    const verdict = await scene.report('bob', scene.entriesOf('bob', 1, 2))
    expect(verdict.isVerified).toBe(true)
    expect(verdict.entries.map(({ stamped }) => stamped.stampKeyId)).toEqual([1, 2])
  })

  it('[T2, EF12] a message can be reported for 30 days to the millisecond', async () => {
    const scene = await threats()
    const entries = scene.entriesOf('bob', 3)
    const lastMs = (entries[0]?.stamped.sentAtMs ?? 0) + REPORT_WINDOW_MS
    expect((await scene.report('bob', entries, lastMs)).isVerified).toBe(true)
    const late = await scene.report('bob', entries, lastMs + 1)
    expect(late.faults).toEqual([{ fault: 'too-old', position: 3 }, { fault: 'own-only' }])
  })

  it('[T2, EF12] once the key of the day is destroyed nothing of that day can be proven, the rest can', async () => {
    const scene = createScene()
    await scene.text('alice', 'before midnight')
    scene.rotateKey()
    await scene.text('alice', 'after midnight')
    scene.keys.delete(1)
    const verdict = await scene.report('bob', scene.entriesOf('bob', 1, 2))
    expect(verdict.faults).toEqual([{ fault: 'too-old', position: 1 }])
    expect(verdict.entries.map(({ isProven }) => isProven)).toEqual([false, true])
  })
})

describe('hostile report bytes', () => {
  it('[T2, EF14] whatever is sealed or sent, there is a verdict, and nothing is proven that was not stamped', async () => {
    const scene = await threats()
    const { publicKey, privateKey } = await reportKeys
    const sound = encodeReport(scene.entriesOf('bob', 1, 2, 3))
    const sealed = await sealReport({
      publicKey,
      reporter: 'bob',
      conversationId: CONVERSATION,
      entries: scene.entriesOf('bob', 1, 2, 3),
    })
    const known = new Set(scene.lines.flatMap(({ stamped }) => [JSON.stringify(stamped)]))
    await fc.assert(
      fc.asyncProperty(wounded(fc.constant(sound)), async (bytes) => {
        const entries = decodeReport(bytes)
        if (entries === undefined) return
        expect(encodeReport(entries)).toEqual(bytes)
        const verdict = await scene.report('bob', entries)
        for (const { stamped, isProven } of verdict.entries)
          if (isProven) expect(known.has(JSON.stringify(stamped))).toBe(true)
      }),
      { numRuns: 300 },
    )
    await fc.assert(
      fc.asyncProperty(fc.oneof(wounded(fc.constant(sealed)), fc.uint8Array({ maxLength: 200 })), async (bytes) => {
        const verdict = await scene.verify('bob', privateKey, bytes)
        expect(verdict.faults).toEqual([{ fault: 'unreadable' }])
      }),
      { numRuns: 100 },
    )
  })

  it('[EF10] a report of no entry, of too many, or above 1 MiB is none', async () => {
    const scene = await threats()
    const [entry] = scene.entriesOf('bob', 3)
    if (entry === undefined) throw new Error('no entry')
    const { privateKey } = await reportKeys
    expect(() => encodeReport([])).toThrow(RangeError)
    expect(() => encodeReport(Array<ReportEntry>(41).fill(entry))).toThrow(RangeError)
    expect(decodeReport(Uint8Array.of(1, 0))).toBeUndefined()
    expect(decodeReport(encodeReport([entry]).with(1, 41))).toBeUndefined()
    const huge = await scene.verify('bob', privateKey, new Uint8Array(1024 * 1024 + 1))
    expect(huge.faults).toEqual([{ fault: 'unreadable' }])
  })

  it('[EF10] forty of the longest messages fit', async () => {
    const scene = createScene()
    for (let count = 0; count < 40; count += 1) await scene.text('alice', 'x'.repeat(16 * 1024))
    const positions = scene.lines.map(({ stamped }) => stamped.position)
    expect((await scene.report('bob', scene.entriesOf('bob', ...positions))).isVerified).toBe(true)
  })

  it('[EF9] a stamp is made of sound values only', async () => {
    const scene = await threats()
    const [{ stamped }] = scene.entriesOf('bob', 3) as [ReportEntry]
    const sound = { ...stamped, recipient: 'bob' }
    expect(stampInput(sound)).toEqual(stampInput({ ...sound }))
    for (const changes of [
      { recipient: '' },
      { senderAccount: 'a'.repeat(65) },
      { position: -1 },
      { stampKeyId: 2 ** 32 },
      { commitment: new Uint8Array(31) },
    ])
      expect(() => stampInput({ ...sound, ...changes })).toThrow(RangeError)
  })
})
