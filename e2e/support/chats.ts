import { readFileSync } from 'node:fs'
import { expect, type Locator, type Page } from '@playwright/test'
import { uncover } from './sharing.ts'

/** Whoever has a page that shows chats: a `Person`, or one whose page was replaced by another. */
export type Writer = { readonly page: Page; readonly handle: string }

/** An encrypted text goes through a worker, the server and another worker, all of it on the cores of one machine. */
const ARRIVAL_MS = 60_000

/** The list of chats, and this device ready to read and write. */
async function openChats({ page }: Writer): Promise<void> {
  await page.goto('/chats')
  await expect(page.getByRole('button', { name: 'New chat' })).toBeVisible({ timeout: ARRIVAL_MS })
}

/** Opens the conversation of that name (a handle, or the title of a group) from the list. */
export async function openChat(writer: Writer, title: string): Promise<void> {
  const link = writer.page.locator('a[href^="/chats?c="]').filter({ hasText: title })
  if (!(await link.isVisible())) await openChats(writer)
  await link.click({ timeout: ARRIVAL_MS })
  await expect(messageLog(writer)).toBeVisible()
}

/** Makes a contact code, as the button of the people screen does, and gives it as it is sent. */
export async function contactCodeOf({ page }: Writer): Promise<string> {
  const code = await page.evaluate(async () => {
    const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"on":true}' }
    const answer = await fetch('/api/contact-code', request)
    return ((await answer.json()) as { code: string | null }).code
  })
  expect(code).toMatch(/^[a-z2-7]{16}$/)
  return code ?? ''
}

/** Enters a contact code on the screen of the chats and writes first words, as a request needs them. */
export async function requestContact(asker: Writer, code: string, words: string): Promise<void> {
  const { page } = asker
  await openChats(asker)
  await page.getByRole('button', { name: 'New chat' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('button', { name: 'I have a contact code' }).click()
  await sheet.getByLabel('Contact code', { exact: true }).fill(code)
  await sheet.getByRole('button', { name: 'Send request' }).click()
  await expect(field(asker)).toBeVisible({ timeout: ARRIVAL_MS })
  await writeMessage(asker, words)
}

/** Two signed-up people become contacts by a code; both have the conversation open, with `words` of the asker in it. */
export async function makeContacts(asker: Writer, owner: Writer, words = 'May I write to you?'): Promise<void> {
  await requestContact(asker, await contactCodeOf(owner), words)
  await openChat(owner, asker.handle)
  await expectMessage(owner, words)
  await owner.page.getByRole('button', { name: 'Accept', exact: true }).click()
  // Both may write, and attach files, from here.
  for (const { page } of [owner, asker])
    await expect(page.getByRole('button', { name: 'Add files' })).toBeVisible({ timeout: ARRIVAL_MS })
}

const field = ({ page }: Writer): Locator => page.locator('#message-text')

export function messageLog({ page }: Writer): Locator {
  return page.getByRole('log', { name: 'Messages' })
}

/** The message with these words in the open conversation. */
export function message(writer: Writer, text: string): Locator {
  return messageLog(writer).locator('[data-message]').filter({ hasText: text })
}

export async function writeMessage(writer: Writer, text: string): Promise<void> {
  await field(writer).fill(text)
  await field(writer).press('Enter')
  await expect(field(writer)).toHaveValue('')
}

export async function expectMessage(writer: Writer, text: string): Promise<void> {
  await expect(message(writer, text)).toBeAttached({ timeout: ARRIVAL_MS })
}

/** How far an own message has come: waits until it says one of `states`. */
export async function expectState(writer: Writer, text: string, states: RegExp): Promise<void> {
  await expect(message(writer, text)).toHaveAttribute('aria-label', states, { timeout: ARRIVAL_MS })
}

/** Opens what can be done with a message and chooses from it: `Edit`, `Take back`, `Report`, `React with 👍` ... */
export async function chooseFor(writer: Writer, text: string, choice: string): Promise<void> {
  await message(writer, text).focus()
  await message(writer, text).press('Enter')
  await writer.page.getByRole('menuitem', { name: choice, exact: true }).click()
}

/** Reacts to a message with one of the emoji that its menu offers at once. */
export async function react(writer: Writer, text: string, emoji: string): Promise<void> {
  await chooseFor(writer, text, `React with ${emoji}`)
  await expectReaction(writer, text, emoji)
}

export async function expectReaction(writer: Writer, text: string, emoji: string): Promise<void> {
  const mark = message(writer, text).getByRole('listitem').filter({ hasText: emoji })
  await expect(mark).toBeAttached({ timeout: ARRIVAL_MS })
}

export async function editMessage(writer: Writer, text: string, next: string): Promise<void> {
  await chooseFor(writer, text, 'Edit')
  await expect(field(writer)).toHaveValue(text)
  await writeMessage(writer, next)
  await expectMessage(writer, next)
}

/** A group with contacts of this person; it is open on their screen afterwards. */
export async function makeGroup(owner: Writer, title: string, members: readonly Writer[]): Promise<void> {
  const { page } = owner
  await openChats(owner)
  await page.getByRole('button', { name: 'New chat' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('button', { name: 'New group' }).click()
  await sheet.getByLabel('Name of the group').fill(title)
  for (const { handle } of members) await sheet.getByRole('checkbox', { name: handle }).check()
  await sheet.getByRole('button', { name: 'Create group' }).click()
  await expect(page.getByRole('heading', { name: `Chat with ${title}` })).toBeAttached({ timeout: ARRIVAL_MS })
}

/** Chooses the messages with these texts in the open conversation and reports them; gives the sheet. */
export async function handInReport(
  writer: Writer,
  texts: readonly [string, ...string[]],
  words: string,
): Promise<Locator> {
  const { page } = writer
  const [first, ...others] = texts
  await chooseFor(writer, first, 'Report')
  for (const text of others) await message(writer, text).click()
  await page.getByRole('button', { name: 'Go on', exact: true }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('radio', { name: 'Something else' }).check()
  await sheet.getByRole('textbox').fill(words)
  await sheet.getByRole('button', { name: 'Send report' }).click()
  return sheet
}

/** Reports the messages with these texts in the open conversation, with words of one's own, until all is verified. */
export async function reportMessages(
  writer: Writer,
  texts: readonly [string, ...string[]],
  words: string,
): Promise<void> {
  const sheet = await handInReport(writer, texts, words)
  await expect(sheet.getByText('Verified: it is proven who wrote these messages.')).toBeVisible({ timeout: ARRIVAL_MS })
  await sheet.getByRole('button', { name: 'Done' }).click()
}

/** Attaches a file to the open conversation and sends it. */
export async function sendDocument(
  writer: Writer,
  document: { readonly name: string; readonly text: string },
): Promise<void> {
  const { page } = writer
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Add files' }).click()
  const file = { name: document.name, mimeType: 'text/plain', buffer: Buffer.from(document.text) }
  await (await choosing).setFiles(file)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expectMessage(writer, document.name)
}

/** Has a document fetched and decrypted, and gives what a person would find in their downloads. */
export async function saveDocument(writer: Writer, name: string): Promise<Buffer> {
  const save = message(writer, name).getByRole('button', { name: 'Save' })
  await uncover(writer, save)
  const saving = writer.page.waitForEvent('download', { timeout: ARRIVAL_MS })
  await save.click()
  return readFileSync(await (await saving).path())
}

/**
 * The spoken lines of the messages that the open conversation draws, from the top down. The list draws what is in sight:
 * a page as high as all of it shows all.
 */
export async function shownMessages(writer: Writer): Promise<readonly string[]> {
  return messageLog(writer)
    .locator('[data-message]')
    .evaluateAll((all) =>
      all
        .toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
        .map((each) => each.getAttribute('aria-label') ?? ''),
    )
}
