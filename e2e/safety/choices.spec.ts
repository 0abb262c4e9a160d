import { readFileSync } from 'node:fs'
import { expect, test, type Page } from '@playwright/test'
import { haveAccount } from '../support/account.ts'
import {
  editMessage,
  expectMessage,
  expectState,
  makeContacts,
  message,
  openChat,
  contactCodeOf,
  requestContact,
  writeMessage,
} from '../support/chats.ts'
import { expectNoticed, openNotice, openSafetySettings } from '../support/noticed.ts'
import { createPerson, type Person } from '../support/person.ts'
import { LOOKS } from '../support/pictures.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

/**
 * What a person can do about what was noticed, and about what they are about to give away: under a message, above the field,
 * in the settings and in the log. The tests go on from each other.
 */
test.describe.configure({ mode: 'serial', timeout: 120_000 })

const LOVE = 'i know we just met but i am falling in love with you'
const MONEY = 'can you send me 500 dollars please'
const CARD = '4111 1111 1111 1111'

let server: TestServer
let red: Person
let green: Person

test.beforeAll(async () => {
  server = await createTestServer()
  await server.start()
  const origin = `http://localhost:${server.port}`
  ;[red, green] = await Promise.all([
    createPerson({ origin, look: LOOKS.red }),
    createPerson({ origin, look: LOOKS.green, viewport: { width: 390, height: 844 } }),
  ])
  await Promise.all([red, green].map(haveAccount))
  await makeContacts(red, green)
})

test.afterAll(async () => {
  await Promise.all([red, green].map((person) => person?.close()))
  await server?.remove()
})

const field = ({ page }: Person) => page.locator('#message-text')
const question = ({ page }: Person) => page.getByRole('region', { name: /gives away/ })

async function type(person: Person, text: string): Promise<void> {
  await field(person).fill(text)
  await field(person).press('Enter')
}

test('[S10] going on writing: the question goes, and every letter is still there', async () => {
  await type(red, `my card is ${CARD}`)
  await expect(question(red)).toContainText('This gives away your card number')
  await expect(question(red)).toContainText(CARD)
  await expect(field(red)).toHaveValue(`my card is ${CARD}`)
  await expect(field(red)).toBeFocused()
  await red.page.keyboard.press('Escape')
  await expect(question(red)).toHaveCount(0)
  await expect(field(red)).toHaveValue(`my card is ${CARD}`)
})

test('[S10] masked by keyboard alone, looked at once more, then sent without the number', async () => {
  await field(red).press('Enter')
  await expect(question(red)).toBeVisible()
  // Enter once more does not send: it leads to the answers.
  await field(red).press('Enter')
  await expect(question(red).getByRole('button', { name: 'Mask it' })).toBeFocused()
  await red.page.keyboard.press('Enter')
  await expect(field(red)).toHaveValue('my card is •••• •••• •••• ••••')
  await expect(red.page.getByText('This is how it would go')).toBeVisible()
  await expect(field(red)).toBeFocused()
  await field(red).press('Enter')
  await expectMessage(green, 'my card is •••• •••• •••• ••••')
  await expect(message(green, CARD)).toHaveCount(0)
})

test('[S10] sent as it is, and an edit is asked about like a message', async () => {
  await type(red, `all right: ${CARD}`)
  await question(red).getByRole('button', { name: 'Send as it is' }).click()
  await expectMessage(green, `all right: ${CARD}`)
  await expect(field(red)).toHaveValue('')
  await writeMessage(red, 'nothing to see')
  // What is still on its way is not edited.
  await expectState(red, 'nothing to see', /(?:Sent|Delivered|Read)$/)
  await field(red).press('ArrowUp')
  await expect(field(red)).toHaveValue('nothing to see')
  await type(red, `take ${CARD}`)
  await expect(question(red)).toBeVisible()
  await red.page.keyboard.press('Escape')
  await field(red).fill('something to see')
  await field(red).press('Enter')
  await expectMessage(green, 'something to see')
  await editMessage(red, 'something to see', 'nothing at all')
})

test('[S10] not asked in this chat any more: undone in a moment, or kept', async () => {
  await type(red, `once more: ${CARD}`)
  await question(red).getByRole('checkbox', { name: 'Don’t ask me in this chat' }).check()
  await question(red).getByRole('button', { name: 'Send as it is' }).click()
  await expectMessage(green, `once more: ${CARD}`)
  await expect(red.page.getByText(/Not told in this chat any more/)).toBeVisible()
  await writeMessage(red, `and again: ${CARD}`)
  await expectMessage(green, `and again: ${CARD}`)
  await openSafetySettings(red)
  await red.page.getByRole('button', { name: /^Tell me again in the chat with / }).click()
  await expect(red.page.getByText('Nothing is muted in any chat.')).toBeVisible()
  await back(red, green.handle)
  await type(red, `the last time: ${CARD}`)
  await expect(question(red)).toBeVisible()
  await red.page.keyboard.press('Escape')
  await field(red).fill('')
})

test('[S12] a line explains itself, and can be ignored', async () => {
  await writeMessage(red, LOVE)
  await expectNoticed(green, LOVE, 'very strong feelings, very early')
  const line = await openNotice(green, LOVE)
  await expect(line.locator('mark')).toBeVisible()
  await expect(line).toContainText('Feelings can be quick and true.')
  await expect(line).toContainText('Go at your own pace.')
  await expect(line).toContainText(`Nobody else is told, ${red.handle} included.`)
  await line.getByRole('button', { name: 'Ignore' }).click()
  await expect(message(green, LOVE)).not.toHaveAttribute('aria-label', /Noticed/)
  await expect(message(green, LOVE)).toBeFocused()
})

test('[S12] a flag is muted for this chat, and heard again after undo', async () => {
  await writeMessage(red, MONEY)
  await expectNoticed(green, MONEY, 'a request for money')
  await (await openNotice(green, MONEY)).getByRole('button', { name: 'Don’t tell me this here again' }).click()
  await expect(message(green, MONEY)).not.toHaveAttribute('aria-label', /Noticed/)
  await green.page.getByRole('status').getByRole('button', { name: 'Undo' }).click()
  await expectNoticed(green, MONEY, 'a request for money')
})

test('[S12] one step to a report with this message chosen, and to a block', async () => {
  const line = await openNotice(green, MONEY)
  await expect(line.getByRole('button', { name: `Block ${red.handle}` })).toBeVisible()
  await line.getByRole('button', { name: 'Report this message' }).click()
  await expect(green.page.getByText('Chosen: 1')).toBeVisible()
  await green.page.getByRole('button', { name: 'Cancel' }).click()
})

test('[S1] a flag that is switched off is not shown, and is shown again as soon as it is on', async () => {
  // On a phone an open conversation has the whole screen, without the way to the settings.
  await green.page.setViewportSize({ width: 1000, height: 844 })
  await openSafetySettings(green)
  const money = green.page.getByRole('switch', { name: /^Money/ })
  await money.click()
  await expect(money).not.toBeChecked()
  await back(green, red.handle)
  await expect(message(green, MONEY)).not.toHaveAttribute('aria-label', /Noticed/)
  await openSafetySettings(green)
  await green.page.getByRole('switch', { name: /^Money/ }).click()
  await back(green, red.handle)
  await expectNoticed(green, MONEY, 'a request for money')
})

test('[S16] the log has who, when and what, goes into a file, and can be cleared', async () => {
  await openSafetySettings(green)
  const { page } = green
  await expect(page.getByText(/English: rules of \d{4}-\d{2}-\d{2}\.\d+ \(came with the app\)/)).toBeVisible()
  const log = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Safety log' }) })
  const entries = log.getByRole('listitem')
  await expect(entries).toHaveCount(2)
  await expect(entries.first()).toContainText(red.handle)
  await expect(entries.first()).toContainText('a request for money')
  await expect(entries.last()).toContainText('ignored')
  await expect(entries.first().getByRole('blockquote')).toBeHidden()
  await entries.first().getByText('Show the words').click()
  await expect(entries.first().getByRole('blockquote')).toContainText('500 dollars')

  const text = await saved(page, 'Save as text')
  expect(text.name).toMatch(/^visavis-safety-log-\d{4}-\d{2}-\d{2}\.txt$/)
  expect(text.content).toContain(`${red.handle} (in a chat): This`)
  expect(text.content).toContain('500 dollars')
  const data = await saved(page, 'Save as data (JSON)')
  const { entries: kept } = JSON.parse(data.content) as { entries: { flag: string; isIgnored: boolean; who: string }[] }
  expect(kept.map(({ flag, isIgnored }) => [flag, isIgnored])).toEqual([
    ['love_bombing', true],
    ['money', false],
  ])
  expect(kept.every(({ who }) => who === red.handle)).toBe(true)

  await entries.first().getByRole('link', { name: 'Open the message' }).click()
  await expect(message(green, MONEY)).toBeInViewport()
  await openSafetySettings(green)
  await page.getByRole('button', { name: 'Clear the log' }).click()
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await expect(page.getByText('Nothing was noticed so far.')).toBeVisible()
  await back(green, red.handle)
  await expectMessage(green, MONEY)
  await expect(message(green, MONEY)).not.toHaveAttribute('aria-label', /Noticed/)
})

test('[S1] [S10] with everything off nothing is looked at, and nothing asked', async () => {
  for (const person of [red, green]) {
    await openSafetySettings(person)
    await person.page.getByRole('switch', { name: /^Watch for warning signs/ }).click()
    await expect(person.page.getByText('All of this is off')).toBeVisible()
  }
  await back(red, green.handle)
  await back(green, red.handle)
  await writeMessage(red, `no question: ${CARD}, just buy gift cards and send me the codes`)
  await expectMessage(green, 'no question')
  await openSafetySettings(green)
  await green.page.getByRole('switch', { name: /^Watch for warning signs/ }).click()
  await back(green, red.handle)
  await writeMessage(red, MONEY.replace('500', '600'))
  await expectNoticed(green, '600 dollars', 'a request for money')
  await expect(message(green, 'no question')).not.toHaveAttribute('aria-label', /Noticed/)
})

test('[S9] a request from somebody whose name poses as a famous person says so, in the list and in the chat; any other does not', async () => {
  for (const [handle, poses] of [
    ['keanu-reeves-7', true],
    ['quiet-heron', false],
  ] as const) {
    const stranger = await createPerson({ origin: `http://localhost:${server.port}`, look: LOOKS.blue })
    stranger.handle = handle
    await haveAccount(stranger)
    await requestContact(stranger, await contactCodeOf(green), 'hello, may i write?')
    await expectState(stranger, 'hello', /Sent|Delivered/)
    await stranger.close()
    await green.page.goto('/people')
    const card = green.page.getByRole('listitem').filter({ hasText: handle })
    await expect(card.getByRole('button', { name: 'Accept', exact: true })).toBeVisible()
    await expect(card.getByText('This name looks like somebody posing as a famous person.')).toHaveCount(poses ? 1 : 0)
    await card.getByRole('link', { name: 'Read what they wrote' }).click()
    const banner = green.page.getByRole('region', { name: `${handle} wants to write to you` })
    await expect(banner.getByText('Famous people rarely write to strangers.')).toHaveCount(poses ? 1 : 0)
  }
})

/** To the conversation, without loading the app anew. */
async function back(person: Person, name: string): Promise<void> {
  await person.page
    .getByRole('link', { name: /^Chats/ })
    .first()
    .click()
  await openChat(person, name)
}

async function saved(page: Page, button: string): Promise<{ readonly name: string; readonly content: string }> {
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: button }).click()
  const download = await saving
  return { name: download.suggestedFilename(), content: readFileSync(await download.path(), 'utf8') }
}
