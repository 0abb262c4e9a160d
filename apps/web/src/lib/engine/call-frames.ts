import type { MatchIdentity } from '@visavis/e2ee'
import type { ClientFrameBody, ServerFrame, TicketId } from '@visavis/wire'
import type { CallEvent } from './call-machine-states.ts'
import type { ReadyPath } from './media-manager.ts'
import type { SeekWish } from './types.ts'

/** What a frame means for the call machine; undefined for those that go to the managers of an open call. */
export function callEventOf({ name, body }: ServerFrame): CallEvent | undefined {
  if (name === 'match.found') return { kind: 'found', found: body }
  if (name === 'match.waiting') {
    const { ticketId, waitedMs, boundMs, company } = body
    return { kind: 'waiting', ticketId, word: { waitedMs, boundMs, company } }
  }
  if (name === 'call.ended') return { kind: 'peerEnded', callId: body.callId, reason: body.reason }
  if (name !== 'call.peer') return undefined
  return { kind: 'peer', callId: body.callId, presence: body.state === 'away' ? 'away' : 'here' }
}

/** A wish as `match.seek`: with the key to be met under and, unless it is text alone, the path to be met on. */
export function seekBody(
  ticketId: TicketId,
  wish: SeekWish,
  identity: MatchIdentity,
  path: ReadyPath | undefined,
): ClientFrameBody<'match.seek'> {
  const { mode, company, boundaries } = wish
  return {
    ticketId,
    mode,
    company,
    boundaries,
    languages: [...wish.languages],
    interests: [...wish.interests],
    wish: [...wish.wish],
    keyPackage: identity.keyPackage.slice(),
    fingerprint: path?.ready.fingerprint.slice(),
    legId: path?.legId,
  }
}
