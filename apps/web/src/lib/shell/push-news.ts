/** The one notification there is: what comes later takes its place. */
export const NEWS_TAG = 'messages'
export const CHATS_PATH = '/chats'
/** From the service worker to a page: somebody has pressed the notification. */
export const OPEN_CHATS = 'visavis.open-chats'

/** A window of the app, as the service worker sees it; the types of a page do not have it. */
export type ShellWindow = {
  readonly url: string
  readonly visibilityState: DocumentVisibilityState
  postMessage(message: unknown, transfer: Transferable[]): void
  focus(): Promise<unknown>
}

/** The part of a service worker's surroundings that notifications need. */
export type NewsDeps = {
  readonly windows: () => Promise<readonly ShellWindow[]>
  readonly show: (title: string, options: NotificationOptions) => Promise<void>
  readonly openWindow: (path: string) => Promise<unknown>
  /** Within the quiet hours of this device [M19]: then nothing sounds. */
  readonly isQuiet: () => Promise<boolean>
  readonly words: { readonly title: () => string; readonly body: () => string }
}

/**
 * What a push makes of itself on the screen [K12]: always the same line. A push carries nothing, and nothing is looked up for
 * it: who has written, and what, stays sealed until the app is opened.
 */
export function createPushNews({ windows, show, openWindow, isQuiet, words }: NewsDeps) {
  return {
    /** Whoever looks at the app sees the messages themselves. */
    async pushed(): Promise<void> {
      if ((await windows()).some(({ visibilityState }) => visibilityState === 'visible')) return
      const quiet = (await isQuiet()) ? { silent: true } : {}
      await show(words.title(), { body: words.body(), tag: NEWS_TAG, ...quiet })
    },

    /** The chats: in a tab that has them, else in any other, which decides whether it can leave what it shows. */
    async pressed(): Promise<void> {
      const open = await windows()
      const best = open.find(({ url }) => new URL(url).pathname.startsWith(CHATS_PATH)) ?? open[0]
      if (!best) {
        await openWindow(CHATS_PATH)
        return
      }
      best.postMessage(OPEN_CHATS, [])
      await best.focus()
    },
  }
}
