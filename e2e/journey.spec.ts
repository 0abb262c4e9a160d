import path from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { createNetwork, type Network } from './support/network.ts'
import { LOOKS } from './support/pictures.ts'
import {
  createPerson,
  expectSilence,
  expectToHear,
  expectToRead,
  expectToSee,
  partnerPicture,
  signIn,
  signUp,
  start,
  write,
  type Person,
} from './support/person.ts'
import { createTestServer, type TestServer } from './support/server.ts'

/**
 * The main job with four people, each with a browser, a camera and a voice of their own. The tests go on from each
 * other, as an evening does; a failure ends the evening.
 */
test.describe.configure({ mode: 'serial', timeout: 180_000 })

const IMAGES = path.join(import.meta.dirname, '..', 'docs', 'images')

let server: TestServer
let network: Network
let red: Person
let green: Person
let blue: Person
let yellow: Person

test.beforeAll(async () => {
  network = await createNetwork({ serverPort: () => server.port })
  // People may meet again at once, so that only the block can keep two apart.
  server = await createTestServer({ ...network.env, VISAVIS_MEET_AGAIN_MINUTES: '0' }, { isFromNothing: true })
  await server.start()
  const { origin } = network
  ;[red, green, blue, yellow] = await Promise.all([
    createPerson({ origin, look: LOOKS.red }),
    createPerson({ origin, look: LOOKS.green }),
    createPerson({ origin, look: LOOKS.blue }),
    createPerson({ origin, look: LOOKS.yellow, viewport: { width: 390, height: 844 } }),
  ])
})

test.afterAll(async () => {
  await Promise.all([red, green, blue, yellow].map((person) => person?.close()))
  await network?.close()
  await server?.remove()
})

const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' })
/** Controls carry their key behind their name. */
const control = (page: Page, name: string) =>
  page.getByRole('group', { name: 'Call controls' }).getByRole('button', { name: new RegExp(`^${name}`) })

async function partnerName(person: Person): Promise<string> {
  return ((await partnerPicture(person).getAttribute('aria-label')) ?? '').replace('Picture of ', '')
}

test('[A1] [A2] [A10] [A11] four people sign up with a suggested handle, a password and no e-mail', async () => {
  for (const person of [red, green, blue, yellow]) await signUp(person)
  expect(new Set([red.handle, green.handle, blue.handle, yellow.handle]).size).toBe(4)
})

test('[M11] the lobby shows oneself, the loudness of the voice, and the devices', async () => {
  await expect(red.page.getByLabel('Your own picture')).toBeVisible()
  await expect(red.page.getByRole('meter', { name: 'Loudness of your microphone' })).toBeVisible()
  await expect(red.page.getByRole('combobox', { name: 'Camera' })).toBeVisible()
  await expect(red.page.getByRole('combobox', { name: 'Microphone' })).toBeVisible()
  await expect(red.page.getByText('Ready. You are connected.')).toBeVisible()
})

test('[M1] alone in the pool is told honestly; then two meet, see and hear each other, and nobody else', async () => {
  await start(red)
  await expect(red.page.getByText('You are the first one here')).toBeVisible()
  await start(green)
  await Promise.all([expectToSee(red, LOOKS.green), expectToSee(green, LOOKS.red)])
  await expectToHear(red, LOOKS.green)
  await expectToHear(green, LOOKS.red)
})

test('[K1] [K3] they write to each other, and see that it arrived', async () => {
  await write(red, 'good evening, stranger')
  await expectToRead(green, 'good evening, stranger')
  await expect(red.page.getByText('Delivered')).toBeVisible()
  await write(green, 'good evening to you')
  await expectToRead(red, 'good evening to you')
  await red.page.screenshot({ path: path.join(IMAGES, 'call.png') })
})

test('[M8] one mutes the own microphone and camera, and hides or mutes the other for oneself', async () => {
  await control(green.page, 'Turn microphone off').click()
  await expectSilence(red)
  await expect(
    red.page
      .getByLabel(/has the microphone off/)
      .or(red.page.getByText(/has the microphone off/))
      .first(),
  ).toBeVisible()
  await control(green.page, 'Turn microphone on').click()
  await expectToHear(red, LOOKS.green)

  await control(green.page, 'Turn camera off').click()
  await expect(red.page.getByText(/has the camera off/).first()).toBeVisible()
  await expect(partnerPicture(red)).toBeHidden()
  await control(green.page, 'Turn camera on').click()
  await expectToSee(red, LOOKS.green)

  await control(red.page, 'Hide their picture').click()
  await expect(partnerPicture(red)).toBeHidden()
  await expectToHear(red, LOOKS.green)
  await control(red.page, 'Show their picture').click()
  await expectToSee(red, LOOKS.green)
  await control(red.page, 'Mute their sound').click()
  await expect(red.page.locator('audio')).toHaveCount(0)
  await control(red.page, 'Hear their sound').click()
  await expectToHear(red, LOOKS.green)
})

test('[M16] the network is cut and comes back: banner, same person, and what was written meanwhile arrives once', async () => {
  const name = await partnerName(red)
  network.cut()
  await expect(red.page.getByText('Your connection was cut. Reconnecting…')).toBeVisible({ timeout: 20_000 })
  await write(red, 'are you still there?')
  await red.page.screenshot({ path: 'artifacts/e2e/network-cut.png' })
  network.mend()
  await expectToRead(green, 'are you still there?')
  await Promise.all([expectToSee(red, LOOKS.green), expectToSee(green, LOOKS.red)])
  expect(await partnerName(red)).toBe(name)
  await expect(green.page.getByRole('log').getByText('are you still there?')).toHaveCount(1)
  await expect(red.page.getByText('Your connection was cut. Reconnecting…')).toBeHidden()
})

test('[M16] [K4] the server is killed and started again: the call goes on, the socket resumes, the queue is kept', async () => {
  const name = await partnerName(green)
  await server.stop('SIGKILL')
  await write(green, 'written while the server was away')
  await server.start()
  await expectToRead(red, 'written while the server was away')
  await Promise.all([expectToSee(red, LOOKS.green), expectToSee(green, LOOKS.red)])
  expect(await partnerName(green)).toBe(name)
  await expect(red.page.getByRole('log').getByText('written while the server was away')).toHaveCount(1)
})

test('[M2] Next leads to the next person at once, and the one left behind is told without guilt', async () => {
  await start(blue)
  await control(red.page, 'Next').click()
  await Promise.all([expectToSee(red, LOOKS.blue), expectToSee(blue, LOOKS.red)])
  await expectToHear(red, LOOKS.blue)
  await expect(green.page.getByRole('heading', { name: / has left$/ })).toBeVisible()
  await expect(partnerPicture(green)).toBeHidden()
  await start(yellow)
  await button(green.page, 'Meet the next person').click()
  await Promise.all([expectToSee(green, LOOKS.yellow), expectToSee(yellow, LOOKS.green)])
  await yellow.page.screenshot({ path: path.join(IMAGES, 'call-phone.png') })
})

test('[T1] a report takes one click, gives a receipt, and the reported person notices nothing', async () => {
  const { page } = green
  await control(page, 'Report').click()
  await button(page, /^Scam or asking for money/).click()
  await expect(page.getByText('Report received')).toBeVisible()
  await expect(page.getByRole('dialog').locator('code')).toHaveText(/^[0-9a-f-]{36}$/)
  await button(page, 'Done').click()
  await expectToSee(yellow, LOOKS.green)
  await page.goto('/settings')
  await expect(page.getByText('Scam or asking for money')).toBeVisible()
})

test('[M3] End is one button, or Esc twice; nothing of the other person stays', async () => {
  await expect(yellow.page.getByRole('heading', { name: / (has left|lost the connection)$/ })).toBeVisible({
    timeout: 90_000,
  })
  await expect(partnerPicture(yellow)).toBeHidden()
  await red.page.keyboard.press('Escape')
  await expect(red.page.getByText('Press Esc again to end')).toBeVisible()
  await red.page.keyboard.press('Escape')
  await red.page.keyboard.press('Escape')
  await expect(partnerPicture(red)).toBeHidden()
  await expect(red.page.locator('video[aria-label^="Picture of"], audio')).toHaveCount(0)
  await expect(blue.page.getByRole('heading', { name: / has left$/ })).toBeVisible()
})

test('[M7] a block is instant and silent, and the two never meet again in 50 rounds, also after signing in again', async () => {
  test.setTimeout(300_000)
  await button(blue.page, 'Meet the next person').click()
  await button(red.page, 'Meet the next person').click()
  await expectToSee(red, LOOKS.blue)
  await control(red.page, 'Block').click()
  await expect(partnerPicture(red)).toBeHidden()
  await expect(blue.page.getByRole('heading', { name: / has left$/ })).toBeVisible()
  await expect(blue.page.getByText(/block/i).and(blue.page.locator('h1, [role="status"], [role="alert"]'))).toHaveCount(
    0,
  )

  for (let round = 0; round < 50; round++) {
    if (round === 25) {
      for (const person of [red, blue]) {
        await person.context.clearCookies()
        await signIn(person)
      }
    }
    for (const person of [red, blue]) {
      const again = button(person.page, 'Meet the next person')
      if (await again.isVisible()) await again.click()
      else if (/lobby/.test(person.page.url())) await start(person)
    }
    await Promise.all([red, blue].map(({ page }) => expect(page.getByText(/Waiting for/)).toBeVisible()))
    // Both have been told how it stands, so both tickets are in the pool together.
    await Promise.all(
      [red, blue].map(({ page }) =>
        expect(page.getByText(/You are the first one here|others are waiting/)).toBeVisible(),
      ),
    )
    for (const { page } of [red, blue]) {
      await expect(partnerPicture({ page } as Person)).toHaveCount(0)
      await button(page, 'Cancel').click()
      await expect(page).toHaveURL(/\/lobby$/)
    }
  }
})
