import type { MatchContent, MatchSession, OpenedContent } from '@visavis/e2ee'
import type { CallId } from '@visavis/wire'
import type { E2ee } from './ports.ts'

const NONCE_BYTES = 32

/**
 * The round that gives both people of a call the same short code [M14]: the creator commits with its identity, the
 * joiner answers with its nonce, the creator reveals. Each step once; a partner that plays it wrongly gets no code, and
 * the call goes on. Calls of one round run one after the other (the secure channel queues them). See e2ee SPEC, EC1 to EC3.
 */
export type CodeRound = {
  /** What the creator's identity carries; undefined for the joiner. */
  commitment(): Promise<Uint8Array | undefined>
  /** The partner's identity was checked: from here on its certificate is settled. */
  partnerChecked(identity: Extract<OpenedContent, { kind: 'identity' }>, session: MatchSession): void
  /** True when the content belonged to the round. */
  heard(content: OpenedContent): Promise<boolean>
}

export function createCodeRound(deps: {
  readonly e2ee: Pick<E2ee, 'callCode' | 'commitToNonce' | 'isCommittedNonce'>
  readonly callId: CallId
  readonly role: 'creator' | 'joiner'
  readonly ownFingerprint: Uint8Array
  readonly randomBytes: (count: number) => Uint8Array
  readonly say: (content: MatchContent) => void
  readonly made: (code: readonly number[]) => void
}): CodeRound {
  const { callId, e2ee, role } = deps
  const ownNonce = deps.randomBytes(NONCE_BYTES)
  let partner: { fingerprint: Uint8Array; commitment: Uint8Array | undefined; session: MatchSession } | undefined
  let isOver = false

  async function finish(partnerNonce: Uint8Array): Promise<void> {
    if (!partner) return
    const isCreator = role === 'creator'
    const code = await e2ee.callCode(partner.session, {
      callId,
      creatorFingerprint: isCreator ? deps.ownFingerprint : partner.fingerprint,
      joinerFingerprint: isCreator ? partner.fingerprint : deps.ownFingerprint,
      creatorNonce: isCreator ? ownNonce : partnerNonce,
      joinerNonce: isCreator ? partnerNonce : ownNonce,
    })
    deps.made(code)
  }

  return {
    commitment: async () => (role === 'creator' ? e2ee.commitToNonce(callId, ownNonce) : undefined),
    partnerChecked(identity, session) {
      if (partner) return
      partner = { fingerprint: identity.fingerprint, commitment: identity.nonceCommitment, session }
      // Not before the commitment is here: a server that knew this nonce first could grind its own.
      if (role === 'joiner' && partner.commitment) deps.say({ kind: 'code-nonce', nonce: ownNonce })
    },
    async heard(content) {
      if (content.kind !== 'code-nonce' && content.kind !== 'code-reveal') return false
      const isDue = content.kind === (role === 'creator' ? 'code-nonce' : 'code-reveal')
      if (!partner || isOver || !isDue) return true
      isOver = true
      if (role === 'creator') {
        deps.say({ kind: 'code-reveal', nonce: ownNonce })
        await finish(content.nonce)
      } else if (partner.commitment && (await e2ee.isCommittedNonce(callId, content.nonce, partner.commitment))) {
        await finish(content.nonce)
      }
      return true
    },
  }
}
