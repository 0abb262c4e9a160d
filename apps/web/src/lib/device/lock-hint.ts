import type { DeviceStorage } from '../app/storage.ts'
import type { MessengerState } from '../messenger/types.ts'

const KEY = 'visavis.locked'

export type LockHint = {
  /** Whether a passphrase may stand before the messages of this browser, as far as is known before they are opened. */
  isSet(): boolean
  /** Follows the messenger; true as soon as `state` says whether it is locked. */
  learn(state: Pick<MessengerState, 'phase' | 'hasLock'>): boolean
}

/**
 * Remembers, outside of what is sealed, that the app lock is on, so that a page that is opened shows nothing and asks for
 * no camera before the lock has had its say. It names nobody and protects nothing: whoever deletes it sees an empty page
 * for a moment less, and the passphrase is asked for all the same.
 */
export function createLockHint(storage: DeviceStorage): LockHint {
  function keep(isLock: boolean): void {
    if (isLock) storage.write(KEY, '1')
    else storage.remove(KEY)
  }
  return {
    isSet: () => storage.read(KEY) !== undefined,
    learn: ({ phase, hasLock }) => {
      if (phase.kind === 'locked') keep(true)
      if (phase.kind === 'ready') keep(hasLock === true)
      // A device that holds nothing has nothing to lock.
      if (phase.kind === 'unlinked') keep(false)
      return phase.kind !== 'off' && phase.kind !== 'opening'
    },
  }
}
