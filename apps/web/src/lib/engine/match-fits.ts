import type { MatchFound, Mode } from '@visavis/wire'

/** Whether a match is of the mode that was asked for and has all that its identity check needs. */
export function fits(match: MatchFound, mode: Mode): boolean {
  if (match.mode !== mode || (match.role === 'creator') !== (match.keyPackage !== undefined)) return false
  if (mode === 'text') return match.transport === 'none' && match.fingerprint === undefined
  return match.transport !== 'none' && match.fingerprint !== undefined && match.dtls !== undefined
}
