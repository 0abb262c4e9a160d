import type { ConversationId } from '@visavis/wire'
import type { Kysely } from 'kysely'
import type { MailboxTables } from './store.ts'

export type Channel = { readonly position: number; readonly version: number }

/** Within the caller's transaction: the conversation begins at position 0. */
export async function openChannel(db: Kysely<MailboxTables>, channel: ConversationId): Promise<void> {
  await db.insertInto('mailbox_channels').values({ channel_id: channel, position: 0, version: 0 }).execute()
}

/**
 * Within the caller's transaction: something about the conversation changes. Messages that were made ready before are
 * not stored after it; with `version`, nor is this change when another came first (then false). Keeps others waiting
 * until the transaction ends.
 */
export async function changeChannel(
  db: Kysely<MailboxTables>,
  channel: ConversationId,
  version?: number,
): Promise<boolean> {
  const change = db
    .updateTable('mailbox_channels')
    .set((column) => ({ version: column('version', '+', 1) }))
    .where('channel_id', '=', channel)
  const { numUpdatedRows } = await (
    version === undefined ? change : change.where('version', '=', version)
  ).executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function closeChannel(db: Kysely<MailboxTables>, channel: ConversationId): Promise<void> {
  await db.deleteFrom('mailbox_channels').where('channel_id', '=', channel).execute()
}

export async function readChannels(
  db: Kysely<MailboxTables>,
  channels: readonly ConversationId[],
): Promise<ReadonlyMap<ConversationId, Channel>> {
  if (channels.length === 0) return new Map()
  const rows = await db
    .selectFrom('mailbox_channels')
    .selectAll()
    .where('channel_id', 'in', [...channels])
    .execute()
  return new Map(
    rows.map((row) => [row.channel_id as ConversationId, { position: row.position, version: row.version }]),
  )
}
