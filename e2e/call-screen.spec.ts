import { expect, test, type Page } from '@playwright/test'
import type { RouteResponse } from '@visavis/wire'
import { readBrowserStores } from './support/browser-stores.ts'
import { createModeratedSite, type ModeratedSite } from './support/moderated-site.ts'
import { expectToRead, expectToSee, partnerPicture, start, write, type Person } from './support/person.ts'
import { LOOKS } from './support/pictures.ts'

/** The call's screen: the own picture, the small window, the full screen, and the key that ends, blocks and keeps. */
test.describe.configure({ mode: 'serial', timeout: 180_000 })

const CRUEL = 'a cruel word about your hat'

let site: ModeratedSite
let red: Person
/** On a phone. */
let green: Person
let moderator: Person

test.beforeAll(async () => {
  site = await createModeratedSite({
    env: { VISAVIS_MEET_AGAIN_MINUTES: '0' },
    people: [
      { look: LOOKS.red, viewport: { width: 1280, height: 800 } },
      { look: LOOKS.green, viewport: { width: 390, height: 844 } },
    ],
  })
  ;[red, green] = site.people as [Person, Person]
  moderator = site.moderator
})

test.afterAll(() => site?.close())

const selfView = (page: Page) => page.getByLabel('Your own picture')
const grip = (page: Page) => page.getByRole('button', { name: 'Move your picture' })

/** In which corner of the scene the own picture stands, and the controls it stands on. */
async function place(page: Page) {
  return page.evaluate(() => {
    const boxOf = (of: Element | null | undefined) => of?.getBoundingClientRect() ?? new DOMRect()
    const grips = document.querySelector('[aria-label="Move your picture"]')
    const [self, scene] = [boxOf(grips), boxOf(document.querySelector('main section'))]
    const isLeft = self.left + self.width / 2 < scene.left + scene.width / 2
    const isTop = self.top + self.height / 2 < scene.top + scene.height / 2
    const under = [...document.querySelectorAll('main button')].filter((button) => {
      const box = boxOf(button)
      const isApart =
        box.right <= self.left || box.left >= self.right || box.bottom <= self.top || box.top >= self.bottom
      return button !== grips && box.width > 0 && !isApart
    })
    const isInside = self.left >= scene.left && self.right <= scene.right && self.bottom <= scene.bottom
    const corner = `${isTop ? 'top' : 'bottom'} ${isLeft ? 'left' : 'right'}`
    return { corner, isInside, under: under.map((button) => button.textContent) }
  })
}

async function expectPlace(page: Page, corner: string): Promise<void> {
  await expect.poll(() => place(page)).toEqual({ corner, isInside: true, under: [] })
}

test('[M8] the own picture is dragged, pressed or moved by keys from corner to corner, and covers no control', async () => {
  await start(red)
  await start(green)
  await Promise.all([expectToSee(red, LOOKS.green), expectToSee(green, LOOKS.red)])
  const { page } = red
  await expectPlace(page, 'bottom right')
  const box = await selfView(page).boundingBox()
  if (!box) throw new Error('no own picture')
  await page.mouse.move(box.x + 30, box.y + 30)
  await page.mouse.down()
  await page.mouse.move(300, 260, { steps: 4 })
  await page.mouse.up()
  await expectPlace(page, 'top left')
  await grip(page).focus()
  for (const [key, corner] of [
    ['ArrowRight', 'top right'],
    ['ArrowDown', 'bottom right'],
    ['ArrowLeft', 'bottom left'],
  ] as const) {
    await page.keyboard.press(key)
    await expectPlace(page, corner)
    await expect(page.getByRole('status').getByText(`Your picture is at the ${corner}.`)).toBeAttached()
  }
  for (const corner of ['bottom left', 'top left', 'top right', 'bottom right']) {
    await grip(green.page).click()
    await expectPlace(green.page, corner)
  }
  await green.page.screenshot({ path: 'artifacts/call-screen-phone.png' })
})

/** What the small window shows: words, or a picture that plays; undefined when there is none. */
async function smallWindow(page: Page) {
  return page.evaluate(() => {
    type Windows = { documentPictureInPicture?: { window: Window | null } }
    const small = (window as unknown as Windows).documentPictureInPicture?.window
    if (!small) return undefined
    const video = small.document.querySelector('video')
    return { text: small.document.querySelector('p')?.textContent ?? '', isPlaying: (video?.videoWidth ?? 0) > 0 }
  })
}

test('[M15] the small window shows the veil while there is one, the picture when both want it, and ends with the call', async () => {
  const { page } = red
  await page.getByRole('button', { name: 'Open a small window' }).click()
  const veiled = { text: 'The picture is veiled here, too.', isPlaying: false }
  await expect.poll(() => smallWindow(page)).toEqual(veiled)
  await page.keyboard.press('u')
  await green.page.getByRole('button', { name: 'Clear the veil' }).click()
  await expect.poll(() => smallWindow(page)).toEqual({ text: '', isPlaying: true })
  await green.page.getByRole('button', { name: 'Put the veil back' }).click()
  await expect.poll(() => smallWindow(page)).toEqual(veiled)
  await green.page.keyboard.press('n')
  await expect.poll(() => smallWindow(page)).toBeUndefined()
})

test('[M3] the full screen: F enters and leaves it; the Escape that leaves it is the first of the two that end', async () => {
  const { page } = red
  const isFull = () => page.evaluate(() => document.fullscreenElement !== null)
  const hint = page.getByText('Press Esc again to end')
  await page.getByRole('button', { name: 'Meet the next person' }).click()
  await expectToSee(red, LOOKS.green)
  // Where the own picture was moved to is remembered.
  await expectPlace(page, 'bottom left')
  await page.keyboard.press('f')
  await expect.poll(isFull).toBe(true)
  await page.keyboard.press('f')
  await expect.poll(isFull).toBe(false)
  await expect(hint).toBeHidden()
  await page.keyboard.press('f')
  await expect.poll(isFull).toBe(true)
  // As the browser does it on Escape, which it keeps for itself: the page hears of the change alone.
  await page.evaluate(() => document.exitFullscreen())
  await expect(hint).toBeVisible()
  await expect(partnerPicture(red)).toBeVisible()
  await page.keyboard.press('x')
  await page.keyboard.press('f')
  await expect.poll(isFull).toBe(true)
  await page.evaluate(async () => {
    const press = () => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
    document.addEventListener('fullscreenchange', press, { once: true })
    await document.exitFullscreen()
  })
  await expect(partnerPicture(red)).toBeHidden()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The call is over')
})

test('[S16] [T3] one key ends, blocks and keeps; sealed it survives a reload, is handed in and verified, and is shredded', async () => {
  const { page } = red
  for (const person of [red, green]) {
    await person.page.goto('/lobby')
    await start(person)
  }
  await Promise.all([expectToSee(red, LOOKS.green), expectToSee(green, LOOKS.red)])
  for (const { page: each } of [red, green]) await each.keyboard.press('u')
  await write(green, CRUEL)
  await expectToRead(red, CRUEL)
  // Their app has vouched for a picture by now: a report would have it.
  await expect(async () => {
    await page.keyboard.press('r')
    const sheet = page.getByRole('dialog')
    const picture = sheet.getByRole('checkbox').first()
    const isThere = await picture.waitFor({ timeout: 800 }).then(
      () => true,
      () => false,
    )
    await sheet.getByRole('button', { name: 'Close' }).click()
    expect(isThere).toBe(true)
  }).toPass({ timeout: 30_000 })

  await page.keyboard.press('Shift+Escape')
  await expect(partnerPicture(red)).toBeHidden()
  await expect(green.page.getByText(/has left/).first()).toBeVisible()
  await expect(page.getByText(/Evidence is kept on this device for 30 days, sealed: .*1 message/)).toBeVisible()
  await page.getByRole('link', { name: 'Look at it' }).click()
  const kept = page.getByRole('article')
  await expect(kept).toHaveCount(1)
  await page.reload()
  await expect(kept).toHaveCount(1)
  await expect(kept.getByText('29 days left')).toBeVisible()
  const stores = (await readBrowserStores(page)).bytes
  expect([stores.includes('capsule'), stores.includes(CRUEL)]).toEqual([true, false])

  await kept.getByRole('button', { name: 'Open' }).click()
  await expect(kept.getByText(CRUEL)).toBeVisible()
  await expect(kept.getByText(/^Pictures that go with it: \d/)).toBeVisible()
  await page.screenshot({ path: 'artifacts/kept-evidence.png', fullPage: true })
  await kept.getByRole('button', { name: 'Hate' }).click()
  await expect(kept.getByText('Verified: it is proven that their app sent these pictures in this call.')).toBeVisible()
  const receipt = /Receipt: (\S+)/.exec((await kept.textContent()) ?? '')?.[1] ?? ''
  const answer = await moderator.page.goto(`/staff/call-reports/${receipt}`)
  const report = (await answer?.json()) as RouteResponse<'readCallReport'>
  expect(report).toMatchObject({ isVerified: true, faults: [], category: 'hate' })
  expect(report.frames.map(({ isProven }) => isProven)).toEqual(report.frames.map(() => true))
  expect(report.frames.length).toBeGreaterThan(0)
  expect(report.unprovenNotes).toContain(`Reported: ${CRUEL}`)

  await kept.getByRole('button', { name: 'Shred' }).click()
  await expect(kept).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(kept).toHaveCount(1)
  await kept.getByRole('button', { name: 'Shred' }).click()
  await expect(kept).toHaveCount(0)
  // Whoever leaves the page has decided. Blocked they are, too.
  await page.getByRole('link', { name: 'Settings' }).first().click()
  await expect(page.getByRole('button', { name: /^Unblock/ })).toHaveCount(1)
  await expect.poll(async () => (await readBrowserStores(page)).bytes.includes('capsule')).toBe(false)
})
