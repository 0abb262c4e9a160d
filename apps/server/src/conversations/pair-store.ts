import assert from 'node:assert/strict'
import type { AccountId, ConversationId } from '@visavis/wire'
import { changeChannel, openChannel, readChannels } from '../mailbox/index.ts'
import { addMembers, type Db } from './tables.ts'

export type NewPair = {
  readonly conversationId: ConversationId
  readonly accounts: readonly [AccountId, AccountId]
  readonly state: 'open' | 'request'
  readonly requestedBy: AccountId | undefined
  readonly nowMs: number
}
/** Within the caller's transaction: the one conversation of two people, which may have been there before. */
export async function openPair(
  txn: Db,
  { conversationId, accounts, state, requestedBy, nowMs }: NewPair,
): Promise<ConversationId> {
  const [low, high] = accounts.toSorted()
  assert(low && high && low !== high, 'a pair is of two accounts')
  const made = await txn
    .insertInto('conversations')
    .values({
      conversation_id: conversationId,
      kind: 'pair',
      state,
      requested_by: requestedBy ?? null,
      request_from: 0,
      generation: 0,
      epoch: 0,
      created_at_ms: nowMs,
      pair_low: low,
      pair_high: high,
    })
    .onConflict((conflict) => conflict.columns(['pair_low', 'pair_high']).doNothing())
    .returning('conversation_id')
    .executeTakeFirst()
  if (made) {
    await openChannel(txn, conversationId)
    await addMembers(txn, conversationId, accounts, nowMs)
    return conversationId
  }
  const former = await txn
    .selectFrom('conversations')
    .select('conversation_id')
    .where('pair_low', '=', low)
    .where('pair_high', '=', high)
    .executeTakeFirstOrThrow()
  const id = former.conversation_id as ConversationId
  await changeChannel(txn, id)
  const { position = 0 } = (await readChannels(txn, [id])).get(id) ?? {}
  // Who may write to each other already is not put back to asking.
  const again = txn
    .updateTable('conversations')
    .set({ state, requested_by: requestedBy ?? null, request_from: position })
    .where('conversation_id', '=', id)
  await (state === 'request' ? again.where('state', '<>', 'open') : again).execute()
  return id
}

/** Within the caller's transaction. False: there is no such pair. */
export async function setPairState(txn: Db, id: ConversationId, state: 'open' | 'over'): Promise<boolean> {
  await changeChannel(txn, id)
  const change = txn
    .updateTable('conversations')
    .set({ state, ...(state === 'open' ? { requested_by: null } : {}) })
    .where('conversation_id', '=', id)
    .where('kind', '=', 'pair')
  return (await change.executeTakeFirst()).numUpdatedRows > 0n
}
