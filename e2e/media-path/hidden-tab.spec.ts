import { expect, test } from '@playwright/test'
import { createFakeLog } from '@visavis/testkit'
import type { RelayLease } from '@visavis/wire'
import { randomBytes, randomUUID } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import puppeteer from 'puppeteer-core'
import { chooseAnnounce, createSpliceRelay } from '../../apps/server/src/relay/index.ts'
import { CHROMIUM, CHROMIUM_ARGS, createMediaPages, driveHarness, type Driven } from '../support/media-page.ts'
import { wallClock } from '../support/wall-clock.ts'

/** By another driver: Playwright has every page believe that it is looked at. */
test('[M16] a tab behind another one goes on sending and hearing', async () => {
  const announce = chooseAnnounce(networkInterfaces())
  const base = { ...announce, port: 0, secret: randomBytes(32), clock: wallClock, log: createFakeLog() }
  const relay = await createSpliceRelay(base)
  const legs = { a: randomUUID(), b: randomUUID() }
  const leaseOf = (legId: string) => ({ kind: 'splice', ...relay.lease(legId, 1) }) as RelayLease
  const pages = await createMediaPages()
  const alice = await pages.person()
  const browser = await puppeteer.launch({ executablePath: CHROMIUM, args: [...CHROMIUM_ARGS] })
  try {
    const page = await browser.newPage()
    await page.goto(alice.page.url())
    const behind = driveHarness((name, args) =>
      page.evaluate(
        (key, values) => {
          const { harness } = globalThis as unknown as { harness: Record<string, (...all: unknown[]) => unknown> }
          return harness[key]?.(...values)
        },
        name,
        args as unknown[],
      ),
    )
    await behind.call('media', 'video')
    const [a, b] = await Promise.all([
      alice.open({ lease: leaseOf(legs.a), mode: 'video' }),
      behind.open({ lease: leaseOf(legs.b), mode: 'video' }),
    ])
    relay.splice(legs.a, legs.b)
    await Promise.all([
      alice.connect(b.fingerprint, 'active').then(() => relay.open(legs.a)),
      behind.connect(a.fingerprint, 'passive').then(() => relay.open(legs.b)),
    ])
    await Promise.all([alice.call('allow'), behind.call('allow')])
    await moreFrames(alice, 5)
    const front = await browser.newPage()
    await front.bringToFront()
    await expect.poll(() => page.evaluate(() => document.visibilityState)).toBe('hidden')
    const before = await Promise.all([alice.facts(), behind.facts()])
    await moreFrames(alice, 30)
    for (const [index, person] of [alice, behind].entries())
      await expect
        .poll(async () => (await person.facts()).audioEnergy, { timeout: 20_000 })
        .toBeGreaterThan(before[index]?.audioEnergy ?? 0)
    expect((await behind.facts()).states).not.toContain('interrupted')
  } finally {
    await browser.close()
    await pages.close()
    await relay.close()
  }
})

async function moreFrames(person: Driven, count: number): Promise<void> {
  const before = (await person.facts()).framesDecoded
  await expect
    .poll(async () => (await person.facts()).framesDecoded, { timeout: 20_000 })
    .toBeGreaterThan(before + count)
}
