import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test as base, type Browser, type Page } from '@playwright/test'
import { serveScriptedSite } from '../apps/web/tests/scripted-site.ts'
import * as states from '../apps/web/tests/screen-states.ts'
import { ANSWERS, type Screen } from '../apps/web/tests/screen.ts'

/**
 * Every screen [O5] at phone and desktop size, light and dark: drawn without an error of the content security policy,
 * no sideways scrolling, and without a serious fault found by axe. The screens are those of the real build; only the
 * engine is scripted and the HTTP answers are given here, so that states that need other people can be shown at will.
 */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const SITE = process.env['SCREENS_SITE']
const PICTURES = process.env['SCREENS_DIR']
const SIZES = [
  { name: '390', width: 390, height: 844 },
  { name: '1440', width: 1440, height: 900 },
] as const

const test = base.extend<object, { site: string }>({
  site: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      // With SCREENS_SITE an already served build is looked at: quicker while drawing.
      const site = SITE ? { url: SITE, close: async () => {} } : await serveScriptedSite()
      await use(site.url)
      await site.close()
    },
    { scope: 'worker', timeout: 180_000 },
  ],
})

async function open(browser: Browser, site: string, size: (typeof SIZES)[number], screen: Screen) {
  const context = await browser.newContext({
    baseURL: site,
    viewport: { width: size.width, height: size.height },
    colorScheme: 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    // Each screen is looked at once: nothing is kept for a time without a network.
    serviceWorkers: 'block',
    permissions: screen.media === 'denied' ? [] : ['camera', 'microphone'],
  })
  const page = await context.newPage()
  const faults: string[] = []
  // A refusal that a screen is given on purpose is no fault of the page; its policy's complaints are.
  const isGiven = (text: string) => text.startsWith('Failed to load resource') && text.includes('503')
  page.on('console', (message) => message.type() === 'error' && !isGiven(message.text()) && faults.push(message.text()))
  page.on('pageerror', (error) => faults.push(String(error)))
  await page.addInitScript(states.install, {
    script: screen.script,
    messenger: screen.messenger,
    media: screen.media,
    isBlocking: screen.isBlocking,
    storage: screen.storage,
  })
  await page.route('**/api/**', async (route) => {
    const { pathname } = new URL(route.request().url())
    const answer = { ...ANSWERS, ...screen.answers }[`${route.request().method()} ${pathname}`]
    await route.fulfill(
      answer ? { status: answer.status ?? 200, json: answer.json } : { status: 404, json: { code: 'NOT_FOUND' } },
    )
  })
  await page.goto(screen.path)
  await screen.act?.(page)
  await expect(page.locator(screen.shows).first()).toBeVisible()
  if (screen.inSight) await expect(page.locator(screen.inSight)).toBeInViewport()
  return { context, page, faults }
}

type AxeFault = { id: string; impact: string; nodes: string[] }

/** Of every rule, or of one. */
async function seriousFaults(page: Page, rule?: string): Promise<AxeFault[]> {
  // Evaluated through the debugger: the page's own policy would refuse an injected script element.
  if (rule === undefined) await page.evaluate(AXE)
  return page.evaluate(async (only) => {
    const { axe } = window as unknown as {
      axe: {
        run(options: { runOnly?: string[] }): Promise<{
          violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[]
        }>
      }
    }
    const { violations } = await axe.run(only === undefined ? {} : { runOnly: [only] })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, impact, nodes }) => ({
        id,
        impact,
        nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
      }))
  }, rule)
}

async function look(page: Page, name: string): Promise<void> {
  if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}.png`) })
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(tooWide, `${name} within its width`).toBeLessThanOrEqual(0)
}

for (const screen of states.SCREENS) {
  for (const size of SIZES) {
    const name = `${screen.name}-${size.name}`
    test(`[O5] ${name}: readable, within its width, no serious axe fault, light and dark`, async ({
      browser,
      site,
    }) => {
      const { context, page, faults } = await open(browser, site, size, screen)
      await look(page, `${name}-light`)
      expect(await seriousFaults(page)).toEqual([])
      // The same page in the dark: the theme changes colours and nothing else.
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
      await look(page, `${name}-dark`)
      expect(await seriousFaults(page, 'color-contrast')).toEqual([])
      expect(faults).toEqual([])
      await context.close()
    })
  }
}
