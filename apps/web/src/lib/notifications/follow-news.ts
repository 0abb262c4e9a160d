import type { App } from '../app/app.ts'
import { CHATS_PATH, OPEN_CHATS } from '../shell/push-news.ts'

/** Where nobody is taken away from by a press on a notification: somebody else is there. */
const CALL_PATH = '/call'

/**
 * While somebody is signed in: a press on the notification leads to the chats, what is shown goes once the app is looked at,
 * and who was remembered while there was no network is asked for again. Gives the way out.
 */
export function followNews(app: Pick<App, 'notifications' | 'platform' | 'session'>, go: (path: string) => void) {
  const { serviceWorkers, onlineEvents } = app.platform
  const pressed = ({ data }: MessageEvent<unknown>) => {
    if (data === OPEN_CHATS && location.pathname !== CALL_PATH && location.pathname !== CHATS_PATH) go(CHATS_PATH)
  }
  const looked = () => {
    if (document.visibilityState === 'visible') app.notifications.seen()
  }
  serviceWorkers?.addEventListener('message', pressed)
  serviceWorkers?.startMessages()
  document.addEventListener('visibilitychange', looked)
  looked()
  const leave = onlineEvents.subscribe((isOnline) => void (isOnline && app.session.load()))
  return () => {
    serviceWorkers?.removeEventListener('message', pressed)
    document.removeEventListener('visibilitychange', looked)
    leave()
  }
}
