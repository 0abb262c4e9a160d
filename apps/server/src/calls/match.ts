import type { AccountId, Boundaries, DeviceId, LegId, MatchFound, Mode, TicketId } from '@visavis/wire'
import type { CallRecord } from './store.ts'

/** What one person brings into a call. */
export type Caller = {
  readonly accountId: AccountId
  readonly deviceId: DeviceId
  readonly ticketId: TicketId
  readonly mode: Mode
  readonly languages: readonly string[]
  readonly interests: readonly string[]
  readonly boundaries: Boundaries
  readonly keyPackage: Uint8Array<ArrayBuffer>
  readonly fingerprint: Uint8Array<ArrayBuffer> | undefined
  readonly legId: LegId | undefined
}

export function transportOf(record: CallRecord): MatchFound['transport'] {
  if (record.mode === 'text') return 'none'
  return record.a.legId && record.b.legId ? 'splice' : 'turn'
}

export type Meeting = {
  readonly record: CallRecord
  readonly self: Caller
  readonly partner: Caller
  readonly partnerPseudonym: string
  readonly isCreator: boolean
  /** Sealed: see `CallReceipts`. */
  readonly receipt: Uint8Array<ArrayBuffer>
}

/**
 * What one side is told of the other: the pseudonym of this call, what the two have in common, the other's boundaries,
 * and what the set-up needs. Nothing in it leads to the account, and nothing but the sealed receipt outlives the
 * call.
 */
export function describeMatch({ record, self, partner, partnerPseudonym, isCreator, receipt }: Meeting): MatchFound {
  return {
    callId: record.callId,
    ticketId: self.ticketId,
    mode: record.mode,
    role: isCreator ? 'creator' : 'joiner',
    partner: {
      pseudonym: partnerPseudonym,
      languages: partner.languages.filter((language) => self.languages.includes(language)),
      interests: partner.interests.filter((interest) => self.interests.includes(interest)),
      boundaries: partner.boundaries,
    },
    keyPackage: isCreator ? partner.keyPackage : undefined,
    transport: transportOf(record),
    // Either may begin the handshake (RFC 5763 section 5); the creator does, so that it is one side of the two.
    dtls: record.mode === 'text' ? undefined : isCreator ? 'active' : 'passive',
    fingerprint: record.mode === 'text' ? undefined : partner.fingerprint,
    startedAtMs: record.startedAtMs,
    receipt,
  }
}
