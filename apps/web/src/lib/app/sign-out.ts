import type { Code, Result } from '@visavis/wire'
import type { Api } from '../account/api.ts'
import type { Session } from '../account/session.ts'
import type { Background } from '../background/background.ts'
import type { Notifications } from '../notifications/notifications-model.ts'
import type { Binding } from './binding.ts'

/** What the server says when the device, or the session that went with it, is gone already. */
const GONE: ReadonlySet<Code> = new Set(['NOT_FOUND', 'AUTH_REQUIRED', 'AUTH_EXPIRED'])

/**
 * Ends the session of this browser for good: takes its device out of the account, forgets its messages, signs out. Nothing
 * is forgotten before the server has agreed, so that a cut on the way leaves a person who can try again.
 */
export async function signOut(deps: {
  readonly api: Api
  readonly session: Pick<Session, 'signOut'>
  readonly binding: Pick<Binding, 'deviceId' | 'hangUp' | 'wipe'>
  readonly background: Pick<Background, 'forget'>
  readonly notifications: Pick<Notifications, 'forget'>
}): Promise<Result<unknown>> {
  const { api, session, binding, background, notifications } = deps
  const deviceId = binding.deviceId()
  // Revoking a device ends its sessions, this one too: the socket must not take that for a session that ran out.
  const resume = binding.hangUp()
  if (deviceId) {
    const revoked = await api.call('revokeDevice', { params: { deviceId } })
    if (!revoked.ok && !GONE.has(revoked.code)) {
      resume()
      return revoked
    }
  }
  // A browser that refuses storage has kept nothing.
  await binding.wipe().catch(() => undefined)
  await background.forget().catch(() => undefined)
  await notifications.forget()
  return session.signOut()
}
