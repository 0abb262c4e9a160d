import { createFakeClock, createFakeLog, settle } from '@visavis/testkit'
import { fail, ok, type BlockId, type CallId, type Result } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { Engine } from '../engine/types.ts'
import type { KeptEvidence } from '../evidence/types.ts'
import { createMemoryVault } from '../vault/sim/memory-vault.ts'
import { openCapsuleShelf } from './capsule-shelf.ts'
import { createCapsules, type CapsuleCall } from './capsules.ts'
import { CAPSULE_TEXTS_MAX } from './types.ts'

const CALL = 'c1' as CallId
const EVIDENCE: KeptEvidence = {
  callId: CALL,
  receipt: Uint8Array.of(7),
  frames: [],
  stills: [Uint8Array.of(0xff, 0xd8)],
  trust: 'unchecked',
}
const call = (change: Partial<CapsuleCall> = {}): CapsuleCall => ({
  callId: CALL,
  pseudonym: 'Quiet Heron',
  startedAtMs: 1,
  texts: [{ from: 'them', text: 'a cruel word', atMs: 2 }],
  ...change,
})

/** A page with a vault that can be locked and unlocked, and an engine that notes the order of what it is asked. */
async function page(facts: { block?: Result<BlockId>; evidence?: KeptEvidence | undefined } = {}) {
  const clock = createFakeClock(1_000)
  const shelf = await openCapsuleShelf({
    vault: createMemoryVault(),
    clock,
    log: createFakeLog(),
    serverNowMs: () => clock.nowMs(),
  })
  let isOpen = true
  const within = <T>(answer: Promise<Result<T>>) => (isOpen ? answer : Promise.resolve(fail('DEVICE_REQUIRED')))
  const capsules = createCapsules({
    keeper: async () => ({
      keepCapsule: (capsule) => within(shelf.keepCapsule(capsule)),
      capsules: () => within(shelf.capsules()),
      openCapsule: (callId) => within(shelf.openCapsule(callId)),
      markSubmitted: (callId, submission) => within(shelf.markSubmitted(callId, submission)),
      shredCapsule: (callId) => within(shelf.shredCapsule(callId)),
    }),
  })
  const asked: string[] = []
  const engine: Pick<Engine, 'end' | 'block' | 'evidenceOf' | 'serverNowMs'> = {
    end: () => void asked.push('end'),
    block: async () => {
      asked.push('block')
      return facts.block ?? ok('b1' as BlockId)
    },
    evidenceOf: async () => {
      asked.push('evidence')
      return 'evidence' in facts ? facts.evidence : EVIDENCE
    },
    serverNowMs: () => clock.nowMs(),
  }
  return { capsules, engine, asked, setOpen: (open: boolean) => (isOpen = open) }
}

describe('one key ends, blocks and keeps', () => {
  it('[S16] the end comes first, at once; then all the rest, sealed', async () => {
    const { capsules, engine, asked } = await page()
    const taken = capsules.take(engine, call())
    expect(asked[0]).toBe('end')
    await taken
    expect(asked.toSorted()).toEqual(['block', 'end', 'evidence'])
    expect(capsules.get()).toEqual({
      callId: CALL,
      block: 'done',
      keeping: 'sealed',
      textCount: 1,
      pictureCount: 1,
    })
    expect(await capsules.list()).toMatchObject({ items: [{ callId: CALL, isSealed: true, keptAtMs: 1_000 }] })
    expect(await capsules.open(CALL)).toEqual({
      ok: true,
      value: { texts: call().texts, frames: [], stills: EVIDENCE.stills, receipt: EVIDENCE.receipt },
    })
  })
  it('[S16] a block that fails is told, and nothing else fails with it', async () => {
    const { capsules, engine } = await page({ block: fail('NETWORK_OFFLINE') })
    await capsules.take(engine, call())
    expect(capsules.get()).toMatchObject({ block: { code: 'NETWORK_OFFLINE' }, keeping: 'sealed' })
  })
  it('[S16] without a vault it is kept in memory, said so, and sealed as soon as there is one', async () => {
    const { capsules, engine, setOpen } = await page()
    setOpen(false)
    await capsules.take(engine, call())
    expect(capsules.get()).toMatchObject({ keeping: 'in-memory', textCount: 1 })
    expect(await capsules.list()).toMatchObject({ items: [{ callId: CALL, isSealed: false }], code: 'DEVICE_REQUIRED' })
    expect(await capsules.open(CALL)).toMatchObject({ ok: true })
    setOpen(true)
    expect(await capsules.list()).toMatchObject({ items: [{ callId: CALL, isSealed: true }] })
    setOpen(false)
    expect(await capsules.list()).toEqual({ items: [], code: 'DEVICE_REQUIRED' })
  })
  it('[S16] what is in memory can be shredded, and goes when somebody signs out', async () => {
    const { capsules, engine, setOpen } = await page()
    setOpen(false)
    await capsules.take(engine, call())
    expect(await capsules.shred(CALL)).toMatchObject({ ok: true })
    expect((await capsules.list()).items).toEqual([])
    await capsules.take(engine, call())
    capsules.forget()
    expect((await capsules.list()).items).toEqual([])
    expect(capsules.get()).toBeUndefined()
  })
  it('[S16] after a call nothing more is ended; when nothing is left of it, that is said and nothing is kept', async () => {
    const late = await page({ evidence: undefined })
    await late.capsules.takeAfterwards(late.engine, call({ texts: [] }))
    expect(late.asked.toSorted()).toEqual(['block', 'evidence'])
    expect(late.capsules.get()).toMatchObject({ block: 'done', keeping: 'nothing' })
    expect(await late.capsules.list()).toEqual({ items: [] })
    const soon = await page()
    await soon.capsules.takeAfterwards(soon.engine, call({ texts: [] }))
    expect(soon.capsules.get()).toMatchObject({ keeping: 'sealed', pictureCount: 1 })
  })
  it('[S16] of many texts the last are kept', async () => {
    const { capsules, engine } = await page()
    const texts = Array.from({ length: CAPSULE_TEXTS_MAX + 5 }, (_, at) => ({
      from: 'me' as const,
      text: `${at}`,
      atMs: at,
    }))
    await capsules.take(engine, call({ texts }))
    await settle()
    const opened = await capsules.open(CALL)
    expect(opened.ok && opened.value.texts.map(({ text }) => text)).toEqual(
      texts.slice(-CAPSULE_TEXTS_MAX).map(({ text }) => text),
    )
  })
})
