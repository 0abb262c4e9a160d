import type { AccountId, ConversationId, DeviceId } from '@visavis/wire'
import { sql } from 'kysely'
import {
  changeChannel,
  closeChannel,
  insertRows,
  openChannel,
  readChannels,
  type StoredMessage,
} from '../mailbox/index.ts'
import { isDuplicate } from '../storage/index.ts'
import { groupedBy } from './grouped.ts'
import { openPair, setPairState, type NewPair } from './pair-store.ts'
import { addMembers, type Db } from './tables.ts'
import type { Conversation, GroupChange, Member } from './types.ts'

export type NewGroup = {
  readonly conversationId: ConversationId
  readonly owner: AccountId
  readonly members: readonly AccountId[]
  readonly nowMs: number
}
export type MemberChange = {
  readonly add: readonly AccountId[]
  /** Their devices leave the roster too. */
  readonly remove: readonly AccountId[]
  /** Who becomes the owner, when the former one leaves. */
  readonly owner: AccountId | undefined
  readonly nowMs: number
}
export type Delivered = {
  readonly conversationId: ConversationId
  readonly accountId: AccountId
  readonly position: number
}

/**
 * Conversations, their members and their groups. Each change of one moves its version in the mailbox, so that no message
 * that was made ready before is stored after it. All methods reject when the storage is away.
 */
export type ConversationStore = {
  load(conversationId: ConversationId): Promise<Conversation | undefined>
  listOf(accountId: AccountId): Promise<readonly Conversation[]>
  countOf(accountId: AccountId): Promise<number>
  /** The conversation of the two, which may have been there before. */
  openPair(pair: NewPair): Promise<ConversationId>
  /** False: there is no such pair. */
  setPairState(conversationId: ConversationId, state: 'open' | 'over'): Promise<boolean>
  createGroup(group: NewGroup): Promise<void>
  /** False: something else has changed since `version`; nothing was done. Who leaves last takes the conversation along. */
  changeMembers(conversationId: ConversationId, version: number, change: MemberChange): Promise<boolean>
  /** Stores a step and its entries, all or nothing. `known`: it was taken before. `moved`: changed since `version`. */
  step(
    conversationId: ConversationId,
    version: number,
    change: GroupChange,
    rows: readonly StoredMessage[],
  ): Promise<'stored' | 'moved' | 'known'>
  /** Takes devices out of every group; returns the conversations they were in. */
  removeDevices(devices: readonly DeviceId[]): Promise<readonly ConversationId[]>
  /** Never goes back. */
  saveDelivered(delivered: readonly Delivered[]): Promise<void>
}

export function createConversationStore(db: Db): ConversationStore {
  const inTxn = <T>(work: (txn: Db) => Promise<T>) => db.transaction().execute(work)
  return {
    load: async (conversationId) => (await loadAll(db, [conversationId]))[0],
    async listOf(accountId) {
      const mine = db.selectFrom('conversation_members').select('conversation_id').where('account_id', '=', accountId)
      const rows = await mine.execute()
      return loadAll(
        db,
        rows.map((row) => row.conversation_id as ConversationId),
      )
    },
    async countOf(accountId) {
      const mine = db.selectFrom('conversation_members').where('account_id', '=', accountId)
      const { count } = await mine.select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
      return count
    },
    openPair: (pair) => inTxn((txn) => openPair(txn, pair)),
    setPairState: (conversationId, state) => inTxn((txn) => setPairState(txn, conversationId, state)),
    createGroup: (group) => inTxn((txn) => createGroup(txn, group)),
    changeMembers: (conversationId, version, change) =>
      inTxn((txn) => changeMembers(txn, conversationId, version, change)),
    async step(conversationId, version, change, rows) {
      try {
        return await inTxn((txn) => step(txn, conversationId, version, change, rows))
      } catch (error) {
        if (isDuplicate(error, 'mailbox_message')) return 'known'
        throw error
      }
    },
    removeDevices: (devices) =>
      devices.length === 0 ? Promise.resolve([]) : inTxn((txn) => removeDevices(txn, devices)),
    saveDelivered: (delivered) => saveDelivered(db, delivered),
  }
}

async function loadAll(db: Db, ids: readonly ConversationId[]): Promise<readonly Conversation[]> {
  if (ids.length === 0) return []
  // The version first: what is read after it may be newer, and is then found out when a message is stored.
  const channels = await readChannels(db, ids)
  const rows = await db
    .selectFrom('conversations')
    .selectAll()
    .where('conversation_id', 'in', [...ids])
    .execute()
  const members = await db
    .selectFrom('conversation_members')
    .selectAll()
    .where('conversation_id', 'in', [...ids])
    .orderBy('joined_at_ms')
    .orderBy('account_id')
    .execute()
  const roster = await db
    .selectFrom('conversation_roster')
    .selectAll()
    .where('conversation_id', 'in', [...ids])
    .execute()
  const membersOf = groupedBy(members, (member) => member.conversation_id)
  const rosterOf = groupedBy(roster, (device) => device.conversation_id)
  return rows.flatMap((row) => {
    const conversationId = row.conversation_id as ConversationId
    const channel = channels.get(conversationId)
    if (!channel) return []
    const people = (membersOf.get(conversationId) ?? []).map((member): [AccountId, Member] => [
      member.account_id as AccountId,
      { isOwner: member.is_owner, joinedAtMs: member.joined_at_ms, deliveredPosition: member.delivered_position },
    ])
    const devices = (rosterOf.get(conversationId) ?? []).map((device): [DeviceId, AccountId] => [
      device.device_id as DeviceId,
      device.account_id as AccountId,
    ])
    const late = (rosterOf.get(conversationId) ?? []).flatMap((device): [DeviceId, number][] =>
      device.since_epoch > 0 ? [[device.device_id as DeviceId, device.since_epoch]] : [],
    )
    return [
      {
        conversationId,
        kind: row.kind,
        state: row.state,
        requestedBy: (row.requested_by as AccountId | null) ?? undefined,
        requestFrom: row.request_from,
        generation: row.generation,
        epoch: row.epoch,
        createdAtMs: row.created_at_ms,
        members: new Map(people),
        roster: new Map(devices),
        latecomers: new Map(late),
        position: channel.position,
        version: channel.version,
      },
    ]
  })
}

async function createGroup(txn: Db, { conversationId, owner, members, nowMs }: NewGroup): Promise<void> {
  await txn
    .insertInto('conversations')
    .values({
      conversation_id: conversationId,
      kind: 'group',
      state: 'open',
      requested_by: null,
      request_from: 0,
      generation: 0,
      epoch: 0,
      created_at_ms: nowMs,
      pair_low: null,
      pair_high: null,
    })
    .execute()
  await openChannel(txn, conversationId)
  await addMembers(txn, conversationId, [owner, ...members], nowMs, owner)
}

async function changeMembers(txn: Db, id: ConversationId, version: number, change: MemberChange): Promise<boolean> {
  if (!(await changeChannel(txn, id, version))) return false
  const { add, remove, owner, nowMs } = change
  if (remove.length > 0) {
    for (const table of ['conversation_members', 'conversation_roster'] as const) {
      const leaving = txn.deleteFrom(table).where('conversation_id', '=', id)
      await leaving.where('account_id', 'in', [...remove]).execute()
    }
  }
  await addMembers(txn, id, add, nowMs)
  if (owner) {
    const next = txn.updateTable('conversation_members').set({ is_owner: true }).where('conversation_id', '=', id)
    await next.where('account_id', '=', owner).execute()
  }
  const left = txn.selectFrom('conversation_members').select('account_id').where('conversation_id', '=', id)
  if (!(await left.executeTakeFirst())) {
    await txn.deleteFrom('conversations').where('conversation_id', '=', id).execute()
    await closeChannel(txn, id)
  }
  return true
}

async function step(
  txn: Db,
  id: ConversationId,
  version: number,
  { generation, epoch, isStart, adds, removes }: GroupChange,
  rows: readonly StoredMessage[],
): Promise<'stored' | 'moved'> {
  if (!(await changeChannel(txn, id, version))) return 'moved'
  await txn.updateTable('conversations').set({ generation, epoch }).where('conversation_id', '=', id).execute()
  const roster = txn.deleteFrom('conversation_roster').where('conversation_id', '=', id)
  if (isStart) await roster.execute()
  else if (removes.length > 0) await roster.where('device_id', 'in', [...removes]).execute()
  if (adds.size > 0) {
    const devices = [...adds].map(([device, account]) => ({
      conversation_id: id,
      device_id: device,
      account_id: account,
      since_epoch: isStart ? 0 : epoch,
    }))
    await txn.insertInto('conversation_roster').values(devices).execute()
  }
  await insertRows(txn, rows)
  return 'stored'
}

async function removeDevices(txn: Db, devices: readonly DeviceId[]): Promise<readonly ConversationId[]> {
  const rows = await txn
    .deleteFrom('conversation_roster')
    .where('device_id', 'in', [...devices])
    .returning('conversation_id')
    .execute()
  const ids = [...new Set(rows.map((row) => row.conversation_id as ConversationId))].toSorted()
  for (const id of ids) await changeChannel(txn, id)
  return ids
}

async function saveDelivered(db: Db, delivered: readonly Delivered[]): Promise<void> {
  if (delivered.length === 0) return
  const list = (values: readonly (string | number)[]) => `{${values.join(',')}}`
  await sql`update conversation_members set delivered_position = p
      from unnest(
        ${list(delivered.map((each) => each.conversationId))}::uuid[],
        ${list(delivered.map((each) => each.accountId))}::uuid[],
        ${list(delivered.map((each) => each.position))}::bigint[]
      ) as given (c, a, p)
      where conversation_id = c and account_id = a and delivered_position < p`.execute(db)
}
