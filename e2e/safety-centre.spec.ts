import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test as base, type Browser, type BrowserContextOptions, type Page } from '@playwright/test'
import { serviceWorkerOf } from './support/push-browser.ts'
import { createTestServer, type TestServer } from './support/server.ts'

/**
 * The safety centre [S15] as somebody opens it who has no account: the real server and the real build. `SAFETY_PICTURES` names
 * a folder for pictures of it.
 */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PICTURES = process.env['SAFETY_PICTURES']

const test = base.extend<object, { site: { server: TestServer; origin: string } }>({
  site: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const server = await createTestServer()
      await server.start()
      await use({ server, origin: `http://localhost:${server.port}` })
      await server.remove()
    },
    { scope: 'worker', timeout: 180_000 },
  ],
})

async function open(browser: Browser, origin: string, options: BrowserContextOptions = {}, path = '/safety') {
  const context = await browser.newContext({ baseURL: origin, locale: 'en-GB', reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
  page.on('pageerror', (error) => faults.push(String(error)))
  await page.goto(path)
  await expect(page.getByRole('searchbox')).toBeVisible()
  return { context, page, faults }
}

async function seriousFaults(page: Page): Promise<unknown[]> {
  await page.evaluate(AXE)
  return page.evaluate(async () => {
    type Violation = { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }
    const { violations } = await axe.run()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => [id, ...nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)])
  })
}

async function picture(page: Page, name: string, fullPage = false): Promise<void> {
  if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage })
}

const tooWide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

test('[S15] nobody needs an account: tips, red flags, guidelines, privacy, and that this is no emergency service', async ({
  browser,
  site,
}) => {
  const { context, page, faults } = await open(browser, site.origin)
  await expect(page.getByText('Visavis is not an emergency service').first()).toBeVisible()
  for (const name of ['What helps', 'Red flags', 'Community guidelines', 'Privacy policy'])
    await expect(page.getByRole('heading', { level: 2, name, exact: true })).toBeVisible()
  await expect(page.locator('.flags details')).toHaveCount(11)
  const money = page.locator('#money')
  await expect(money.getByText('Could you get me two gift cards')).toBeHidden()
  await money.locator('summary').press('Enter')
  await expect(money.getByText('Could you get me two gift cards')).toBeVisible()
  expect(faults).toEqual([])
  await context.close()
})

test('[S15] the search finds while one types, marks the sentence, leads there, and says when there is nothing', async ({
  browser,
  site,
}) => {
  const { context, page } = await open(browser, site.origin)
  const box = page.getByRole('searchbox')
  await box.fill('STOPNCII fingerprint')
  await expect(page.locator('search mark').first()).toHaveText('StopNCII')
  await expect(page.getByText('1 result', { exact: true })).toBeVisible()
  await page.locator('.hits a').first().click()
  await expect(page).toHaveURL(/#sextortion$/)
  await expect(page.locator('#sextortion')).toBeFocused()
  await expect(page.locator('#sextortion')).toBeInViewport()

  await box.fill('gift cards')
  await page.locator('.hits a').first().press('Enter')
  await expect(page.locator('#money')).toHaveAttribute('open')
  await expect(page.locator('#money summary')).toBeFocused()

  await box.fill('xylophone')
  await expect(page.getByText('Nothing found for “xylophone”.')).toBeVisible()
  await box.fill('osterreich')
  await expect(page.locator('.hits')).toHaveCount(0)
  await box.fill('austria')
  await page.locator('.hits a').first().click()
  await expect(page).toHaveURL(/\/safety\/help#AT$/)
  await expect(page.getByRole('link', { name: 'Call Police: 133' })).toBeVisible()
  await context.close()
})

test('[S15] an address leads to one thing: a trick, a red flag, a country', async ({ browser, site }) => {
  const { context, page } = await open(browser, site.origin, {}, '/safety#romance-scam')
  await expect(page.locator('#romance-scam')).toBeInViewport()
  await page.goto('about:blank')
  await page.goto('/safety#threats')
  await expect(page.locator('#threats')).toHaveAttribute('open')
  await expect(page.locator('#threats')).toBeInViewport()
  await page.goto('/safety/help#br')
  await expect(page.getByRole('link', { name: 'Call Police: 190' })).toBeVisible()
  await context.close()
})

test('[S15] the country is that of the browser until one is chosen, and is remembered; nothing of it is sent', async ({
  browser,
  site,
}) => {
  const { context, page } = await open(browser, site.origin, { locale: 'de-AT' }, '/safety/help')
  await expect(page.getByRole('heading', { name: 'Notrufnummern: Österreich' })).toBeVisible()
  const sent: string[] = []
  page.on('request', (request) => sent.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`))
  await page.getByLabel('Land oder Gebiet').selectOption('FR')
  const police = page.getByRole('link', { name: 'Polizei anrufen: 17', exact: true })
  await expect(police).toHaveAttribute('href', 'tel:17')
  await expect(page.getByRole('link', { name: /3114/ }).first()).toHaveAttribute('href', 'tel:3114')
  await page.waitForLoadState('networkidle')
  expect(sent.filter((text) => /FR|country|land/i.test(text.replace(site.origin, '')))).toEqual([])
  await page.reload()
  await expect(police).toBeVisible()
  await context.close()

  const nowhere = await open(browser, site.origin, { locale: 'en' }, '/safety/help')
  await expect(nowhere.page.getByText('Choose where you are.')).toBeVisible()
  await expect(nowhere.page.getByRole('link', { name: /^Call (?:Emergency|Police)/ })).toHaveCount(0)
  await nowhere.context.close()
})

test('[S15] five languages: the choice changes every word, is told to screen readers, and is remembered', async ({
  browser,
  site,
}) => {
  const { context, page } = await open(browser, site.origin, { locale: 'fr-FR' })
  const centre = page.locator('.centre')
  await expect(centre).toHaveAttribute('lang', 'fr')
  await expect(page.getByRole('heading', { level: 1, name: 'Sécurité' })).toBeVisible()
  for (const [language, title, label] of [
    ['es', 'Seguridad', 'Langue'],
    ['de', 'Sicherheit', 'Idioma'],
    ['pt', 'Segurança', 'Sprache'],
    ['en', 'Safety', 'Idioma'],
  ] as const) {
    await page.getByLabel(label, { exact: true }).selectOption(language)
    await expect(page.getByRole('heading', { level: 1, name: title, exact: true })).toBeVisible()
    await expect(centre).toHaveAttribute('lang', language)
    await picture(page, `guide-${language}`)
  }
  await page.getByLabel('Language', { exact: true }).selectOption('pt')
  await expect(centre).toHaveAttribute('lang', 'pt')
  await page.reload()
  await expect(page.getByRole('heading', { level: 1, name: 'Segurança' })).toBeVisible()
  await context.close()
})

test('[S15] [K12] without a network and without a server it opens, in every language, with all numbers', async ({
  browser,
  site,
}) => {
  const { context, page } = await open(browser, site.origin)
  await serviceWorkerOf(page)
  await site.server.stop()
  await context.setOffline(true)
  await page.goto('/safety/help')
  await expect(page.getByRole('link', { name: 'Call Emergency, all services: 999' })).toBeVisible()
  await page.reload()
  await page.getByLabel('Language', { exact: true }).selectOption('de')
  await expect(page.getByRole('heading', { name: 'Notrufnummern: Vereinigtes Königreich' })).toBeVisible()
  for (const [label, language, title] of [
    ['Sprache', 'es', 'Pedir ayuda'],
    ['Idioma', 'fr', 'Trouver de l’aide'],
    ['Langue', 'pt', 'Pedir ajuda'],
  ] as const) {
    await page.getByLabel(label, { exact: true }).selectOption(language)
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
  }
  await page.goto('/safety#code-theft')
  await page.getByRole('searchbox').fill('chantagem')
  await expect(page.locator('search mark').first()).toBeVisible()
  await context.close()
  await site.server.start()
})

test('[S15] on paper everything is unfolded, the frame is gone, and the screen is as before afterwards', async ({
  browser,
  site,
}) => {
  const { context, page } = await open(browser, site.origin)
  const unfolded = page.locator('.flags details[open]')
  await expect(unfolded).toHaveCount(0)
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  await expect(unfolded).toHaveCount(11)
  await expect(page.getByRole('searchbox')).toBeHidden()
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeHidden()
  await expect(page.getByRole('navigation', { name: 'Contents' })).toBeHidden()
  await expect(page.getByText('Could you get me two gift cards')).toBeVisible()
  await picture(page, 'print-guide')
  if (PICTURES) await page.pdf({ path: join(PICTURES, 'guide.pdf') })
  await page.emulateMedia({ media: 'screen' })
  await expect(unfolded).toHaveCount(0)

  await page.goto('/safety/help#ES')
  await expect(page.getByText('Línea 024')).toBeVisible()
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('link', { name: 'Call Police: 091' })).toBeVisible()
  await expect(page.getByText('violenciagenero.igualdad.gob.es')).toBeVisible()
  await picture(page, 'print-help')
  await context.close()
})

for (const { name, width, height } of [
  { name: '360', width: 360, height: 780 },
  { name: '1440', width: 1440, height: 900 },
])
  test(`[S15] [O5] ${name} wide: within its width, targets large enough, no serious axe fault, light and dark`, async ({
    browser,
    site,
  }) => {
    const { context, page, faults } = await open(browser, site.origin, { viewport: { width, height } })
    for (const [path, look] of [
      ['/safety', 'guide'],
      ['/safety/help#DE', 'help'],
    ] as const) {
      await page.goto('about:blank')
      await page.goto(path)
      await expect(page.getByRole('searchbox')).toBeVisible()
      if (look === 'guide') await page.locator('#money summary').click()
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await picture(page, `${look}-${name}-${colorScheme}`, true)
        expect(await tooWide(page)).toBeLessThanOrEqual(0)
        expect(await seriousFaults(page)).toEqual([])
      }
      await page.getByRole('searchbox').fill('number')
      await expect(page.locator('search mark').first()).toBeVisible()
      await picture(page, `${look}-search-${name}`)
      expect(await seriousFaults(page)).toEqual([])
      const small = await page
        .locator('.centre :is(button, select, input, summary, a.site, a[href^="tel:"], .contents a, .hits a)')
        .evaluateAll(
          (all) =>
            all.map((each) => each.getBoundingClientRect()).filter(({ height: tall }) => tall > 0 && tall < 43.5)
              .length,
        )
      expect(small).toBe(0)
    }
    expect(faults).toEqual([])
    await context.close()
  })
