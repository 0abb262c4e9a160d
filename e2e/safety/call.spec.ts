import { expect, test, type Locator } from '@playwright/test'
import { haveAccount } from '../support/account.ts'
import { openSafetySettings } from '../support/noticed.ts'
import { createPerson, start, type Person } from '../support/person.ts'
import { LOOKS } from '../support/pictures.ts'
import { createTestServer, type TestServer } from '../support/server.ts'
import { chooseText, expectCallWith } from '../support/worded.ts'

/** Two strangers who write to each other in a call: told and asked there as in a conversation, and nothing of it stays but the log. */
test.describe.configure({ timeout: 120_000 })

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
    createPerson({ origin, look: LOOKS.green }),
  ])
  await Promise.all([red, green].map(haveAccount))
})

test.afterAll(async () => {
  await Promise.all([red, green].map((person) => person?.close()))
  await server?.remove()
})

const field = ({ page }: Person) => page.getByPlaceholder('Write a message')
const log = ({ page }: Person): Locator => page.getByRole('log', { name: 'Messages' })

async function write(person: Person, text: string): Promise<void> {
  await field(person).fill(text)
  await field(person).press('Enter')
}

test('[S1] [S7] [S10] [S16] lines, the question and the log in a call', async () => {
  for (const person of [red, green]) {
    await chooseText(person)
    await start(person)
  }
  await Promise.all([red, green].map(expectCallWith))
  const name = await green.page.getByRole('heading', { level: 1 }).first().innerText()

  await write(red, 'hello, nice to meet you')
  await write(green, 'hello! how was your week?')
  await write(red, MONEY)
  await expect(log(green).getByText('This looks like a request for money.')).toBeVisible()
  await expect(log(red).getByText(/This (looks like|may be)/)).toHaveCount(0)
  await log(green)
    .getByRole('button', { name: /request for money.*Why\?/ })
    .click()
  await expect(log(green).locator('mark')).toBeVisible()

  await log(green).getByRole('button', { name: 'Don’t tell me this here again' }).click()
  await expect(log(green).getByText(/request for money/)).toHaveCount(0)
  await green.page.getByRole('button', { name: 'Undo' }).click()
  await expect(log(green).getByText('This looks like a request for money.')).toBeVisible()

  await write(red, 'i recorded you. i will send the video to all your friends')
  const card = log(green).getByRole('region', { name: /You are not to blame/ })
  await expect(card).toContainText('Keep the evidence before you go')
  await expect(card.getByRole('button', { name: 'End, block and keep the evidence' })).toBeVisible()

  await write(green, `my card is ${CARD}`)
  const question = green.page.getByRole('region', { name: /gives away your card number/ })
  await expect(question).toBeVisible()
  await question.getByRole('button', { name: 'Mask it' }).click()
  await expect(field(green)).toHaveValue('my card is •••• •••• •••• ••••')
  await field(green).press('Enter')
  await expect(log(red).getByText('my card is ••••')).toBeVisible()
  await expect(log(red).getByText(CARD)).toHaveCount(0)

  await card.getByRole('button', { name: /^Block / }).click()
  await expect(field(green)).toHaveCount(0)
  await green.page.goto('/settings')
  await openSafetySettings(green)
  const entries = green.page.getByRole('listitem').filter({ hasText: 'in a call' })
  await expect(entries).toHaveCount(2)
  await expect(entries.first()).toContainText(name)
  await expect(entries.first()).toContainText('a threat to show something about you to others')
  await expect(entries.last()).toContainText('a request for money')
})
