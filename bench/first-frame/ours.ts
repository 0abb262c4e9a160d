import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import path from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { signUp, start, type Person } from '../../e2e/support/person.ts'
import { LOOKS } from '../../e2e/support/pictures.ts'
import type { Met } from './stats.ts'

/**
 * The product itself: two signed-up people in two pages of one browser, the built web app, the real server. Both press
 * Next in a running call and meet again, so each match begins where a person begins: with a call going on.
 */
type Marks = Readonly<Record<string, number>>
export type Meeting = Met & { readonly ends: readonly Marks[] }
export type Pair = {
  readonly pages: readonly Page[]
  /** From the lobby into the first call. */
  enter(): Promise<void>
  meet(): Promise<Meeting>
  /** Out of the call, so that nothing of this pair runs while others are measured. */
  leave(): Promise<void>
  close(): Promise<void>
}

const SCRIPT = stripTypeScriptTypes(readFileSync(path.join(import.meta.dirname, 'instrument.ts'), 'utf8'))
const FRAME_MS_MAX = 20_000
/** Browsers of the bench draw without a graphics card: on a large page the drawing would be measured, not the call. */
const PHONE = { width: 390, height: 844 }

type End = { readonly person: Person; frame(): Promise<Marks> }

export async function openPair(browser: Browser, origin: string): Promise<Pair> {
  const ends: End[] = []
  for (const look of [LOOKS.red, LOOKS.green]) {
    const end = await openEnd(browser, origin, look)
    ends.push(end)
    await signUp(end.person)
  }
  const pages = ends.map(({ person }) => person.page)
  const frames = () => Promise.all(ends.map((end) => end.frame()))

  return {
    pages,
    async enter() {
      for (const page of pages) await page.goto('/lobby')
      const seen = frames()
      for (const { person } of ends) await start(person)
      await seen
    },
    async meet() {
      const seen = frames()
      await Promise.all(pages.map(pressNext))
      const marks = await seen
      const all = (name: string) => marks.map((each) => each[name] ?? Number.NaN)
      const lastFrame = Math.max(...all('frame'))
      return {
        foundToFrameMs: lastFrame - Math.min(...all('found')),
        nextToFrameMs: lastFrame - Math.max(...all('pressed')),
        ends: marks,
      }
    },
    async leave() {
      for (const page of pages) await page.goto('about:blank')
    },
    async close() {
      for (const { person } of ends) await person.context.close()
    },
  }
}

async function openEnd(browser: Browser, origin: string, look: Person['look']): Promise<End> {
  const context = await browser.newContext({
    baseURL: origin,
    locale: 'en-GB',
    viewport: PHONE,
    permissions: ['camera', 'microphone'],
  })
  let told: (marks: Marks) => void = () => undefined
  await context.exposeFunction('tellFrame', (marks: Marks) => told(marks))
  await context.addInitScript({ content: SCRIPT })
  const page = await context.newPage()
  const person: Person = {
    look,
    browser,
    context,
    page,
    handle: '',
    password: `${look.name} lantern over quiet water`,
    complaints: [],
    close: () => context.close(),
  }
  return {
    person,
    frame: () =>
      new Promise((resolve, reject) => {
        const late = () => reject(new Error('no frame of the other in time'))
        const timer = setTimeout(late, FRAME_MS_MAX)
        told = (marks) => {
          clearTimeout(timer)
          resolve(marks)
        }
      }),
  }
}

async function pressNext(page: Page): Promise<void> {
  await page.keyboard.press('n')
}
