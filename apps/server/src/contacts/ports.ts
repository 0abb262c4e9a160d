import type { AccountId, ConversationId } from '@visavis/wire'

/** What contacts need of conversations: the one conversation that two people have with each other. */
export type PairConversations = {
  /** The conversation of the two, made if there is none, in this state. The same for both orders and however often. */
  openPair(a: AccountId, b: AccountId, state: 'open' | 'request', requestedBy?: AccountId): Promise<ConversationId>
  setPairState(conversationId: ConversationId, state: 'open' | 'over'): Promise<void>
}
