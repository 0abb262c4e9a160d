import { expect, type Page, type Route } from '@playwright/test'
import { createReportKeys, openReport, sealReport, type ReportEntry } from '@visavis/e2ee'
import { fromB64, toB64, type ConversationId } from '@visavis/wire'
import { handInReport, type Writer } from './chats.ts'
import { entryWith } from './evidence.ts'

/** Changes what is reported, or gives undefined to hand in nothing at all. */
type Lie = (
  entries: readonly ReportEntry[],
) => readonly ReportEntry[] | undefined | Promise<readonly ReportEntry[] | undefined>

/**
 * A person whose own client lies to the moderators. The page gathers real evidence and seals it, but to a key that this
 * person holds; they open it, change it as they like and seal it for the moderators, in their own name and session. Nothing of
 * the server is changed.
 */
export type LyingReporter = {
  /** From the next report on. */
  lie(lie: Lie): void
  /** From then on nothing is between the page and the server. */
  stop(): Promise<void>
  /** What the client had gathered for the latest report, as it was before the lie. */
  gathered(): readonly ReportEntry[]
}

const KEY = '**/api/report-key'
const REPORTS = '**/api/message-reports'

type Wish = { readonly conversationId: ConversationId; readonly sealed: string }

/** Before the page has asked for the moderators' key. */
export async function makeLyingReporter(page: Page): Promise<LyingReporter> {
  const own = await createReportKeys(crypto.getRandomValues(new Uint8Array(32)))
  let moderators: Uint8Array | undefined
  let lie: Lie = (entries) => entries
  let gathered: readonly ReportEntry[] = []
  let reporter: string | undefined

  async function giveOwnKey(route: Route): Promise<void> {
    const response = await route.fetch()
    moderators = fromB64(((await response.json()) as { publicKey: string }).publicKey)
    await route.fulfill({ response, json: { publicKey: toB64(own.publicKey) } })
  }

  async function handIn(route: Route): Promise<void> {
    const wish = route.request().postDataJSON() as Wish
    const { conversationId } = wish
    reporter ??= await accountOf(page)
    const opened = await openReport(own.privateKey, fromB64(wish.sealed) ?? new Uint8Array(), {
      reporter,
      conversationId,
    })
    if (!opened || !moderators) throw new Error('the page sealed something else, or to another key')
    gathered = opened
    const entries = await lie(opened)
    if (!entries) return route.abort()
    const sealed = await sealReport({ publicKey: moderators, reporter, conversationId, entries })
    await route.continue({ postData: JSON.stringify({ ...wish, sealed: toB64(sealed) }) })
  }

  await page.route(KEY, giveOwnKey)
  await page.route(REPORTS, handIn)
  return {
    lie: (next) => void (lie = next),
    async stop() {
      await page.unroute(KEY, giveOwnKey)
      await page.unroute(REPORTS, handIn)
    },
    gathered: () => gathered,
  }
}

/** What the client gathers about a message in the open conversation, for a report that is never handed in. */
export async function evidenceOnly(writer: Writer, lies: LyingReporter, words: string) {
  lies.lie(() => undefined)
  const sheet = await handInReport(writer, [words], 'Never handed in.')
  await expect(sheet.getByText('There is no connection to Visavis.')).toBeInViewport()
  await sheet.getByRole('button', { name: 'Close' }).click()
  return entryWith(lies.gathered(), words)
}

/** The account that is signed in on this page. */
export async function accountOf(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const answer = (await (await fetch('/api/session')).json()) as { person: { accountId: string } | null }
    return answer.person?.accountId ?? ''
  })
}
