import { expect, test, type BrowserContext } from '@playwright/test'
import { skinAt } from '../../apps/web/tests/skin-shapes.ts'
import { haveAccount } from '../support/account.ts'
import { FILE_MS_MAX, sendPhoto } from '../support/attachments.ts'
import {
  expectMessage,
  makeContacts,
  makeGroup,
  message,
  messageLog,
  openChat,
  saveDocument,
  sendDocument,
  writeMessage,
} from '../support/chats.ts'
import { createPerson, type Person } from '../support/person.ts'
import { LOOKS } from '../support/pictures.ts'
import { pngOf } from '../support/png.ts'
import { createTestServer, type TestServer } from '../support/server.ts'
import { attachButton, patchAgreed, sayYesToSharing, uncover } from '../support/sharing.ts'

/**
 * Two people who have just become contacts, one with a client that was patched to send files without asking; then a third in a
 * group, whose photos cannot be looked at where they arrive. The tests go on from each other.
 */
test.describe.configure({ mode: 'serial', timeout: 180_000 })

const ARRIVAL_MS = 60_000
const LINK = 'https://harbour.example/map?of=walks'
const SKIN = pngOf(480, 360, skinAt)
const SKY = pngOf(480, 360, (x, y) => [120 + 60 * y, 160 + 40 * y, 200 + 20 * x])

let server: TestServer
let red: Person
/** Has the patched client. */
let green: Person
/** Cannot get the model of the check. */
let blue: Person
let patch: Awaited<ReturnType<typeof patchAgreed>>
const fetched: string[] = []

test.beforeAll(async () => {
  server = await createTestServer()
  await server.start()
  const origin = `http://localhost:${server.port}`
  ;[red, green, blue] = await Promise.all([
    createPerson({ origin, look: LOOKS.red, viewport: { width: 390, height: 844 } }),
    createPerson({ origin, look: LOOKS.green }),
    createPerson({ origin, look: LOOKS.blue }),
  ])
  patch = await patchAgreed(green.context)
  await blue.context.route(/nudity-model/, (route) => route.abort())
  watchFiles(red.context)
  await Promise.all([red, green, blue].map(haveAccount))
  await makeContacts(red, green)
})

test.afterAll(async () => {
  await Promise.all([red, green, blue].map((person) => person?.close()))
  await server?.remove()
})

/** What is fetched of files. */
function watchFiles(context: BrowserContext): void {
  context.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (request.method() === 'GET' && pathname.startsWith('/api/files/')) fetched.push(pathname)
  })
}

const photos = (person: Person) => messageLog(person).locator('.photo')

test('[M18] [PO7] an address is text that says why it does not open, and until when', async () => {
  await writeMessage(green, `look at ${LINK} today`)
  await expectMessage(red, LINK)
  const line = message(red, LINK)
  await expect(line.getByRole('button', { name: LINK })).toHaveCount(0)
  await expect(line).toContainText(`look at ${LINK}`)
  await red.page.screenshot({ path: 'artifacts/trust-steps-link-phone.png' })
  await line.getByRole('button', { name: 'Why this address does not open' }).click()
  const sheet = red.page.getByRole('dialog')
  await expect(sheet.getByText(/They open from/)).toBeVisible()
  await sheet.getByRole('button', { name: 'Close', exact: true }).last().click()
})

test('[M18] [PO8] a file of a client that asks nobody is not fetched, and says what to do', async () => {
  expect(patch.patched()).toBeGreaterThan(0)
  await sendDocument(green, { name: 'harbour.txt', text: 'the tide tables' })
  const held = messageLog(red).getByText('A file, locked', { exact: true })
  await expect(held).toBeVisible({ timeout: ARRIVAL_MS })
  await expect(messageLog(red).getByText('harbour.txt')).toHaveCount(0)
  expect(fetched).toEqual([])
  // Nor is anything sent by who has not agreed.
  await expect(attachButton(red, true)).toBeVisible()
  await expect(red.page.locator('input[type="file"]')).toHaveCount(0)
  await red.page.screenshot({ path: 'artifacts/trust-steps-locked-phone.png' })
})

test('[M18] [PO8] the yes of one opens nothing, whatever the other’s client takes it for', async () => {
  await messageLog(red).getByRole('button', { name: 'What to do: A file, locked' }).click()
  await expect(red.page.getByRole('dialog').getByText(/each for yourself/)).toBeVisible()
  await red.page.getByRole('dialog').getByRole('button', { name: 'Yes, share files' }).click()
  await expect(attachButton(red, true)).toBeVisible()
  await expect(messageLog(red).getByText('A file, locked', { exact: true })).toBeVisible()
})

test('[M18] [PO8] the question is put once and calmly; “Not now” is told to nobody', async () => {
  await makeContacts(red, blue)
  await sayYesToSharing(red)
  const banner = blue.page.getByRole('region', { name: /would like to share photos and files with you/ })
  await expect(banner).toBeVisible({ timeout: ARRIVAL_MS })
  await blue.page.screenshot({ path: 'artifacts/trust-steps-asked.png' })
  await banner.getByRole('button', { name: 'Not now' }).click()
  await expect(banner).toHaveCount(0)
  await blue.page.reload()
  await expect(attachButton(blue, true)).toBeVisible({ timeout: ARRIVAL_MS })
  await expect(banner).toHaveCount(0)
  await writeMessage(blue, 'let us see')
  await expectMessage(red, 'let us see')
  await expect(attachButton(red, true)).toBeVisible()
  // Whoever thinks better of it says yes where files are added.
  await sayYesToSharing(blue)
  for (const person of [red, blue]) await expect(attachButton(person, false)).toBeVisible({ timeout: ARRIVAL_MS })
  await writeMessage(blue, `now ${LINK}`)
  await message(red, `now ${LINK}`).getByRole('button', { name: LINK }).click({ timeout: ARRIVAL_MS })
  await expect(red.page.getByRole('dialog').getByText('harbour.example', { exact: true })).toBeVisible()
  await red.page.keyboard.press('Escape')
})

test('[S11] a photo is looked at before it is shown: likely nudity stays covered until it is asked for', async () => {
  await sendPhoto(blue, { name: 'sky.png', bytes: SKY })
  await uncover(red, photos(red).getByRole('button'), FILE_MS_MAX)
  await expect(photos(red).locator('img')).toBeVisible({ timeout: FILE_MS_MAX })
  await sendPhoto(blue, { name: 'skin.png', bytes: SKIN })
  const show = messageLog(red).getByRole('button', { name: 'Show: A photo, covered' })
  await expect(show).toBeVisible({ timeout: FILE_MS_MAX })
  await show.click()
  const skin = photos(red).last()
  await expect(skin.getByText('This photo might show nudity')).toBeVisible({ timeout: FILE_MS_MAX })
  await expect(skin.locator('img')).toHaveCount(0)
  await red.page.screenshot({ path: 'artifacts/trust-steps-covered-phone.png' })
  await skin.getByRole('button', { name: 'Show anyway' }).click()
  await expect(skin.locator('img')).toBeVisible()
  await skin.getByRole('button', { name: 'Open photo' }).click()
  await expect(red.page.getByRole('dialog').locator('img')).toBeVisible({ timeout: FILE_MS_MAX })
  await red.page.keyboard.press('Escape')
  // Remembered while the app is open, and no longer.
  await red.page.reload()
  await uncover(red, photos(red).getByText('Show anyway'), FILE_MS_MAX)
  await expect(photos(red).last().getByText('This photo might show nudity')).toBeVisible({ timeout: FILE_MS_MAX })
})

test('[S11] where the check cannot be had, photos are covered and say so', async () => {
  await sendPhoto(red, { name: 'sky.png', bytes: SKY })
  await uncover(blue, photos(blue).last().getByText('Show anyway'), FILE_MS_MAX)
  const photo = photos(blue).last()
  await expect(photo.getByText('This photo could not be checked')).toBeVisible({ timeout: FILE_MS_MAX })
  await blue.page.screenshot({ path: 'artifacts/trust-steps-unchecked.png' })
  await photo.getByRole('button', { name: 'Show anyway' }).click()
  await expect(photo.locator('img')).toBeVisible()
})

test('[S11] a file is saved by hand only, says plainly what it is, and warns of what can run', async () => {
  await sendDocument(blue, { name: 'tides.txt', text: 'high at four' })
  await uncover(red, messageLog(red).getByText('tides.txt'), FILE_MS_MAX)
  await expect(messageLog(red).getByText(/^Text \(\.txt\)/)).toBeVisible()
  expect((await saveDocument(red, 'tides.txt')).toString()).toBe('high at four')
  await sendDocument(blue, { name: 'tides.pdf.exe', text: 'no program' })
  await uncover(red, messageLog(red).getByText('tides.pdf.exe'), FILE_MS_MAX)
  const program = message(red, 'tides.pdf.exe')
  await expect(program.getByText(/^Program \(\.exe\)/)).toBeVisible()
  await program.getByRole('button', { name: /^Save/ }).click()
  await expect(program.getByRole('alert')).toContainText('can run a program')
  await red.page.screenshot({ path: 'artifacts/trust-steps-program-phone.png' })
})

test('[M18] [PO8] what is taken back is taken back for both: nothing new is sent or fetched', async () => {
  await sendDocument(blue, { name: 'late.txt', text: 'never fetched' })
  await uncover(red, messageLog(red).getByText('late.txt'), FILE_MS_MAX)
  const before = fetched.length
  await red.page.getByRole('button', { name: 'Details', exact: true }).click()
  await red.page
    .getByRole('dialog')
    .getByRole('button', { name: /^Sharing files/ })
    .click()
  await red.page.getByRole('dialog').getByRole('button', { name: 'Stop sharing' }).click()
  for (const person of [red, blue]) await expect(attachButton(person, true)).toBeVisible({ timeout: ARRIVAL_MS })
  await expect(messageLog(red).getByText('A file, locked', { exact: true }).last()).toBeVisible()
  // They have not known each other for a day, so addresses are text again, too.
  await expect(
    message(red, `now ${LINK}`).getByRole('button', { name: 'Why this address does not open' }),
  ).toBeVisible()
  expect(fetched.length).toBe(before)
})

test('[M18] [PO10] in a group a member’s files and addresses wait until they are asked for', async () => {
  await makeGroup(red, 'Harbour walks', [green, blue])
  await openChat(green, 'Harbour walks')
  await writeMessage(green, `for all of you ${LINK}`)
  await openChat(red, 'Harbour walks')
  await expectMessage(red, 'for all of you')
  const line = message(red, 'for all of you')
  await line.getByRole('button', { name: 'Why this address does not open' }).click()
  const sheet = red.page.getByRole('dialog')
  await sheet.getByRole('button', { name: `Show what ${green.handle} sends` }).click()
  await expect(line.getByRole('button', { name: LINK })).toBeVisible({ timeout: ARRIVAL_MS })
})
