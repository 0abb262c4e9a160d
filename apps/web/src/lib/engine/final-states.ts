import type { Code } from '@visavis/wire'
import type { ConnectionState } from './types.ts'

/** The states that trying again cannot mend; undefined for a cut that it can. */
export function finalState(
  code: Code,
): Extract<ConnectionState, { kind: 'replaced' | 'expired' | 'refused' }> | undefined {
  if (code === 'SESSION_REPLACED') return { kind: 'replaced', code }
  if (code === 'AUTH_REQUIRED' || code === 'AUTH_EXPIRED') return { kind: 'expired', code }
  if (code === 'AUTH_ORIGIN' || code === 'WIRE_VERSION' || code === 'ACCOUNT_SANCTIONED')
    return { kind: 'refused', code }
  return undefined
}
