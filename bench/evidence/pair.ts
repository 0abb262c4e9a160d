import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, expect, type Browser, type Page } from '@playwright/test'
import { createNetwork } from '../../e2e/support/network.ts'
import { FLAGS, signUp, start, type Person } from '../../e2e/support/person.ts'
import { LOOKS } from '../../e2e/support/pictures.ts'
import { createTestServer } from '../../e2e/support/server.ts'
import { cpuOfTree } from '../background/cpu.ts'
import { writeMovingPicture } from '../first-frame/camera.ts'

/** One second of a call of two, both ends together. */
export type Second = {
  readonly cpuMs: number
  readonly kbits: number
  readonly frames: number
  readonly keyFrames: number
}

/** Two people in one browser whose processor time can be read, through the product itself. */
export type MeasuredPair = {
  readonly version: string
  /** A call with the taps or without them, from the lobby, and what a second of it takes. */
  measure(taps: 'on' | 'off', seconds: number): Promise<Second>
  close(): Promise<void>
}

type Video = { readonly bytesSent: number; readonly framesEncoded: number; readonly keyFramesEncoded: number }

const SCRIPT = stripTypeScriptTypes(readFileSync(path.join(import.meta.dirname, 'instrument.ts'), 'utf8'))
/** Browsers of the bench draw without a graphics card: on a large page the drawing would be measured, not the call. */
const PHONE = { width: 390, height: 844 }
/** The bitrate has settled, and the next path is made. */
const SETTLE_MS = 5_000

export async function openMeasuredPair(): Promise<MeasuredPair> {
  const ends: (() => unknown)[] = []
  const close = async () => {
    for (const end of ends.splice(0).toReversed()) await end()
  }
  try {
    const network = await createNetwork({ serverPort: () => server.port })
    ends.push(() => network.close())
    const server = await createTestServer({ ...network.env, VISAVIS_MEET_AGAIN_MINUTES: '0' })
    ends.push(() => server.remove())
    await server.start()
    const folder = mkdtempSync(path.join(tmpdir(), 'visavis-bench-'))
    ends.push(() => rmSync(folder, { recursive: true, force: true }))
    const camera = path.join(folder, 'camera.y4m')
    writeMovingPicture(camera)
    const launched = await chromium.launchServer({
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: [...FLAGS, `--use-file-for-fake-video-capture=${camera}`],
    })
    ends.push(() => launched.close())
    const { pid = 0 } = launched.process()
    const browser = await chromium.connect(launched.wsEndpoint())
    const people = [
      await openPerson(browser, network.origin, LOOKS.red),
      await openPerson(browser, network.origin, LOOKS.green),
    ]
    return { version: browser.version(), measure: (taps, seconds) => measure(people, pid, taps, seconds), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openPerson(browser: Browser, origin: string, look: Person['look']): Promise<Person> {
  const context = await browser.newContext({
    baseURL: origin,
    locale: 'en-GB',
    viewport: PHONE,
    permissions: ['camera', 'microphone'],
  })
  await context.addInitScript({ content: SCRIPT })
  const page = await context.newPage()
  const password = `${look.name} lantern over quiet water`
  const person = { look, browser, context, page, handle: '', password, complaints: [], close: () => context.close() }
  await signUp(person)
  // What looks at pictures for another purpose would drown what is measured.
  await page.evaluate(() => localStorage.setItem('visavis.nudity', 'off'))
  return person
}

async function measure(people: readonly Person[], pid: number, taps: 'on' | 'off', seconds: number): Promise<Second> {
  for (const { page } of people) {
    await page.evaluate((value) => localStorage.setItem('bench.taps', value), taps)
    await page.goto('/lobby')
  }
  for (const person of people) await start(person)
  for (const { page } of people) await expect(page.getByLabel(/^Picture of /)).toBeVisible({ timeout: 30_000 })
  for (const { page } of people) await page.keyboard.press('u')
  for (const { page } of people)
    await expect(page.getByRole('button', { name: 'Put the veil back' })).toBeVisible({ timeout: 30_000 })
  await sleep(SETTLE_MS)
  const before = { cpuMs: cpuOfTree(pid), sent: await sentOf(people), atMs: performance.now() }
  await sleep(seconds * 1_000)
  const after = { cpuMs: cpuOfTree(pid), sent: await sentOf(people), atMs: performance.now() }
  for (const { page } of people) await page.goto('/safety')
  const elapsed = (after.atMs - before.atMs) / 1_000
  return {
    cpuMs: (after.cpuMs - before.cpuMs) / elapsed,
    kbits: ((after.sent.bytesSent - before.sent.bytesSent) * 8) / 1_000 / elapsed,
    frames: (after.sent.framesEncoded - before.sent.framesEncoded) / elapsed,
    keyFrames: (after.sent.keyFramesEncoded - before.sent.keyFramesEncoded) / elapsed,
  }
}

async function sentOf(people: readonly Person[]): Promise<Video> {
  const all = await Promise.all(people.map(({ page }) => sentBy(page)))
  const sum = (of: (video: Video) => number) => all.reduce((total, video) => total + of(video), 0)
  return {
    bytesSent: sum((video) => video.bytesSent),
    framesEncoded: sum((video) => video.framesEncoded),
    keyFramesEncoded: sum((video) => video.keyFramesEncoded),
  }
}

async function sentBy(page: Page): Promise<Video> {
  return page.evaluate(() => (globalThis as unknown as { sentVideo(): Promise<Video> }).sentVideo())
}
