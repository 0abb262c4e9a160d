import { expect, test } from '@playwright/test'
import { haveAccount } from '../support/account.ts'
import { expectMessage, makeContacts, openChat, writeMessage, type Writer } from '../support/chats.ts'
import { addAuthenticator, becomeNewDevice, signInWithPasskey, signUpWithPasskey } from '../support/passkeys.ts'
import { createPerson, signIn, type Person } from '../support/person.ts'
import { LOOKS } from '../support/pictures.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

/**
 * The encrypted backup as people use it: turned on with a passphrase or a passkey, changed, and brought back on a device
 * that knows nothing. Passkeys are those of the browser's own virtual authenticator. The tests go on from each other.
 */
test.describe.configure({ mode: 'serial', timeout: 240_000 })

const DAY_MS = 24 * 60 * 60_000
const WORDS = 'seven amber tugboats whistle beneath granite'
const OTHER_WORDS = 'quiet lanterns orbit the velvet marmalade tower'
/** Argon2id with 64 MiB, an upload, and a restore, on the cores of one machine. */
const WORK_MS_MAX = 60_000

let server: TestServer
let origin: string
/** Has a password, has a passkey, and a friend of both. */
let red: Person
let blue: Person
let green: Person
let authenticator: Awaited<ReturnType<typeof addAuthenticator>>

test.beforeAll(async () => {
  server = await createTestServer()
  await server.start()
  origin = `http://localhost:${server.port}`
  ;[red, blue, green] = await Promise.all([
    createPerson({ origin, look: LOOKS.red, viewport: { width: 390, height: 844 } }),
    createPerson({ origin, look: LOOKS.blue }),
    createPerson({ origin, look: LOOKS.green }),
  ])
  authenticator = await addAuthenticator(blue.page)
  await Promise.all([red, green].map(haveAccount))
  await signUpWithPasskey(blue)
  for (const person of [red, blue]) {
    await makeContacts(person, green, `hello from ${person.look.name}`)
    await writeMessage(green, `dear ${person.look.name}, remember the harbour`)
    await expectMessage(person, 'remember the harbour')
  }
})

test.afterAll(async () => {
  await Promise.all([red, blue, green].map((person) => person?.close()))
  await server?.remove()
})

const button = ({ page }: Writer, name: string) => page.getByRole('button', { name, exact: true })

async function openBackup({ page }: Writer): Promise<void> {
  await page.goto('/settings')
  await expect(page.getByRole('heading', { name: 'Backup', exact: true })).toBeVisible({ timeout: WORK_MS_MAX })
}

async function writeWords(writer: Writer, words: string): Promise<void> {
  await writer.page.getByLabel('Passphrase for the backup', { exact: true }).fill(words)
  await button(writer, 'Make the backup').click()
}

async function expectMade({ page }: Writer): Promise<void> {
  await expect(page.getByText('The backup is made.')).toBeVisible({ timeout: WORK_MS_MAX })
}

/** The screen of a device that is none of the account's yet, with what the backup offers open. */
async function openRestore(writer: Writer): Promise<void> {
  await writer.page.goto('/chats')
  await button(writer, 'Restore from a backup').click({ timeout: WORK_MS_MAX })
}

/** Before the page is left: a restore under way would end with it. */
async function expectRestored(writer: Writer): Promise<void> {
  await expect(button(writer, 'New chat')).toBeVisible({ timeout: WORK_MS_MAX })
}

async function restoreByWords(writer: Writer, words: string): Promise<void> {
  await writer.page.getByLabel('Passphrase of the backup', { exact: true }).fill(words)
  await button(writer, 'Restore').click()
}

test('[K9] [EB11] a backup is made with the passkey of the account', async () => {
  await openBackup(blue)
  await expect(blue.page.getByText('The backup is off.')).toBeVisible()
  await button(blue, 'Turn it on with your passkey').click()
  await expectMade(blue)
  await expect(blue.page.getByText('The backup is on,')).toBeVisible()
})

test('[K9] [EB11] on a new device the passkey alone brings the messages back', async () => {
  await becomeNewDevice(blue.page)
  await blue.page.goto(origin)
  await signInWithPasskey(blue)
  await openRestore(blue)
  await expect(button(blue, 'With the passphrase')).toHaveCount(0)
  await button(blue, 'With your passkey').click()
  await expectRestored(blue)
  await openChat(blue, green.handle)
  await expectMessage(blue, 'dear blue, remember the harbour')
  await openChat(green, blue.handle)
  await writeMessage(blue, 'I have a new phone')
  await expectMessage(green, 'I have a new phone')
})

test('[K9] [EB11] a copy of the passkey without its secret opens nothing, nor does a ceremony that is ended; the words are kind', async () => {
  const [passkey] = await authenticator.passkeys()
  if (!passkey) throw new Error('the account has no passkey')
  const thief: Person = { ...(await createPerson({ origin, look: LOOKS.blue })), handle: blue.handle }
  try {
    const copy = await addAuthenticator(thief.page)
    await copy.add(passkey)
    await signInWithPasskey(thief)
    await openRestore(thief)
    await button(thief, 'With your passkey').click()
    await expect(thief.page.getByText('This passkey cannot open a backup')).toBeVisible()
    await copy.turnAway()
    await button(thief, 'With your passkey').click()
    await expect(thief.page.getByText('No passkey was used, so nothing was restored.')).toBeVisible()
    await expect(button(thief, 'With your passkey')).toBeEnabled()
  } finally {
    await thief.close()
  }
})

test('[K9] [EB14] a passphrase opens it beside the passkey, and can be changed and taken away', async () => {
  await openBackup(blue)
  await button(blue, 'Add a passphrase').click()
  await writeWords(blue, WORDS)
  await expectMade(blue)
  await button(blue, 'Change the passphrase').click()
  await writeWords(blue, OTHER_WORDS)
  await expectMade(blue)

  await becomeNewDevice(blue.page)
  await blue.page.goto(origin)
  await signInWithPasskey(blue)
  await openRestore(blue)
  await expect(button(blue, 'With your passkey')).toBeVisible()
  await button(blue, 'With the passphrase').click()
  await restoreByWords(blue, WORDS)
  await expect(blue.page.getByText('That is not the passphrase of this backup.')).toBeVisible({ timeout: WORK_MS_MAX })
  await restoreByWords(blue, OTHER_WORDS)
  await expectRestored(blue)
  await openChat(blue, green.handle)
  await expectMessage(blue, 'dear blue, remember the harbour')

  await openBackup(blue)
  await button(blue, 'Take away the passphrase').click()
  await button(blue, 'Yes, passkey alone').click()
  await expectMade(blue)
  await expect(button(blue, 'Add a passphrase')).toBeVisible()
})

test('[EB8] a server that hands out an older backup is noticed, and the person is told until they have read it', async () => {
  const older = await blue.page.evaluate(async () => (await fetch('/api/backup')).text())
  await button(blue, 'Make it now').click()
  await expectMade(blue)
  await blue.context.route(/\/api\/backup$/, (route) =>
    route.request().method() === 'GET'
      ? route.fulfill({ contentType: 'application/json', body: older })
      : route.continue(),
  )
  await blue.page.reload()
  const told = blue.page.getByText('The server gave back an older backup')
  await expect(told).toBeVisible({ timeout: WORK_MS_MAX })
  await blue.context.unrouteAll({ behavior: 'wait' })
  await blue.page.goto('/people')
  await expect(told).toBeVisible({ timeout: WORK_MS_MAX })
  await button(blue, 'Understood').click()
  await expect(told).toHaveCount(0)
  await blue.page.reload()
  await expect(blue.page.getByRole('heading', { name: 'Contacts' })).toBeVisible({ timeout: WORK_MS_MAX })
  await expect(told).toHaveCount(0)
})

test('[K9] a passphrase that could be guessed is not taken, and a strong one makes the backup', async () => {
  await openBackup(red)
  await expect(red.page.getByText('Your account has no passkey yet.')).toBeVisible()
  await expect(button(red, 'Turn it on with your passkey')).toHaveCount(0)
  await button(red, 'Turn it on with a passphrase').click()
  await writeWords(red, 'harbour lights')
  await expect(red.page.getByText('This can be guessed.')).toBeVisible()
  await writeWords(red, WORDS)
  await expectMade(red)
})

test('[K9] within its 30 days, a new device restores account, contacts and messages by the passphrase', async () => {
  await red.context.close()
  await server.stop()
  await server.start({ laterMs: 29 * DAY_MS })
  const made = await createPerson({ origin, look: LOOKS.red, laterMs: 29 * DAY_MS })
  const phone: Person = { ...made, handle: red.handle, password: red.password }
  try {
    await signIn(phone)
    await openRestore(phone)
    await restoreByWords(phone, OTHER_WORDS)
    await expect(phone.page.getByText('That is not the passphrase of this backup.')).toBeVisible({
      timeout: WORK_MS_MAX,
    })
    await restoreByWords(phone, WORDS)
    await expectRestored(phone)
    await openChat(phone, green.handle)
    await expectMessage(phone, 'hello from red')
    await expectMessage(phone, 'dear red, remember the harbour')
    await openBackup(phone)
    await expect(phone.page.getByText('The backup is on,')).toBeVisible({ timeout: WORK_MS_MAX })
  } finally {
    await phone.close()
  }
})
