import type { CDPSession, Page, Worker } from '@playwright/test'

/**
 * What a test can do with pushes where there is no way to a push service: the browser's own subscription is played, because
 * Chromium asks Google for one, and a push is handed to the service worker by the debugger, as the browser would.
 */

/** Before the page is loaded: subscriptions of this browser are at `endpoint`, and `window.pushCalls` tells what was asked. */
export async function playPushManager(page: Page, endpoint: string): Promise<void> {
  await page.addInitScript((address) => {
    const KEY = 'played-subscription'
    const calls: string[] = []
    Object.assign(window, { pushCalls: calls })
    const subscription = (key: string) => ({
      endpoint: address,
      options: {
        applicationServerKey: Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
          c.charCodeAt(0),
        ).buffer,
      },
      unsubscribe: async () => {
        calls.push('unsubscribe')
        sessionStorage.removeItem(KEY)
        return true
      },
    })
    Object.assign(PushManager.prototype, {
      subscribe: async (options: PushSubscriptionOptionsInit) => {
        calls.push(`subscribe ${JSON.stringify(options)}`)
        sessionStorage.setItem(KEY, options.applicationServerKey as string)
        return subscription(options.applicationServerKey as string)
      },
      getSubscription: async () => {
        const key = sessionStorage.getItem(KEY)
        return key === null ? null : subscription(key)
      },
    })
  }, endpoint)
}

export const pushCalls = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => (window as unknown as { pushCalls: string[] }).pushCalls)

/** The page's service worker, at work. */
export async function serviceWorkerOf(page: Page): Promise<Worker> {
  await page.evaluate(() => navigator.serviceWorker.ready)
  const found = page.context().serviceWorkers()[0]
  return found ?? page.context().waitForEvent('serviceworker')
}

/** Hands a push without content to the service worker of this origin. */
export async function deliverPush(page: Page, origin: string): Promise<void> {
  const debuggerOf: CDPSession = await page.context().newCDPSession(page)
  type Registrations = { registrations: { registrationId: string; scopeURL: string }[] }
  const listed = new Promise<string>((resolve) => {
    debuggerOf.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }: Registrations) => {
      const own = registrations.find(({ scopeURL }) => scopeURL.startsWith(origin))
      if (own) resolve(own.registrationId)
    })
  })
  await debuggerOf.send('ServiceWorker.enable')
  await debuggerOf.send('ServiceWorker.deliverPushMessage', { origin, registrationId: await listed, data: '' })
  await debuggerOf.detach()
}

/** All that is shown of notifications: everything about each that a person, or another program, could read. */
export function shownNotifications(
  worker: Worker,
): Promise<readonly { title: string; body: string; tag: string; data: unknown }[]> {
  return worker.evaluate(async () => {
    const { registration } = globalThis as unknown as { registration: ServiceWorkerRegistration }
    return (await registration.getNotifications()).map(({ title, body, tag, data }) => ({
      title,
      body,
      tag,
      data: data as unknown,
    }))
  })
}
