import type { AccountId, ConversationId, SuiteKind } from '@visavis/wire'
import type { Generated, Kysely } from 'kysely'
import type { MailboxTables } from '../mailbox/index.ts'
import type { Conversation } from './types.ts'

export type ConversationTables = {
  conversations: {
    conversation_id: string
    kind: SuiteKind
    state: Conversation['state']
    requested_by: string | null
    request_from: number
    generation: number
    epoch: number
    created_at_ms: number
    pair_low: string | null
    pair_high: string | null
  }
  conversation_members: {
    conversation_id: string
    account_id: string
    is_owner: boolean
    joined_at_ms: number
    delivered_position: Generated<number>
  }
  conversation_roster: {
    conversation_id: string
    device_id: string
    account_id: string
    since_epoch: Generated<number>
  }
}

/** The conversations' own tables, and the mailbox through the functions it gives. */
export type Db = Kysely<ConversationTables & MailboxTables>

/** Within the caller's transaction; who is a member already stays as they are. */
export async function addMembers(
  txn: Db,
  conversationId: ConversationId,
  accounts: readonly AccountId[],
  nowMs: number,
  owner?: AccountId,
): Promise<void> {
  if (accounts.length === 0) return
  const rows = accounts.map((account) => ({
    conversation_id: conversationId,
    account_id: account,
    is_owner: account === owner,
    joined_at_ms: nowMs,
  }))
  await txn
    .insertInto('conversation_members')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
