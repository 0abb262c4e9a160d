import type { Group } from '@visavis/e2ee'
import type { AccountId, ConversationId } from '@visavis/wire'
import type { Change } from '../../vault/types.ts'
import type { ChainsRecord, ConversationRecord, GroupRecord, OutboxRecord, ServerConversation } from '../core-types.ts'
import { conversationRecord } from '../stored-records.ts'
import { createSerial, type Serial } from './serial.ts'

/**
 * A step of the group that was or will be asked of the server and is not answered yet. Stored before it is sent, on the
 * shelf `groups` under [conversationId, generation, 'pending']: a tab that dies asks again for the very same step and
 * gets the same answer (wire SPEC WV3), so that it never lacks the state behind a commit of its own.
 */
export type PendingStep = {
  readonly generation: number
  /** The epoch it was made in; 0 starts the generation. */
  readonly epoch: number
  readonly messageId: string
  readonly commit?: Uint8Array
  readonly welcome?: Uint8Array
  readonly adds: readonly string[]
  readonly removes: readonly string[]
  /** What becomes true once the server has taken it. */
  readonly next: { readonly state: Uint8Array; readonly epoch: number; readonly devices: readonly string[] }
}

export type HeldGroup = {
  record: GroupRecord
  /** Restored when it is needed for the first time. */
  group: Group | undefined
}

/**
 * One conversation in memory. `record` and `outbox` are changed at once and written after; group states are changed only
 * inside `lane`, and only once their write is through.
 */
export type Conversation = {
  readonly id: ConversationId
  readonly lane: Serial
  record: ConversationRecord
  /** By generation. */
  readonly groups: Map<number, HeldGroup>
  chains: ChainsRecord
  pending: PendingStep | undefined
  /** The pending step as it was made; undefined after a restart, when the stored state is restored instead. */
  prepared: { apply(): Group; drop(): void } | undefined
  /** In order. */
  outbox: readonly OutboxRecord[]
  /** The highest order that is taken by a record which a later app has to read. */
  orderTaken: number
  /** Devices that may not be in the group, and until when they are left alone. */
  readonly skipped: Map<string, number>
  /** Count of the list that was asked for last, and what it must be for the list to know of the latest group state. */
  listNumber: number
  listNumberWanted: number
}

export function createConversation(record: ConversationRecord): Conversation {
  return {
    id: record.server.conversationId,
    lane: createSerial(),
    record,
    groups: new Map(),
    chains: { isFromStart: false, own: undefined, of: {} },
    pending: undefined,
    prepared: undefined,
    outbox: [],
    orderTaken: 0,
    skipped: new Map(),
    listNumber: 0,
    listNumberWanted: 0,
  }
}

export function newRecord(server: ServerConversation): ConversationRecord {
  return {
    server,
    lastPosition: 0,
    readPosition: 0,
    readSent: 0,
    readBy: {},
    deliveredTo: deliveredOf(server, {}),
    title: '',
    timerSeconds: 0,
    isMuted: false,
    filesFreeUpTo: 0,
  }
}

/** Marks only ever grow, whoever tells them. */
export function deliveredOf(
  server: ServerConversation,
  known: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const delivered = { ...known }
  for (const { accountId, deliveredPosition } of server.members)
    delivered[accountId] = Math.max(delivered[accountId] ?? 0, deliveredPosition)
  return delivered
}

/** Changes the record in memory and says what to write. */
export function changeRecord(conversation: Conversation, change: Partial<ConversationRecord>): Change {
  conversation.record = { ...conversation.record, ...change }
  return { shelf: 'conversations', key: [conversation.id], value: conversationRecord.write(conversation.record) }
}

/** The group of the latest generation on this device. */
export function presentGroup(conversation: Conversation): { generation: number; held: HeldGroup } | undefined {
  const generation = Math.max(0, ...conversation.groups.keys())
  const held = conversation.groups.get(generation)
  return held && { generation, held }
}

/** Every device that the members have now, by device id. */
export function devicesOf(server: ServerConversation): ReadonlyMap<string, AccountId> {
  return new Map(
    server.members.flatMap(({ accountId, devices }) => devices.map(({ deviceId }) => [deviceId, accountId] as const)),
  )
}
