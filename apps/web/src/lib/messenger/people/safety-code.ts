import type * as E2ee from '@visavis/e2ee'
import { fail, ok, toB64, type AccountId, type Result } from '@visavis/wire'
import type { SafetyCode } from '../types.ts'
import type { Directory } from './directory.ts'
import type { Identity } from './identity.ts'

/** Safety codes of contacts [K10]: over the key the server names now, which is the one that messages go to. */
export type SafetyCodes = {
  /** Errors: NOT_FOUND for an account whose key was never seen. */
  readonly of: (accountId: AccountId) => Promise<Result<SafetyCode>>
  /**
   * The person says the codes are the same, or scanned the other's. Errors: DEVICE_OTHER_KEY when a scanned code is another
   * one, or when the key has changed since the digits were shown; WIRE_INVALID for what is no code.
   */
  readonly markVerified: (accountId: AccountId, qr: string | undefined) => Promise<Result<true>>
}

export function createSafetyCodes(deps: {
  readonly e2ee: Pick<typeof E2ee, 'safetyCode' | 'readSafetyQr'>
  readonly identity: Identity
  readonly directory: Directory
}): SafetyCodes {
  const { directory, e2ee, identity } = deps
  const mine = { accountId: identity.device.accountId, accountKey: identity.device.accountKey }
  /** The key behind the digits that were shown last: what a person says of digits is said of this key. */
  const shown = new Map<AccountId, string>()

  function theirs(accountId: AccountId): E2ee.SafetyIdentity | undefined {
    const known = directory.known(accountId)
    const accountKey = known?.present ?? known?.pinned
    // Forgotten, and not listed since: there is no key to compare.
    return accountKey && accountKey.byteLength > 0 ? { accountId, accountKey } : undefined
  }

  return {
    async of(accountId) {
      const other = theirs(accountId)
      if (!other) return fail('NOT_FOUND')
      const { digits, qr } = await e2ee.safetyCode(mine, other)
      shown.set(accountId, toB64(other.accountKey))
      return ok({ digits, qr, trust: directory.trustOf(accountId) })
    },
    async markVerified(accountId, qr) {
      const other = theirs(accountId)
      if (!other) return fail('NOT_FOUND')
      if (qr !== undefined) {
        const outcome = await e2ee.readSafetyQr(qr, mine, other)
        if (outcome === 'unreadable') return fail('WIRE_INVALID')
        if (outcome === 'different') return fail('DEVICE_OTHER_KEY')
      } else if (shown.get(accountId) !== toB64(other.accountKey)) return fail('DEVICE_OTHER_KEY')
      await directory.verify(accountId)
      return ok(true)
    },
  }
}
