import { version } from '$app/env'
import { assets, immutable } from '$app/manifest'
import { m } from '#paraglide/messages.js'
import { clock } from './lib/app/platform.ts'
import { minuteOfDay, quietUntil } from './lib/rest/quiet-hours.ts'
import { readQuiet } from './lib/rest/quiet-store.ts'
import { createPushNews, type ShellWindow } from './lib/shell/push-news.ts'
import { renewPush } from './lib/shell/renew-push.ts'
import { createShellFiles } from './lib/shell/shell-files.ts'
import { readToShell } from './lib/shell/worker-messages.ts'

/**
 * The root of the service worker: opens the app without a network, and shows that there is news when a push says so. It
 * knows no account and no key; what is about a person never passes through it (ADR 0010).
 */

// The types of a page and of a service worker exclude each other, and the rest of the app is a page's.
type Waitable = Event & { waitUntil(work: Promise<unknown>): void }
type Surroundings = {
  readonly registration: ServiceWorkerRegistration
  readonly clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly ShellWindow[]>
    openWindow(path: string): Promise<unknown>
  }
  skipWaiting(): Promise<void>
  addEventListener(
    name: 'install' | 'activate' | 'push' | 'pushsubscriptionchange',
    listener: (event: Waitable) => void,
  ): void
  addEventListener(name: 'message', listener: (event: Waitable & MessageEvent) => void): void
  addEventListener(
    name: 'fetch',
    listener: (event: Waitable & { readonly request: Request; respondWith(answer: Promise<Response>): void }) => void,
  ): void
  addEventListener(
    name: 'notificationclick',
    listener: (event: Waitable & { readonly notification: Notification }) => void,
  ): void
}
const here = globalThis as unknown as Surroundings

const windows = () => here.clients.matchAll({ type: 'window', includeUncontrolled: true })
const isAlone = async () => (await windows()).length <= 1
const shell = createShellFiles({
  version,
  files: [...immutable, ...assets].map(({ path }) => (path.startsWith('/') ? path : `/${path}`)),
  caches,
  fetch: (request, init) => fetch(request, init),
  origin: location.origin,
  wait: (ms) => clock.sleep(ms),
})
const news = createPushNews({
  windows,
  show: (title, options) => here.registration.showNotification(title, options),
  openWindow: (path) => here.clients.openWindow(path),
  async isQuiet() {
    const quiet = await readQuiet()
    return quiet !== undefined && quietUntil(quiet, minuteOfDay(clock.nowMs())) !== undefined
  },
  words: { title: m.app_name, body: m.notify_line },
})

here.addEventListener('install', (event) => event.waitUntil(shell.install()))
here.addEventListener('activate', (event) => event.waitUntil(forgetOthers()))
here.addEventListener('fetch', (event) => {
  const answer = shell.answer(event.request)
  if (!answer) return
  event.respondWith(answer)
  if (event.request.mode === 'navigate') event.waitUntil(forgetOthers())
})
here.addEventListener('push', (event) => event.waitUntil(news.pushed()))
here.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(news.pressed())
})
here.addEventListener('pushsubscriptionchange', (event) =>
  event.waitUntil(
    renewPush({
      fetch: (path, init) => fetch(path, init),
      subscribe: (options) => here.registration.pushManager.subscribe(options),
    }),
  ),
)
here.addEventListener('message', (event) => {
  const asked = readToShell(event.data)
  if (asked?.kind === 'which') event.ports[0]?.postMessage(version)
  if (asked?.kind === 'take-over') event.waitUntil(takeOver(asked.onlyIfAlone))
})

async function takeOver(onlyIfAlone: boolean): Promise<void> {
  if (!onlyIfAlone || (await isAlone())) await here.skipWaiting()
}

/** Other versions stay as long as another window may be of one of them, perhaps in the middle of a call. */
async function forgetOthers(): Promise<void> {
  const { installing, waiting } = here.registration
  if (!installing && !waiting && (await isAlone())) await shell.forgetOthers()
}
