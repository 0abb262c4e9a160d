import { expect, test } from '@playwright/test'
import { haveAccount } from '../support/account.ts'
import { FILE_MS_MAX, playVoiceNote, savePhoto, sendPhoto, sendVoiceNote } from '../support/attachments.ts'
import {
  chooseFor,
  editMessage,
  expectMessage,
  expectState,
  message,
  messageLog,
  openChat,
  react,
  reportMessages,
  writeMessage,
} from '../support/chats.ts'
import { jpegWithExif, metadataOf } from '../support/exif.ts'
import { linkDevice } from '../support/linking.ts'
import { createNetwork, type Network } from '../support/network.ts'
import { LOOKS } from '../support/pictures.ts'
import { agreeToShare, uncover } from '../support/sharing.ts'
import { createPerson, expectToSee, signIn, start, type Person } from '../support/person.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

/**
 * Two people who met in a call keep in touch: texts, a photo, a voice note, then a report of what one of them wrote. The tests go on from each other, as a friendship does.
 */
test.describe.configure({ mode: 'serial', timeout: 180_000 })

let server: TestServer
let network: Network
let red: Person
let green: Person
/** Another device of red's. */
let tablet: Person

test.beforeAll(async () => {
  network = await createNetwork({ serverPort: () => server.port })
  server = await createTestServer(network.env)
  await server.start()
  const { origin } = network
  ;[red, green] = await Promise.all([
    createPerson({ origin, look: LOOKS.red }),
    createPerson({ origin, look: LOOKS.green, viewport: { width: 390, height: 844 } }),
  ])
  await Promise.all([red, green].map(haveAccount))
})

test.afterAll(async () => {
  await Promise.all([red, green, tablet].map((person) => person?.close()))
  await network?.close()
  await server?.remove()
})

const keep = (person: Person) => person.page.getByRole('button', { name: /^Stay in contact/ })

test('[M17] a one-sided wish to stay in contact is told to nobody; a mutual one makes a contact', async () => {
  await start(red)
  await start(green)
  await Promise.all([expectToSee(red, LOOKS.green), expectToSee(green, LOOKS.red)])
  await keep(red).click()
  await expect(red.page.getByText(/only learns of it if they say so too/).first()).toBeVisible()
  await expect(green.page.getByText(/are in contact now/)).toHaveCount(0)
  await keep(green).click()
  for (const { page } of [red, green]) await expect(page.getByText(/are in contact now/).first()).toBeVisible()
})

test('[M14] both see the same five symbols, and read them aloud', async () => {
  const symbols: string[] = []
  for (const { page } of [red, green]) {
    await page.getByRole('button', { name: 'Is this call private?' }).click()
    const list = page.getByRole('list', { name: 'The five symbols of this call' })
    await expect(list.getByRole('listitem')).toHaveCount(5)
    symbols.push(await list.innerText())
    await page.getByRole('button', { name: 'Close', exact: true }).click()
  }
  expect(symbols[0]).toBe(symbols[1])
})

test('[K1] [K3] they write to each other after the call, and see what arrived and what was read', async () => {
  await red.page.getByRole('button', { name: /^End/ }).first().click()
  await openChat(red, green.handle)
  await writeMessage(red, 'good to have met you')
  await expectState(red, 'good to have met you', /Sent|Delivered/)
  await openChat(green, red.handle)
  await expectMessage(green, 'good to have met you')
  await expectState(red, 'good to have met you', /Read/)
  await writeMessage(green, 'and you')
  await expectMessage(red, 'and you')
})

test('[K8] reply, react, edit and take back', async () => {
  await react(green, 'good to have met you', '❤️')
  await editMessage(red, 'good to have met you', 'so good to have met you')
  await expectMessage(green, 'so good to have met you')
  await chooseFor(red, 'and you', 'Reply')
  await writeMessage(red, 'next week again?')
  await expect(message(green, 'next week again?')).toContainText('and you')
  await writeMessage(red, 'a slip of the tongue')
  await expectMessage(green, 'a slip of the tongue')
  await chooseFor(red, 'a slip of the tongue', 'Take back')
  await expect(message(green, 'a slip of the tongue')).toHaveCount(0)
  await expectMessage(green, 'This message was taken back.')
})

test('[M18] files are sent once both have said yes', async () => {
  await agreeToShare(red, green)
})

test('[K2] a photo arrives without what the camera wrote into it', async () => {
  const picture = jpegWithExif()
  expect(metadataOf(picture)).toContain('Exif')
  await sendPhoto(red, { name: 'holiday.jpg', bytes: picture })
  const bytes = await savePhoto(green)
  expect(metadataOf(bytes)).toEqual([])
  expect(bytes.includes('holiday')).toBe(false)
})

test('[K8] a voice note is recorded, listened to and sent', async () => {
  await sendVoiceNote(red)
  await playVoiceNote(green)
})

test('[T2] [T1] [T4] three of the other’s messages are reported, and proven', async () => {
  for (const text of ['an unkind word', 'a crueller one', 'the worst']) await writeMessage(green, text)
  await expectMessage(red, 'the worst')
  await reportMessages(red, ['an unkind word', 'a crueller one', 'the worst'], 'Please look at these.')
  await expect(green.page.getByText(/report/i).and(green.page.locator('[role="alert"], [role="status"]'))).toHaveCount(
    0,
  )
})

test('[K10] the safety code is the same on both sides, and comparing it marks the contact', async () => {
  const digits: string[] = []
  for (const { page } of [red, green]) {
    await page.goto('/people')
    await page.getByRole('link', { name: /^Safety code/ }).click()
    digits.push(await page.getByLabel('60 digits in 12 groups of five').innerText())
  }
  expect(digits[0]?.replaceAll(/\s/g, '')).toMatch(/^\d{60}$/)
  expect(digits[0]).toBe(digits[1])
  await red.page.getByRole('button', { name: 'They match' }).click()
  await expect(red.page.getByText(/You have compared this code|Verified/).first()).toBeVisible()
})

test('[K9] a second device is linked by a code, and from then on has every message', async () => {
  const { origin } = network
  const made = await createPerson({ origin, look: LOOKS.blue })
  tablet = { ...made, handle: red.handle, password: red.password }
  await signIn(tablet)
  await linkDevice(red, tablet)

  await openChat(red, green.handle)
  await openChat(tablet, green.handle)
  await openChat(green, red.handle)
  await writeMessage(green, 'to both of your devices')
  await expectMessage(red, 'to both of your devices')
  await expectMessage(tablet, 'to both of your devices')
  await writeMessage(tablet, 'from the other device')
  await expectMessage(green, 'from the other device')
  await expectState(red, 'from the other device', /You wrote/)
})

test('[K9] a device that is removed gets nothing more', async () => {
  await red.page.goto('/settings')
  const row = red.page.getByRole('listitem').filter({ has: red.page.getByRole('button', { name: /^Remove/ }) })
  await row
    .first()
    .getByRole('button', { name: /^Remove/ })
    .click()
  await red.page.getByRole('button', { name: 'Yes, remove it' }).click()
  await expect(tablet.page).toHaveURL(/sign-in/, { timeout: 60_000 })
  await openChat(red, green.handle)
  await writeMessage(green, 'only for one device now')
  await expectMessage(red, 'only for one device now')
})

test('[K8] a message is found by its words and shown where it stands, on a fresh page too', async () => {
  await red.page.getByRole('searchbox').fill('next week')
  await red.page.getByRole('link', { name: /next week again/ }).click()
  await expect(message(red, 'next week again?')).toBeInViewport()
  await red.page.reload()
  await expect(message(red, 'next week again?')).toBeInViewport({ timeout: 60_000 })
})

test('[K2] a photo to be seen once is gone when it is closed, also from a fresh page', async () => {
  await sendPhoto(red, { name: 'once.jpg', bytes: jpegWithExif(), isViewOnce: true })
  const open = messageLog(green).getByRole('button', { name: 'View once: open' })
  await uncover(green, open, FILE_MS_MAX)
  await open.click()
  await expect(green.page.getByRole('dialog').locator('img')).toBeVisible({ timeout: FILE_MS_MAX })
  await green.page.keyboard.press('Escape')
  const gone = messageLog(green).getByRole('button', { name: 'Opened and gone' })
  await expect(gone).toBeDisabled()
  await expect(messageLog(red).getByRole('button', { name: 'View once' })).toBeDisabled()
  await green.page.reload()
  await expect(gone).toBeDisabled({ timeout: 60_000 })
})
