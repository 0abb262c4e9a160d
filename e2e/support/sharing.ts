import { expect, type BrowserContext, type Locator } from '@playwright/test'
import type { Writer } from './chats.ts'

/** What is said goes through a worker, the server and another worker. */
const SAID_MS_MAX = 60_000

export const attachButton = ({ page }: Writer, isLocked: boolean): Locator =>
  page.getByRole('button', { name: isLocked ? 'Add files, locked' : 'Add files', exact: true })

/** Says yes to sharing files in the open conversation of two, and nothing more. */
export async function sayYesToSharing(writer: Writer): Promise<void> {
  await attachButton(writer, true).click()
  await writer.page.getByRole('dialog').getByRole('button', { name: 'Yes, share files' }).click()
}

/** Two people, each with their conversation open, agree to share files. */
export async function agreeToShare(one: Writer, other: Writer): Promise<void> {
  for (const writer of [one, other]) await sayYesToSharing(writer)
  for (const writer of [one, other]) await expect(attachButton(writer, false)).toBeVisible({ timeout: SAID_MS_MAX })
}

/** In the first day a file is covered until it is pressed: shows every one that is, once `wanted` or its cover is there. */
export async function uncover(writer: Writer, wanted: Locator, timeoutMs = SAID_MS_MAX): Promise<void> {
  const covers = writer.page.getByRole('log', { name: 'Messages' }).getByRole('button', { name: /^Show: / })
  await expect(wanted.or(covers).first()).toBeVisible({ timeout: timeoutMs })
  while ((await covers.count()) > 0) await covers.first().click()
}

/** The client of somebody who patched it: it takes everybody for having agreed, and asks nobody. Before its first page. */
export async function patchAgreed(context: BrowserContext): Promise<{ patched(): number }> {
  let patched = 0
  // What a service worker fetches would go past this.
  await context.addInitScript('delete Navigator.prototype.serviceWorker')
  await context.route(/\/workers\/[^/]+\.js$/, async (route) => {
    const response = await route.fetch()
    const script = await response.text()
    const lying = script.replace(/mine:\((.{1,80}?),theirs:\(/, 'mine:!0,honest:($1,theirs:!0,either:(')
    if (lying !== script) patched += 1
    await route.fulfill({ response, body: lying })
  })
  return { patched: () => patched }
}
