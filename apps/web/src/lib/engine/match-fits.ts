import type { MatchFound, Mode } from '@visavis/wire'

const DTLS_ROLES = { creator: 'active', joiner: 'passive' } as const

/**
 * Whether a match is of the mode that was asked for and has all that its identity check needs. Who makes the MLS group also
 * begins the DTLS handshake: on that rests that nobody sends before both have checked each other (e2ee SPEC, ER18).
 */
export function fits(match: MatchFound, mode: Mode): boolean {
  if (match.mode !== mode || (match.role === 'creator') !== (match.keyPackage !== undefined)) return false
  if (mode === 'text') return match.transport === 'none' && match.fingerprint === undefined
  return match.transport !== 'none' && match.fingerprint !== undefined && match.dtls === DTLS_ROLES[match.role]
}
