import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { expect } from '@playwright/test'
import puppeteer, { type Page } from 'puppeteer-core'
import { freePort } from '../support/free-port.ts'
import { meanColourOf, newFramesOf } from '../support/partner-view.ts'
import type { Look } from '../support/pictures.ts'
import { installRecorder } from '../support/recorder.ts'
import { installCamera, lookCamera, type CanvasCamera } from './canvas-camera.ts'
import { openWay } from './door.ts'

/** A person in a stock Firefox, driven over WebDriver BiDi. */
export type Fox = {
  readonly look: Look
  readonly page: Page
  readonly password: string
  /** Everything the page wrote to its console as an error, or threw. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

export const FIREFOX = process.env['FIREFOX_PATH'] ?? '/usr/bin/firefox-esr'
export const hasFirefox = existsSync(FIREFOX)

const ARRIVAL_MS = 30_000
const PICTURE = '[aria-label^="Picture of "]'

export type FoxOptions = {
  readonly origin: string
  readonly look: Look
  readonly camera?: CanvasCamera
  readonly viewport?: { width: number; height: number }
  /** A network of its own: what starts Firefox there, its name, its own address and the address of the server there. */
  readonly place?: { readonly program: string; readonly name: string; readonly own: string; readonly front: string }
}

export async function createFox({ origin, look, camera, viewport, place }: FoxOptions): Promise<Fox> {
  const debuggingPort = await freePort()
  const closeDoor = place && (await openDoor(place, debuggingPort, Number(new URL(origin).port)))
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: place?.program ?? FIREFOX,
    debuggingPort,
    headless: true,
    extraPrefsFirefox: {
      // As where a camera is on: Firefox does not count a fake one.
      'media.autoplay.default': 0,
      'media.navigator.permission.disabled': true,
      'media.navigator.streams.fake': true,
      'media.navigator.audio.fake_frequency': look.toneHz,
      // On a watched wire the relay sees everybody come from a loopback address of their own, and says so in its answers.
      'media.peerconnection.ice.loopback': true,
    },
  })
  const [first] = await browser.pages()
  const page = first ?? (await browser.newPage())
  await page.setViewport(viewport ?? { width: 1280, height: 800 })
  const complaints: string[] = []
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())))
  page.on('pageerror', (error) => void complaints.push(String(error)))
  await page.evaluateOnNewDocument(installCamera, camera ?? lookCamera(look))
  await page.evaluateOnNewDocument(installRecorder)
  return {
    look,
    page,
    password: `${look.name} lantern over quiet water`,
    complaints,
    async close() {
      await browser.close()
      closeDoor?.()
    },
  }
}

/** The driver's way to a Firefox in a place, and Firefox's way to the server at the `localhost` it knows. */
async function openDoor(place: NonNullable<FoxOptions['place']>, driverPort: number, port: number) {
  const ways = [`${place.own}:${driverPort}=127.0.0.1:${driverPort}`, `127.0.0.1:${port}=${place.front}:${port}`]
  const script = path.join(import.meta.dirname, 'door.ts')
  const inside = spawn('ip', ['netns', 'exec', place.name, process.execPath, script, ...ways], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await Promise.race([
    once(inside.stdout, 'data'),
    once(inside, 'exit').then(() => {
      throw new Error('no door into the place')
    }),
  ])
  const closeWay = await openWay({ from: `127.0.0.1:${driverPort}`, to: `${place.own}:${driverPort}` })
  return () => {
    closeWay()
    inside.kill()
  }
}

/** Keeps a picture of the page, to be looked at. */
export async function keepPicture({ page }: Fox, name: string): Promise<void> {
  mkdirSync('artifacts', { recursive: true })
  await page.screenshot({ path: `artifacts/${name}.png` })
}

export async function press({ page }: Fox, name: string, role = 'button'): Promise<void> {
  await page.locator(`::-p-aria([name="${name}"][role="${role}"])`).setTimeout(ARRIVAL_MS).click()
}

/** Waits until the page says this somewhere. */
export async function expectWords({ page }: Fox, words: string | RegExp): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => document.body.innerText), { timeout: ARRIVAL_MS })
    .toMatch(typeof words === 'string' ? new RegExp(words) : words)
}

async function expectPath({ page }: Fox, pathname: string): Promise<void> {
  await expect.poll(() => page.evaluate(() => location.pathname), { timeout: 60_000 }).toBe(pathname)
}

/** Signs up the way people do, letter by letter. */
export async function signUpInFirefox(fox: Fox, origin: string): Promise<void> {
  const { page } = fox
  await page.goto(`${origin}/`)
  await press(fox, 'Start', 'link')
  await press(fox, 'Yes, I am 18 or older')
  await press(fox, 'I agree to these guidelines')
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#handle')?.value.match(/^[a-z0-9]/))
  await page.$eval('input[type=radio][value=password]', (radio) => radio.click())
  await page.waitForSelector('#password')
  await page.type('#password', fox.password)
  await press(fox, 'Create account')
  await expectPath(fox, '/lobby')
}

export async function startInFirefox(fox: Fox): Promise<void> {
  // Until devices and the way to the relay are there the button does nothing.
  await expect(async () => {
    await press(fox, 'Start')
    await expect.poll(() => fox.page.evaluate(() => location.pathname), { timeout: 3_000 }).toBe('/call')
  }).toPass({ timeout: 60_000 })
}

/** Waits until this person sees that look, and that it moves. */
export async function expectToSeeInFirefox(fox: Fox, look: Look): Promise<void> {
  const { page, look: own } = fox
  await page.waitForSelector(PICTURE, { visible: true, timeout: ARRIVAL_MS })
  const distance = async () => {
    const mean = await page.$eval(PICTURE, meanColourOf).catch(() => undefined)
    return mean ? Math.max(...mean.map((value, index) => Math.abs(value - (look.rgb[index] ?? 0)))) : 255
  }
  await expect.poll(distance, { timeout: 20_000, message: `${own.name} should see ${look.name}` }).toBeLessThan(40)
  await expect
    .poll(() => page.$eval(PICTURE, newFramesOf).catch(() => 0), {
      timeout: 20_000,
      message: 'the picture should move',
    })
    .toBeGreaterThanOrEqual(5)
}

/** Waits until a picture of whatever kind is there, moving or not. */
export async function expectPictureInFirefox({ page, look }: Fox): Promise<void> {
  await page.waitForSelector(PICTURE, { visible: true, timeout: ARRIVAL_MS })
  const isThere = () =>
    page.$eval(PICTURE, (video) => (video as HTMLVideoElement).readyState >= HTMLMediaElement.HAVE_CURRENT_DATA)
  await expect
    .poll(() => isThere().catch(() => false), { timeout: 20_000, message: `${look.name} should see a picture` })
    .toBe(true)
}

/** Waits until sound arrives and is played. Without a sound card Firefox lets nobody look at the tones of it. */
export async function expectToHearInFirefox({ page, look }: Fox): Promise<void> {
  const level = () =>
    page.evaluate(async () => {
      const audio = document.querySelector('audio')
      const { connections } = (globalThis as unknown as { visavisRecording: { connections: RTCPeerConnection[] } })
        .visavisRecording
      if (!audio || audio.paused || audio.muted || audio.currentTime === 0) return 0
      const stats = await Promise.all(connections.map((connection) => connection.getStats()))
      const levels = stats.flatMap((report) =>
        [...report.values()].map(({ type, audioLevel }: { type: string; audioLevel?: number }) =>
          type === 'inbound-rtp' ? (audioLevel ?? 0) : 0,
        ),
      )
      return Math.max(0, ...levels)
    })
  await expect.poll(level, { timeout: 20_000, message: `${look.name} should hear the partner` }).toBeGreaterThan(0.05)
}

/** A key of the call, pressed outside every field. */
export async function pressKey({ page }: Fox, key: 'g' | 'n'): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  await page.keyboard.press(key)
}

export async function writeInFirefox(fox: Fox, text: string): Promise<void> {
  const { page } = fox
  const field = 'textarea[placeholder="Write a message"], input[placeholder="Write a message"]'
  if (!(await page.$eval(field, (element) => element.checkVisibility()).catch(() => false)))
    await page.keyboard.press('t')
  await page.waitForSelector(field, { visible: true })
  await page.type(field, text)
  await page.keyboard.press('Enter')
}
