import type { TrustSteps } from '@visavis/policy'
import type { AccountId, ConversationId, Result } from '@visavis/wire'

/** What the two people of a pair have said about sharing files [M18]. */
export type Sharing = {
  readonly mine: boolean
  readonly theirs: boolean
  /** An own word is on its way. */
  readonly isTelling: boolean
  /** The other's question was put aside. */
  readonly isAside: boolean
  /** Since when they are contacts, by the server's clock. */
  readonly knownSinceMs?: number
}

/** What a received message may do: see the policy's trust steps. */
export type Reach = Pick<TrustSteps, 'links' | 'files'>

/** What may be asked of the messenger about steps of trust. */
export type StepWishes = {
  /** Agrees to share files with the other of a pair, or takes it back. */
  setSharing(conversationId: ConversationId, on: boolean): Promise<Result<true>>
  /** The other's question is not put again; they learn nothing of it. */
  putSharingAside(conversationId: ConversationId): Promise<void>
  /** Shows files and links of a member of this group. */
  showMember(conversationId: ConversationId, accountId: AccountId): Promise<void>
}
