import { DAY, HOUR } from '@visavis/ports'
import { createFakeClock, createFakeLog, settle } from '@visavis/testkit'
import type { CallId, ReportId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createMemoryVault } from '../vault/sim/memory-vault.ts'
import { openCapsuleShelf } from './capsule-shelf.ts'
import type { Capsule } from './types.ts'

const ONE = 'c1' as CallId
const TWO = 'c2' as CallId
const FRAME = {
  callId: 'c1',
  sender: 'joiner' as const,
  count: 3,
  atMs: 5,
  stampKeyId: 1,
  stamp: Uint8Array.of(1),
  commitment: Uint8Array.of(2),
  frankingKey: Uint8Array.of(3),
  frame: Uint8Array.of(4, 5),
}

function capsuleOf(callId: CallId, keptAtMs: number): Capsule {
  return {
    head: { callId, pseudonym: 'Quiet Heron', startedAtMs: 1, keptAtMs, textCount: 1, pictureCount: 2 },
    content: {
      texts: [{ from: 'them', text: 'a cruel word', atMs: 4 }],
      frames: [FRAME],
      stills: [Uint8Array.of(9)],
      receipt: Uint8Array.of(7),
    },
  }
}

async function shelfAt(startMs = 100 * DAY) {
  const clock = createFakeClock(startMs)
  const vault = createMemoryVault()
  const log = createFakeLog()
  const open = () => openCapsuleShelf({ vault, clock, log, serverNowMs: () => clock.nowMs() })
  const records = () => vault.list({ shelf: 'drafts', prefix: [] })
  return { clock, vault, log, open, records, shelf: await open() }
}

describe('kept evidence in the vault', () => {
  it('[S16] comes back whole after a reload, the latest first, and one of a call takes the place of another', async () => {
    const { clock, shelf, open } = await shelfAt()
    const [first, second] = [capsuleOf(ONE, clock.nowMs() - 5), capsuleOf(TWO, clock.nowMs())]
    await shelf.keepCapsule(first)
    await shelf.keepCapsule(second)
    await shelf.keepCapsule({ ...first, content: { ...first.content, texts: [] } })
    const again = await open()
    expect(await again.capsules()).toEqual({ ok: true, value: [second.head, first.head] })
    expect(await again.openCapsule(TWO)).toEqual({ ok: true, value: second.content })
    expect(await again.openCapsule(ONE)).toMatchObject({ ok: true, value: { texts: [] } })
  })
  it('[S16] what was handed in is remembered with its receipt', async () => {
    const { clock, shelf } = await shelfAt()
    await shelf.keepCapsule(capsuleOf(ONE, clock.nowMs()))
    const submission = {
      reportId: 'r1' as ReportId,
      answerByMs: 9,
      atMs: 8,
      isVerified: false,
      faults: ['stamp'] as const,
    }
    expect(await shelf.markSubmitted(ONE, submission)).toEqual({ ok: true, value: true })
    expect(await shelf.capsules()).toMatchObject({ value: [{ callId: ONE, submission }] })
    expect(await shelf.markSubmitted(TWO, submission)).toMatchObject({ ok: false, code: 'NOT_FOUND' })
  })
  it('[S16] shredded, nothing of it is left', async () => {
    const { clock, shelf, records } = await shelfAt()
    await shelf.keepCapsule(capsuleOf(ONE, clock.nowMs()))
    expect(await records()).toHaveLength(2)
    await shelf.shredCapsule(ONE)
    expect(await records()).toEqual([])
    expect(await shelf.openCapsule(ONE)).toMatchObject({ ok: false, code: 'NOT_FOUND' })
  })
  it('[S16] after 30 days it goes by itself, while the app is open and when it opens', async () => {
    const { clock, shelf, records, open } = await shelfAt()
    await shelf.keepCapsule(capsuleOf(ONE, clock.nowMs()))
    await clock.advance(30 * DAY - HOUR)
    await settle()
    expect(await records()).toHaveLength(2)
    await clock.advance(2 * HOUR)
    await settle()
    expect(await records()).toEqual([])

    await shelf.keepCapsule(capsuleOf(TWO, clock.nowMs()))
    shelf.stop()
    await clock.advance(31 * DAY)
    expect(await records()).toHaveLength(2)
    await open()
    expect(await records()).toEqual([])
  })
  it('[S16] a damaged one goes and hides no other; one of a later app is left alone', async () => {
    const { clock, vault, log, shelf, records } = await shelfAt()
    await shelf.keepCapsule(capsuleOf(ONE, clock.nowMs()))
    await shelf.keepCapsule(capsuleOf(TWO, clock.nowMs()))
    await vault.write([
      { shelf: 'drafts', key: ['capsule', TWO], value: { callId: 7 } },
      { shelf: 'drafts', key: ['capsule', 'c3'], value: { recordVersion: 9, keptAtMs: 0 } },
    ])
    expect(await shelf.capsules()).toMatchObject({ value: [{ callId: ONE }] })
    const kept = (await records()).map(({ key }) => key.join('/'))
    expect(kept.toSorted()).toEqual(['capsule-content/c1', 'capsule/c1', 'capsule/c3'])
    expect(log.text()).not.toContain('Heron')
  })
  it('[S16] one whose content cannot be read is told as gone', async () => {
    const { clock, vault, shelf } = await shelfAt()
    await shelf.keepCapsule(capsuleOf(ONE, clock.nowMs()))
    await vault.write([{ shelf: 'drafts', key: ['capsule-content', ONE], value: { texts: 'all' } }])
    expect(await shelf.openCapsule(ONE)).toMatchObject({ ok: false, code: 'NOT_FOUND' })
  })
})
