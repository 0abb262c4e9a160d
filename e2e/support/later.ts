import type { BrowserContext } from '@playwright/test'

/**
 * The same programs at a later time: every clock that they may read is set forward, in the server's process with its
 * threads, in a page and in its worker. What counts durations goes on as it is; the system's own clock, which no test may
 * turn, still dates what a browser's network keeps (cookies are told in seconds to live, not in dates).
 */
const setForward = (laterMs: number): string => `{
  const Real = Date
  const now = () => Real.now() + ${laterMs}
  globalThis.Date = new Proxy(Real, {
    get: (real, name) => (name === 'now' ? now : Reflect.get(real, name)),
    construct: (real, given, target) => Reflect.construct(real, given.length === 0 ? [now()] : given, target),
    apply: () => new Real(now()).toString(),
  })
  Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + ${laterMs} })
}
`

/** What a Node process has to be told so that it lives later from its first line on, all its threads with it. */
export function laterProcess(laterMs: number): Readonly<Record<string, string>> {
  const script = encodeURIComponent(setForward(laterMs))
  return { NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=data:text/javascript,${script}`.trim() }
}

/**
 * Has every page of this context, and every worker of its pages, live later; before the first page is opened. There is no
 * service worker then, as in some private windows: it would give out the scripts as they are. A profile that is kept
 * for later must therefore begin with 0.
 */
export async function setLater(context: BrowserContext, laterMs: number): Promise<void> {
  await context.addInitScript(`${setForward(laterMs)}\ndelete Navigator.prototype.serviceWorker`)
  await context.route(/\/workers\/[^/]+\.js$/, async (route) => {
    // While the line is cut a worker's file cannot be had here either.
    const response = await route.fetch().catch(() => undefined)
    if (!response) return route.abort()
    await route.fulfill({ response, body: setForward(laterMs) + (await response.text()) })
  })
}
