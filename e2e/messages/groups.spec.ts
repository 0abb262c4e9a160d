import { expect, test } from '@playwright/test'
import { haveAccount } from '../support/account.ts'
import {
  expectMessage,
  makeContacts,
  makeGroup,
  message,
  openChat,
  writeMessage,
  type Writer,
} from '../support/chats.ts'
import { createPerson, type Person } from '../support/person.ts'
import { LOOKS } from '../support/pictures.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

/**
 * A group of three: made, named, written in, grown, cut down and left. Whoever is outside is shown to read nothing by a
 * message of another conversation that was sent later and has arrived. The tests go on from each other.
 */
test.describe.configure({ mode: 'serial', timeout: 180_000 })

const TITLE = 'Harbour walks'
const NEW_TITLE = 'Harbour walks at dawn'
const ARRIVAL_MS = 60_000

let server: TestServer
/** Makes the group. */
let red: Person
let green: Person
/** Is added later, and removed. */
let blue: Person

test.beforeAll(async () => {
  server = await createTestServer()
  await server.start()
  const origin = `http://localhost:${server.port}`
  ;[red, green, blue] = await Promise.all([
    createPerson({ origin, look: LOOKS.red }),
    createPerson({ origin, look: LOOKS.green, viewport: { width: 390, height: 844 } }),
    createPerson({ origin, look: LOOKS.blue }),
  ])
  await Promise.all([red, green, blue].map(haveAccount))
  await makeContacts(red, green)
  await makeContacts(red, blue)
})

test.afterAll(async () => {
  await Promise.all([red, green, blue].map((person) => person?.close()))
  await server?.remove()
})

async function openDetails({ page }: Writer) {
  await page.getByRole('button', { name: 'Details', exact: true }).click()
  return page.getByRole('dialog', { name: 'Details' })
}

async function closeDetails({ page }: Writer): Promise<void> {
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

/** Waits until `writer` has had everything that red sent before now, and shows the group again. */
async function catchUp(writer: Writer, words: string): Promise<void> {
  await openChat(red, writer.handle)
  await writeMessage(red, words)
  await openChat(writer, red.handle)
  await expectMessage(writer, words)
}

test('[K1] a group is made with a name and written in', async () => {
  await makeGroup(red, TITLE, [green])
  await writeMessage(red, 'only two of us yet')
  await openChat(green, TITLE)
  await expectMessage(green, 'only two of us yet')
  await writeMessage(green, 'the gulls are loud')
  await expectMessage(red, 'the gulls are loud')
})

test('[K1] whoever is added reads what is written from then on, and nothing from before', async () => {
  const details = await openDetails(red)
  await details.getByRole('button', { name: 'Add people' }).click()
  await details.getByRole('checkbox', { name: blue.handle }).check()
  await details.getByRole('button', { name: 'Add people' }).click()
  await expect(details.getByText('Members: 3')).toBeVisible({ timeout: ARRIVAL_MS })
  await closeDetails(red)
  await openChat(blue, TITLE)
  await writeMessage(red, 'welcome, all three of us')
  for (const person of [green, blue]) await expectMessage(person, 'welcome, all three of us')
  await writeMessage(blue, 'glad to be here')
  for (const person of [red, green]) await expectMessage(person, 'glad to be here')
  await expect(message(blue, 'only two of us yet')).toHaveCount(0)
  await expect(message(green, 'only two of us yet')).toHaveCount(1)
})

test('[K1] a new name is everybody’s', async () => {
  const details = await openDetails(green)
  await details.getByLabel('Name of the group').fill(NEW_TITLE)
  await details.getByRole('button', { name: 'Save name' }).click()
  await closeDetails(green)
  for (const { page } of [red, green, blue])
    await expect(page.getByRole('heading', { name: `Chat with ${NEW_TITLE}` })).toBeAttached({ timeout: ARRIVAL_MS })
})

test('[K1] only who made the group may remove somebody, and who was removed reads nothing more', async () => {
  const greens = await openDetails(green)
  await expect(greens.getByText('Members: 3')).toBeVisible()
  await expect(greens.getByRole('button', { name: /^Remove / })).toHaveCount(0)
  await closeDetails(green)
  const details = await openDetails(red)
  await details.getByRole('button', { name: `Remove ${blue.handle}` }).click()
  await expect(details.getByText('Members: 2')).toBeVisible({ timeout: ARRIVAL_MS })
  await closeDetails(red)
  await expect(blue.page.getByText('This conversation is over. You can read it')).toBeVisible({ timeout: ARRIVAL_MS })
  await expect(blue.page.locator('#message-text')).toHaveCount(0)
  await writeMessage(red, 'now that blue has gone')
  await expectMessage(green, 'now that blue has gone')
  await catchUp(blue, 'this one is for you alone')
  await openChat(blue, NEW_TITLE)
  await expectMessage(blue, 'glad to be here')
  await expect(message(blue, 'now that blue has gone')).toHaveCount(0)
})

test('[K1] who leaves gets nothing more, and the others see it', async () => {
  const details = await openDetails(green)
  await details.getByRole('button', { name: 'Leave group' }).click()
  await details.getByRole('button', { name: 'Yes, do it' }).click()
  await openChat(red, NEW_TITLE)
  await expect(red.page.getByText(`${green.handle} is gone.`)).toBeVisible({ timeout: ARRIVAL_MS })
  await writeMessage(red, 'talking to myself')
  await expectMessage(red, 'talking to myself')
  await catchUp(green, 'see you elsewhere')
  await openChat(green, NEW_TITLE)
  await expect(green.page.getByText('This conversation is over. You can read it')).toBeVisible({ timeout: ARRIVAL_MS })
  await expectMessage(green, 'now that blue has gone')
  await expect(message(green, 'talking to myself')).toHaveCount(0)
})
