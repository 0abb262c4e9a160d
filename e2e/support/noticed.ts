import { expect, type Locator, type Page } from '@playwright/test'
import { expectMessage, message, messageLog, openChat, shownMessages, writeMessage, type Writer } from './chats.ts'

/** Two people in one conversation: `them` writes the lines with `<`, `me` those with `>`. */
export type Talkers = { readonly them: Writer; readonly me: Writer }

const CHECK_MS = 30_000
/** What is always noticed: once it is, all that came before it was looked at. One for each side. */
const SENTINELS = {
  mine: 'please buy me gift cards and send me the codes',
  theirs: 'just buy gift cards and send me the codes of them',
} as const

/**
 * Plays a conversation line by line. Behind `|` stands what `me` must be told under that line before the next one is
 * written; under all other lines, and on the side of `them`, nothing may stand at the end.
 */
export async function playChat({ them, me }: Talkers, script: string): Promise<void> {
  const told: { readonly text: string; readonly words: string }[] = []
  for (const line of script.trim().split('\n')) {
    const [said = '', words] = line.trim().split(' | ')
    const text = said.slice(2)
    const [writer, reader] = said.startsWith('<') ? [them, me] : [me, them]
    await writeMessage(writer, text)
    await expectMessage(reader, text)
    if (words === undefined) continue
    await expectNoticed(me, text, words)
    told.push({ text, words })
  }
  const { mine, theirs } = SENTINELS
  await writeMessage(me, mine)
  await writeMessage(them, theirs)
  await expectNoticed(them, mine, 'a request')
  await expectNoticed(me, theirs, 'a request')
  expect(await linesUnder(me)).toEqual([...told.map(({ text }) => text), theirs])
  expect(await linesUnder(them)).toEqual([mine])
}

/** What a screen reader says of a message ends with what was noticed in it. */
export async function expectNoticed(writer: Writer, text: string, words: string): Promise<void> {
  await expect(message(writer, text).last()).toHaveAttribute(
    'aria-label',
    new RegExp(`Noticed: .*${words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`),
    { timeout: CHECK_MS },
  )
}

/** Texts of the messages on screen under which something stands, from the top. */
async function linesUnder(writer: Writer): Promise<readonly string[]> {
  const noticed = (await shownMessages(writer)).filter((label) => label.includes('Noticed: '))
  // `<name> wrote, <text>, <time>[, <state>], Noticed: ...`
  return noticed.map((label) => label.replace(/^[^,]+(?: wrote|You wrote), /, '').replace(/, \d{1,2}:\d{2}.*$/s, ''))
}

/** The line or card under a message. */
export function noticeUnder(writer: Writer, text: string): Locator {
  return message(writer, text).last()
}

/** Opens what stands under a message. */
export async function openNotice(writer: Writer, text: string): Promise<Locator> {
  const line = noticeUnder(writer, text)
  await line.getByRole('button', { name: /Why\?|Why do I see this/ }).click()
  return line
}

/** Deletes what was written so far on this device, and what was noticed with it, and comes back. */
export async function forgetChat(writer: Writer, name: string): Promise<void> {
  const { page } = writer
  await page.getByRole('button', { name: 'Details', exact: true }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('button', { name: 'Delete messages on this device' }).click()
  await sheet.getByRole('button', { name: 'Yes, do it', exact: true }).click()
  // It happens at once when the screen is left.
  await goToSettings(page)
  await page
    .getByRole('link', { name: /^Chats/ })
    .first()
    .click()
  await openChat(writer, name)
  await expect(messageLog(writer).locator('[data-message]')).toHaveCount(0)
}

/** Without loading the page anew. */
export async function goToSettings(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).first().click()
  await expect(page).toHaveURL(/\/settings$/)
}

/** The page of choices and the log, without loading the app anew. */
export async function openSafetySettings({ page }: Writer): Promise<void> {
  await goToSettings(page)
  await page.getByRole('link', { name: 'Choices, muted chats and safety log' }).click()
  await expect(page.getByRole('heading', { name: 'Safety log' })).toBeVisible()
}
