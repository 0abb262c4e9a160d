import type { CallId } from '@visavis/wire'
import { expect, it } from 'vitest'
import { createPeopleWorld } from '../messenger/people/sim/people-world.ts'
import { createCapsules } from './capsules.ts'

/** Whole messengers, as their worker runs them, with a vault that outlives the page. */
const CALL = 'c1' as CallId
const CAPSULE = {
  head: { callId: CALL, pseudonym: 'Quiet Heron', startedAtMs: 1, keptAtMs: 2, textCount: 1, pictureCount: 0 },
  content: { texts: [{ from: 'them' as const, text: 'a cruel word', atMs: 1 }], frames: [], stills: [] },
}

it('[S16] evidence that the messenger keeps is there for the next page of this device, and behind its lock', async () => {
  const world = createPeopleWorld()
  const browser = world.addBrowser(world.addAccount('alice'))
  const first = browser.open()
  await world.until(() => first.phase() === 'ready')
  const kept = { ...CAPSULE, head: { ...CAPSULE.head, keptAtMs: world.clock.nowMs() } }
  expect(await first.messenger.keepCapsule(kept)).toEqual({ ok: true, value: true })
  first.tell({ kind: 'elsewhere' })
  expect(await first.messenger.capsules()).toMatchObject({ ok: false })

  const second = browser.open()
  await world.until(() => second.phase() === 'ready')
  expect(await second.messenger.capsules()).toEqual({ ok: true, value: [kept.head] })
  expect(await second.messenger.openCapsule(CALL)).toEqual({ ok: true, value: kept.content })

  await second.messenger.setLock('correct horse')
  second.messenger.lock()
  await world.until(() => second.phase() === 'locked')
  const page = createCapsules({ keeper: async () => second.messenger })
  expect(await page.list()).toEqual({ items: [], code: 'VAULT_LOCKED' })
  expect(await page.open(CALL)).toMatchObject({ ok: false, code: 'VAULT_LOCKED' })
  await second.messenger.unlock('correct horse')
  await world.until(() => second.phase() === 'ready')
  expect(await page.shred(CALL)).toEqual({ ok: true, value: true })
  expect(await page.list()).toEqual({ items: [] })
})
