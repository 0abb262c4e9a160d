import { expect, test } from '@playwright/test'
import { haveAccount } from '../support/account.ts'
import { readBrowserStores } from '../support/browser-stores.ts'
import { expectMessage, expectState, makeContacts, message, openChat, writeMessage } from '../support/chats.ts'
import { createPerson, signIn, type Person } from '../support/person.ts'
import { LOOKS } from '../support/pictures.ts'
import { createTestServer, type TestServer } from '../support/server.ts'
import { holds } from '../support/spellings.ts'

/**
 * What a person is warned of, and what stays closed: a key that changed, a server that lies about keys, and a device in
 * other hands. Lies are told by answers that are altered on their way to one browser. The tests go on from each other.
 */
test.describe.configure({ mode: 'serial', timeout: 180_000 })

const SHOWN_MS_MAX = 60_000
const SECRET = 'the ferry leaves from the ninth pier'
const LOCK_WORDS = 'copper whistle under seven ferns'

let server: TestServer
let origin: string
let red: Person
let green: Person
/** Where green begins afresh. */
let phone: Person
/** Watches the log, and nothing else. */
let blue: Person

test.beforeAll(async () => {
  server = await createTestServer()
  await server.start()
  origin = `http://localhost:${server.port}`
  ;[red, green] = await Promise.all([
    createPerson({ origin, look: LOOKS.red }),
    createPerson({ origin, look: LOOKS.green, viewport: { width: 390, height: 844 } }),
  ])
  await Promise.all([red, green].map(haveAccount))
  await makeContacts(red, green)
  await writeMessage(green, SECRET)
  await expectMessage(red, SECRET)
})

test.afterAll(async () => {
  await Promise.all([red, green, phone, blue].map((person) => person?.close()))
  await server?.remove()
})

test('[K10] a device that the server adds to a contact, and that is not in the public log, is warned of', async () => {
  const { page, context } = red
  const warning = page.getByText('A key is not in the public list')
  await expect(warning).toHaveCount(0)
  await context.route(/\/api\/conversations$/, async (route) => {
    if (route.request().method() !== 'GET') return route.continue()
    const response = await route.fetch()
    const body = (await response.json()) as {
      conversations: { members: { handle: string; devices: { deviceId: string }[] }[] }[]
    }
    for (const { members } of body.conversations) {
      const theirs = members.find(({ handle }) => handle === green.handle)
      const [device] = theirs?.devices ?? []
      if (device) theirs?.devices.push({ ...device, deviceId: '0b000000-0000-4000-8000-00000000000b' })
    }
    await route.fulfill({ response, json: body })
  })
  await page.goto('/people')
  await expect(warning).toBeVisible({ timeout: SHOWN_MS_MAX })
  await context.unrouteAll({ behavior: 'wait' })
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Contacts' })).toBeVisible({ timeout: SHOWN_MS_MAX })
  await openChat(red, green.handle)
  await writeMessage(red, 'were you on a new device?')
  await openChat(green, red.handle)
  await expectMessage(green, 'were you on a new device?')
  await expect(warning).toHaveCount(0)
})

test('[K10] a key that changed after codes were compared is told, and nothing goes out until the person agrees', async () => {
  await red.page.goto('/people')
  await red.page.getByRole('link', { name: /^Safety code/ }).click()
  await red.page.getByRole('button', { name: 'They match' }).click()
  await expect(red.page.getByText(/^Verified\./)).toBeVisible()
  await openChat(red, green.handle)

  const made = await createPerson({ origin, look: LOOKS.green })
  phone = { ...made, handle: green.handle, password: green.password }
  await signIn(phone)
  await phone.page.goto('/chats')
  await phone.page.getByRole('button', { name: 'I have no other device' }).click({ timeout: SHOWN_MS_MAX })
  await phone.page.getByRole('button', { name: 'Start afresh', exact: true }).click()
  await expect(phone.page.getByRole('button', { name: 'New chat' })).toBeVisible({ timeout: SHOWN_MS_MAX })

  const told = red.page.getByRole('heading', { name: `The safety code of ${green.handle} has changed` })
  await expect(told).toBeVisible({ timeout: SHOWN_MS_MAX })
  await writeMessage(red, 'is it still you?')
  await openChat(phone, red.handle)
  await writeMessage(phone, 'a word from my new phone')
  await expectMessage(red, 'a word from my new phone')
  // What came the other way has been handled on both sides: what waits is not merely late.
  await expect(message(phone, 'is it still you?')).toHaveCount(0)
  await expectState(red, 'is it still you?', /wait|not sent|sending/i)
  await red.page.getByRole('button', { name: 'Go on without' }).click()
  await expect(told).toHaveCount(0)
  await expectMessage(phone, 'is it still you?')
  await red.page.goto('/people')
  await expect(red.page.getByText('Verified', { exact: true })).toHaveCount(0)
})

test('[K10] a server that takes back what its log has said is found out', async () => {
  blue = await createPerson({ origin, look: LOOKS.blue })
  await haveAccount(blue)
  const { page, context } = blue
  const proven = page.waitForResponse(/\/api\/key-log\/proofs$/, { timeout: SHOWN_MS_MAX })
  await page.goto('/people')
  const old = await (await proven).text()
  // The log grows, and blue's device has seen that.
  const passerBy = await createPerson({ origin, look: LOOKS.green })
  await haveAccount(passerBy)
  await passerBy.page.goto('/chats')
  await expect(passerBy.page.getByRole('button', { name: 'New chat' })).toBeVisible({ timeout: SHOWN_MS_MAX })
  await passerBy.close()
  const again = page.waitForResponse(/\/api\/key-log\/proofs$/, { timeout: SHOWN_MS_MAX })
  await page.reload()
  expect((JSON.parse(await (await again).text()) as { checkpoint: { size: number } }).checkpoint.size).toBeGreaterThan(
    (JSON.parse(old) as { checkpoint: { size: number } }).checkpoint.size,
  )
  await expect(page.getByRole('heading', { name: 'Contacts' })).toBeVisible({ timeout: SHOWN_MS_MAX })
  await context.route(/\/api\/key-log\/proofs$/, (route) =>
    route.fulfill({ contentType: 'application/json', body: old }),
  )
  await page.reload()
  const told = page.getByText('The list of keys was changed afterwards')
  await expect(told).toBeVisible({ timeout: SHOWN_MS_MAX })
  // What proves it is kept: a server that is honest again does not undo it.
  await context.unrouteAll({ behavior: 'wait' })
  await page.reload()
  await expect(told).toBeVisible({ timeout: SHOWN_MS_MAX })
})

test('[K11] the app lock: a weak passphrase is refused, and behind a good one nothing can be read', async () => {
  const { page } = red
  await page.goto('/settings')
  await page.getByRole('button', { name: 'Set a passphrase' }).click({ timeout: SHOWN_MS_MAX })
  const field = page.getByLabel('New passphrase', { exact: true })
  await field.fill('ferns')
  await page.getByRole('button', { name: 'Set the lock' }).click()
  await expect(page.getByText('Choose a longer passphrase')).toBeVisible()
  await field.fill(LOCK_WORDS)
  await page.getByRole('button', { name: 'Set the lock' }).click()
  await expect(page.getByText('The lock is set.')).toBeVisible({ timeout: SHOWN_MS_MAX })
  await page.getByRole('button', { name: 'Lock now' }).click()
  const locked = page.getByRole('heading', { name: 'Visavis is locked' })
  await expect(locked).toBeVisible()
  for (const path of ['/chats', '/people', '/settings', '/lobby']) {
    await page.goto(path)
    await expect(locked).toBeVisible({ timeout: SHOWN_MS_MAX })
    const shown = await page.locator('body').innerText()
    for (const word of [SECRET, green.handle]) expect(shown).not.toContain(word)
  }
  const { bytes, records } = await readBrowserStores(page)
  expect(records).toBeGreaterThan(0)
  for (const word of [SECRET, green.handle, LOCK_WORDS]) expect(holds(bytes, word), word).toBe(false)
})

test('[K11] the wrong passphrase opens nothing, the right one everything', async () => {
  const { page } = red
  // A page that is loaded anew is locked again, so unlock where the messages are.
  await page.goto('/chats')
  const field = page.getByLabel('Passphrase', { exact: true })
  await field.fill('copper whistle under seven firs')
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByText('That is not the passphrase.')).toBeVisible({ timeout: SHOWN_MS_MAX })
  await expect(page.getByRole('heading', { name: 'Visavis is locked' })).toBeVisible()
  await field.fill(LOCK_WORDS)
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByRole('heading', { name: 'Visavis is locked' })).toHaveCount(0, { timeout: SHOWN_MS_MAX })
  const chat = page.locator('a[href^="/chats?c="]').filter({ hasText: green.handle })
  await chat.click({ timeout: SHOWN_MS_MAX })
  await expectMessage(red, SECRET)
})

test('[K11] signing out leaves nothing of the messages on the device', async () => {
  const { page } = red
  const before = await readBrowserStores(page)
  expect(before.records).toBeGreaterThan(0)
  await page.goto('/settings')
  await page.getByLabel('Passphrase', { exact: true }).fill(LOCK_WORDS)
  await page.getByRole('button', { name: 'Unlock' }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click({ timeout: SHOWN_MS_MAX })
  await page.getByRole('button', { name: 'Delete and sign out' }).click()
  await expect(page).not.toHaveURL(/settings/, { timeout: SHOWN_MS_MAX })
  await expect.poll(async () => (await readBrowserStores(page)).records, { timeout: SHOWN_MS_MAX }).toBe(0)
  const after = await readBrowserStores(page)
  expect(after.databases).toEqual([])
  expect(after.areKeysExtractable).toEqual([])
})
