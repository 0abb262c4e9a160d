import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium, expect, type Browser, type BrowserContext, type Locator, type Page } from '@playwright/test'
import { setLater } from './later.ts'
import { meanColourOf, newFramesOf, partnerToneHz } from './partner-view.ts'
import { writeCamera, writeMicrophone, type Look } from './pictures.ts'

/** A person with a browser of their own, whose camera and microphone can be told from everybody else's. */
export type Person = {
  readonly look: Look
  readonly browser: Browser
  readonly context: BrowserContext
  readonly page: Page
  handle: string
  readonly password: string
  /** Everything the page wrote to its console or threw. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

/** How every browser is started. */
export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
]

export type PersonOptions = {
  readonly origin: string
  readonly look: Look
  readonly viewport?: { width: number; height: number }
  /** Without: the browser asks and nobody answers, or there is no device. */
  readonly flags?: readonly string[]
  readonly permissions?: readonly string[]
  /** Starts the browser in a place of its own; without: Debian's Chromium as it is. */
  readonly program?: string
  /** A folder in which the browser keeps what it stores, for the next browser with it; without: in memory only. */
  readonly profile?: string
  /** Writes what the camera shows; without: the look's colour. */
  readonly writeCamera?: (file: string) => void
  /** Sets the clock of its pages forward by so much. */
  readonly laterMs?: number
}

export async function createPerson(options: PersonOptions): Promise<Person> {
  const { origin, look, viewport, flags = FLAGS, permissions, program, profile, laterMs } = options
  const folder = mkdtempSync(path.join(tmpdir(), `visavis-${look.name}-`))
  const camera = path.join(folder, 'camera.y4m')
  const microphone = path.join(folder, 'microphone.wav')
  if (options.writeCamera) options.writeCamera(camera)
  else writeCamera(camera, look)
  writeMicrophone(microphone, look)
  const launching = {
    executablePath: program ?? process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: [...flags, `--use-file-for-fake-video-capture=${camera}`, `--use-file-for-fake-audio-capture=${microphone}`],
  }
  const settings = {
    baseURL: origin,
    locale: 'en-GB',
    viewport: viewport ?? { width: 1280, height: 800 },
    permissions: [...(permissions ?? ['camera', 'microphone'])],
  }
  const context = profile
    ? await chromium.launchPersistentContext(profile, { ...launching, ...settings })
    : await (await chromium.launch(launching)).newContext(settings)
  const browser = context.browser()
  if (!browser) throw new Error('a context without a browser')
  if (laterMs !== undefined) await setLater(context, laterMs)
  const page = context.pages()[0] ?? (await context.newPage())
  const complaints: string[] = []
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())))
  page.on('pageerror', (error) => void complaints.push(String(error)))
  return {
    look,
    browser,
    context,
    page,
    handle: '',
    password: `${look.name} lantern over quiet water`,
    complaints,
    async close() {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Signs up the way people do: landing page, age, guidelines, suggested handle, password. */
export async function signUp(person: Person): Promise<void> {
  const { page } = person
  await page.goto('/')
  await page.getByRole('link', { name: 'Start' }).first().click()
  await page.getByRole('button', { name: 'Yes, I am 18 or older' }).click()
  await page.getByRole('button', { name: 'I agree to these guidelines' }).click()
  const handle = page.getByLabel('Handle', { exact: true })
  await expect(handle).toHaveValue(/^[a-z0-9]/)
  person.handle = await handle.inputValue()
  await page.getByRole('radio', { name: 'Password' }).check({ force: true })
  await page.getByLabel('Password', { exact: true }).and(page.locator('input[autocomplete]')).fill(person.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page).toHaveURL(/\/lobby$/, { timeout: 60_000 })
}

export async function signIn(person: Person): Promise<void> {
  const { page } = person
  await page.goto('/sign-in')
  await page.getByLabel('Handle', { exact: true }).fill(person.handle)
  await page.getByLabel('Password', { exact: true }).and(page.locator('input[autocomplete]')).fill(person.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL(/\/lobby$/, { timeout: 60_000 })
}

/** From the lobby into the queue. */
export async function start(person: Person): Promise<void> {
  const button = person.page.getByRole('button', { name: 'Start' })
  await expect(button).toBeEnabled({ timeout: 30_000 })
  await button.click()
  await expect(person.page).toHaveURL(/\/call$/)
}

/** The large picture of the partner; there only once the identity is confirmed and media flows. */
export function partnerPicture(person: Person): Locator {
  return person.page.getByLabel(/^Picture of /)
}

/** Waits until this person sees that look, and that it moves. */
export async function expectToSee(person: Person, look: Look): Promise<void> {
  await expect(partnerPicture(person)).toBeVisible({ timeout: 30_000 })
  await expect
    .poll(
      async () => {
        const mean = await partnerPicture(person).evaluate(meanColourOf)
        return Math.max(...mean.map((value, index) => Math.abs(value - (look.rgb[index] ?? 0))))
      },
      { timeout: 20_000, message: `${person.look.name} should see ${look.name}` },
    )
    .toBeLessThan(40)
  await expect
    .poll(() => newFrames(person), {
      timeout: 20_000,
      message: `the picture that ${person.look.name} sees should move`,
    })
    .toBeGreaterThanOrEqual(5)
}

/** How many frames of the partner are shown within a second, at most five. */
async function newFrames(person: Person): Promise<number> {
  return partnerPicture(person)
    .evaluate(newFramesOf, undefined, { timeout: 3_000 })
    .catch(() => 0)
}

const partnerTone = ({ page }: Person) => page.evaluate(partnerToneHz)

export async function expectToHear(person: Person, look: Look): Promise<void> {
  await expect
    .poll(async () => Math.abs((await partnerTone(person)) - look.toneHz), {
      timeout: 20_000,
      message: `${person.look.name} should hear ${look.name}`,
    })
    .toBeLessThan(40)
}

export async function expectSilence(person: Person): Promise<void> {
  await expect
    .poll(() => partnerTone(person), { timeout: 10_000, message: `${person.look.name} should hear nothing` })
    .toBe(0)
}

export async function write(person: Person, text: string): Promise<void> {
  const { page } = person
  const field = page.getByPlaceholder('Write a message')
  if (!(await field.isVisible())) await page.getByRole('button', { name: /Open chat/ }).click()
  await field.fill(text)
  await field.press('Enter')
}

export async function expectToRead(person: Person, text: string): Promise<void> {
  await expect(person.page.getByRole('log').getByText(text, { exact: true })).toBeAttached({ timeout: 20_000 })
}
