import { toB64 } from '@visavis/wire'
import { NEWS_TAG } from '../shell/push-news.ts'
import type { PushDoor } from './notifications-model.ts'

type BrowserPushDeps = {
  readonly container: ServiceWorkerContainer | undefined
  readonly notification: Pick<typeof Notification, 'permission' | 'requestPermission'> | undefined
  readonly permissions: Pick<Permissions, 'query'> | undefined
  readonly hasPushManager: boolean
  /** The app's own service worker, installed if it is not yet. */
  readonly registration: () => Promise<ServiceWorkerRegistration>
}

/** Pushes of this browser; undefined where it has none. */
export function createBrowserPush(deps: BrowserPushDeps): PushDoor | undefined {
  const { container, notification, permissions, registration } = deps
  if (!container || !notification || !deps.hasPushManager) return undefined

  /** Without installing one: what is not there has no subscription. */
  const present = async () => container.getRegistration('/')
  const subscription = async () => (await (await present())?.pushManager.getSubscription()) ?? undefined

  return {
    permission: () => notification.permission,
    ask: () => notification.requestPermission(),
    onPermission(listener) {
      let status: PermissionStatus | undefined
      let isOver = false
      permissions?.query({ name: 'notifications' }).then(
        (found) => {
          if (isOver) return
          status = found
          found.addEventListener('change', listener)
        },
        () => undefined, // A browser that cannot tell: it is seen the next time the settings are opened.
      )
      return () => {
        isOver = true
        status?.removeEventListener('change', listener)
      }
    },
    async current() {
      const found = await subscription()
      const key = found?.options.applicationServerKey
      return found && { endpoint: found.endpoint, publicKey: key ? toB64(new Uint8Array(key)) : '' }
    },
    async subscribe(publicKey) {
      await (await subscription())?.unsubscribe()
      const { pushManager } = await registration()
      // The browser insists on a notification for each push; there is one for each, and it says always the same.
      return (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey })).endpoint
    },
    unsubscribe: async () => void (await (await subscription())?.unsubscribe()),
    async clear() {
      const shown = (await (await present())?.getNotifications({ tag: NEWS_TAG })) ?? []
      for (const each of shown) each.close()
    },
  }
}
