import { createFakeClock, settle } from '@visavis/testkit'
import { fail, ok, type CallId, type Code } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { UNDO_MS } from '../chat/undo.ts'
import type { ListedCapsule } from './capsules.ts'
import { createKeptModel } from './kept-model.ts'

const ONE = 'c1' as CallId
const TWO = 'c2' as CallId
const capsule = (callId: CallId): ListedCapsule => ({
  callId,
  pseudonym: 'Quiet Heron',
  keptAtMs: 1,
  textCount: 0,
  pictureCount: 0,
  isSealed: true,
})

function page(facts: { shredCode?: Code } = {}) {
  const clock = createFakeClock()
  const kept = new Set([ONE, TWO])
  const model = createKeptModel({
    clock,
    capsules: {
      list: async () => ({ items: [...kept].map(capsule) }),
      shred: async (callId) => {
        if (facts.shredCode) return fail(facts.shredCode)
        kept.delete(callId)
        return ok(true)
      },
    },
  })
  const shown = () => model.get().list?.items.map(({ callId }) => callId)
  return { clock, kept, model, shown }
}

describe('the page of kept evidence', () => {
  it('[S16] what is shredded is out of sight at once, comes back when undone, and is gone when it is not', async () => {
    const { clock, kept, model, shown } = page()
    await model.load()
    model.shred(ONE, 'being shredded')
    await settle()
    expect(shown()).toEqual([TWO])
    expect(model.pending.get()).toEqual({ words: 'being shredded', canUndo: true })
    model.undo()
    await settle()
    await clock.advance(UNDO_MS)
    expect([shown(), kept.size]).toEqual([[ONE, TWO], 2])
    model.shred(ONE, 'being shredded')
    await clock.advance(UNDO_MS)
    await settle()
    expect([shown(), kept.size]).toEqual([[TWO], 1])
  })
  it('[S16] leaving the page does not keep what was to be shredded', async () => {
    const { kept, model } = page()
    await model.load()
    model.shred(TWO, 'being shredded')
    model.close()
    await settle()
    expect([...kept]).toEqual([ONE])
  })
  it('[S16] one that could not be shredded is shown again, and why', async () => {
    const { clock, model, shown } = page({ shredCode: 'VAULT_UNAVAILABLE' })
    await model.load()
    model.shred(ONE, 'being shredded')
    await clock.advance(UNDO_MS)
    await settle()
    expect(shown()).toEqual([ONE, TWO])
    expect(model.get().shredCode).toBe('VAULT_UNAVAILABLE')
  })
})
