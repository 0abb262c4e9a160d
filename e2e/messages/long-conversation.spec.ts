import { expect, test, type Locator } from '@playwright/test'
import { haveAccount } from '../support/account.ts'
import { expectMessage, makeContacts, message, messageLog, openChat, writeMessage } from '../support/chats.ts'
import { writeHistory } from '../support/long-history.ts'
import { createPerson, type Person } from '../support/person.ts'
import { LOOKS } from '../support/pictures.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

/**
 * Ten thousand messages between two people: what is drawn and what is loaded stays small, wherever in them one is, and
 * every way through them works. The tests go on from each other.
 */
test.describe.configure({ mode: 'serial', timeout: 180_000 })

const LAST = 10_000
const READ = LAST - 25
/** A tall screen shows some twenty messages, and as many wait above and below. */
const DRAWN_MAX = 120
const WAY_MS_MAX = 60_000

let server: TestServer
let red: Person
let green: Person
/** The page on which the history is written has no icon, which the browser asks for. */
let complaintsBefore = 0

test.beforeAll(async () => {
  server = await createTestServer()
  await server.start()
  const origin = `http://localhost:${server.port}`
  red = await createPerson({ origin, look: LOOKS.red })
  green = await createPerson({ origin, look: LOOKS.green })
  await Promise.all([red, green].map(haveAccount))
  await makeContacts(green, red)
  const conversationId = new URL(red.page.url()).searchParams.get('c') ?? ''
  await writeHistory(red.page, server, { conversationId, last: LAST, read: READ })
  await red.page.goto('/')
  complaintsBefore = red.complaints.length
})

test.afterAll(async () => {
  await Promise.all([red, green].map((person) => person?.close()))
  await server?.remove()
})

const drawn = () => messageLog(red).locator('[data-message]')
const numbered = (position: number): Locator => messageLog(red).getByText(new RegExp(`^\\s*message ${position}\\b`))

/** Numbers of the messages that are drawn, from the top. */
async function numbers(): Promise<readonly number[]> {
  const texts = await drawn().allInnerTexts()
  return texts.flatMap((text) => [...text.matchAll(/message (\d+)/g)].slice(0, 1).map(([, number]) => Number(number)))
}

/** Little is drawn, and of what is drawn nothing is missing or twice. */
async function expectSmallAndWhole(): Promise<void> {
  const shown = await numbers()
  expect(shown.length).toBeGreaterThan(3)
  expect(await drawn().count()).toBeLessThan(DRAWN_MAX)
  expect(shown).toEqual(shown.map((_, at) => (shown[0] ?? 0) + at))
}

/** Turns the wheel over the messages until this one is drawn or behind; on the way little is drawn. */
async function wheelTo(position: number, deltaY: number): Promise<void> {
  await messageLog(red).hover()
  await expect(async () => {
    await red.page.mouse.wheel(0, deltaY)
    expect(await drawn().count()).toBeLessThan(DRAWN_MAX)
    const shown = await numbers()
    if (deltaY < 0) expect(shown[0] ?? Infinity).toBeLessThanOrEqual(position)
    else expect(shown.at(-1) ?? 0).toBeGreaterThanOrEqual(position)
  }).toPass({ timeout: WAY_MS_MAX, intervals: [50] })
}

test('[K8] a conversation of ten thousand messages opens where the new ones begin', async () => {
  await openChat(red, green.handle)
  await expect(messageLog(red).getByText('New messages')).toBeInViewport()
  await expect(numbered(READ + 1)).toBeInViewport()
  await expectSmallAndWhole()
})

test('[K8] one button leads to the latest message', async () => {
  await red.page.getByRole('button', { name: /^To the latest message/ }).click()
  await expect(numbered(LAST)).toBeInViewport()
  await expectSmallAndWhole()
  await expect(red.page.getByRole('button', { name: /^To the latest message/ })).toHaveCount(0)
})

test('[K8] scrolling back goes through a thousand messages without a hole, and little is drawn', async () => {
  await wheelTo(LAST - 1_000, -2_500)
  await expectSmallAndWhole()
})

test('[K8] what is written from far back is shown at the end, and so is what comes', async () => {
  await writeMessage(red, 'written from far back')
  await expect(message(red, 'written from far back')).toBeInViewport()
  await openChat(green, red.handle)
  await expectMessage(green, 'written from far back')
  await writeMessage(green, 'and answered')
  await expect(message(red, 'and answered')).toBeInViewport()
})

test('[K8] a hit of the search leads to an old message, again and again', async () => {
  const { page } = red
  await page.getByRole('searchbox').fill('message 1234')
  const hit = page.locator('a[href*="&at=1234"]')
  await hit.click({ timeout: WAY_MS_MAX })
  await expect(numbered(1_234)).toBeInViewport()
  await expectSmallAndWhole()
  await wheelTo(1_300, 1_500)
  await expect(numbered(1_234)).not.toBeInViewport()
  await hit.click()
  await expect(numbered(1_234)).toBeInViewport()
})

test('[K8] from there the later messages follow, further than is held at once', async () => {
  await wheelTo(1_234 + 700, 2_500)
  await expectSmallAndWhole()
  await writeMessage(green, 'are you there?')
  await expect(red.page.getByRole('button', { name: /^To the latest message/ })).toBeVisible()
  await expect(message(red, 'are you there?')).toHaveCount(0)
  await red.page.getByRole('button', { name: /^To the latest message/ }).click()
  await expect(message(red, 'are you there?')).toBeInViewport()
  expect(red.complaints.slice(complaintsBefore)).toEqual([])
})
