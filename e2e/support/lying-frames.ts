import type { Page, Route } from '@playwright/test'
import { createReportKeys, openFrameReport, sealFrameReport, type FrameReport } from '@visavis/e2ee'
import { fromB64, toB64, type CallId } from '@visavis/wire'
import { accountOf } from './lying-reporter.ts'

/** Changes what goes with a report of a call. */
type Lie = (report: FrameReport) => FrameReport | Promise<FrameReport>

/**
 * A person whose own client lies to the moderators about pictures of a call: it gathers real evidence and seals it, but to a
 * key that this person holds; they open it, change it as they like and seal it for the moderators, in their own name and
 * session. Nothing of the server is changed.
 */
export type LyingFrames = {
  /** From the next report on. */
  lie(lie: Lie): void
  /** What the client had gathered for the latest report, as it was before the lie. */
  gathered(): FrameReport | undefined
}

type Wish = { readonly callId: CallId; readonly sealed?: string }

/** Before the page has asked for the moderators' key. */
export async function makeLyingFrames(page: Page): Promise<LyingFrames> {
  const own = await createReportKeys(crypto.getRandomValues(new Uint8Array(32)))
  const reporter = await accountOf(page)
  let moderators: Uint8Array | undefined
  let lie: Lie = (report) => report
  let gathered: FrameReport | undefined

  async function giveOwnKey(route: Route): Promise<void> {
    const response = await route.fetch()
    moderators = fromB64(((await response.json()) as { publicKey: string }).publicKey)
    await route.fulfill({ response, json: { publicKey: toB64(own.publicKey) } })
  }

  async function handIn(route: Route): Promise<void> {
    const wish = route.request().postDataJSON() as Wish
    if (wish.sealed === undefined) return route.continue()
    const { callId } = wish
    gathered = await openFrameReport(own.privateKey, fromB64(wish.sealed) ?? new Uint8Array(), { reporter, callId })
    if (!gathered || !moderators) throw new Error('the page sealed something else, or to another key')
    const told = await lie(gathered)
    const sealed = await sealFrameReport({ publicKey: moderators, reporter, callId, ...told })
    await route.continue({ postData: JSON.stringify({ ...wish, sealed: toB64(sealed) }) })
  }

  await page.route('**/api/report-key', giveOwnKey)
  await page.route('**/api/reports', handIn)
  return { lie: (next) => void (lie = next), gathered: () => gathered }
}
