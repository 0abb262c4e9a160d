import type { MessageContent } from '@visavis/e2ee'
import { createSeededRandom } from '@visavis/testkit'
import { ok, toB64, type AccountId, type Code, type ConversationId, type DeviceId, type MessageId } from '@visavis/wire'
import type { Vault, VaultValue } from '../../../vault/types.ts'
import type { ConversationRecord, Core, CoreEvent, MessageRecord, OutboxRecord } from '../../core-types.ts'

/** The core as a fake for tests of what stands on it: one conversation, whose records the test writes by hand. */
export const random = createSeededRandom(7)
export const ALICE = random.uuid() as AccountId
export const BOB = random.uuid() as AccountId
export const CONVERSATION = random.uuid() as ConversationId
export const ALICES_DEVICE = random.uuid() as DeviceId
export const BOBS_DEVICE = random.uuid() as DeviceId
export const keyOf = (fill: number) => new Uint8Array(32).fill(fill)

export type FakeCore = Core & {
  /** Stores a message of the conversation and tells of it, as the core does with a delivery. */
  readonly receive: (content: MessageContent | undefined, from?: Partial<MessageRecord>) => Promise<MessageRecord>
  readonly change: (change: Partial<ConversationRecord>) => void
  /** What was put into the outbox, in order. */
  readonly sent: readonly { readonly content: MessageContent; readonly held: boolean }[]
  readonly emit: (event: CoreEvent) => void
  /** The server refuses for good what waits. */
  readonly refuse: (code: Code) => void
}

export function createFakeCore(vault: Vault, nowMs: () => number): FakeCore {
  const listeners = new Set<(event: CoreEvent) => void>()
  const sent: { content: MessageContent; held: boolean }[] = []
  let outbox: OutboxRecord[] = []
  let record: ConversationRecord = {
    server: {
      conversationId: CONVERSATION,
      kind: 'pair',
      state: 'open',
      generation: 1,
      epoch: 1,
      position: 0,
      createdAtMs: nowMs(),
      members: [
        { accountId: ALICE, handle: 'alice', accountKey: toB64(keyOf(1)) },
        { accountId: BOB, handle: 'bob', accountKey: toB64(keyOf(2)) },
      ].map((member) => ({ ...member, isOwner: false, devices: [], deliveredPosition: 0 })),
      roster: [],
    },
    lastPosition: 0,
    readPosition: 0,
    readSent: 0,
    readBy: {},
    deliveredTo: {},
    title: '',
    timerSeconds: 0,
    isMuted: false,
  }

  function emit(event: CoreEvent): void {
    for (const listener of listeners) listener(event)
  }

  async function receive(content: MessageContent | undefined, from: Partial<MessageRecord> = {}) {
    const position = from.position ?? record.lastPosition + 1
    const message: MessageRecord = {
      messageId: random.uuid() as MessageId,
      position,
      generation: 1,
      senderAccount: BOB,
      senderDevice: from.senderAccount === ALICE ? ALICES_DEVICE : BOBS_DEVICE,
      sentAtMs: nowMs(),
      clientMs: nowMs(),
      content,
      isAfterGap: false,
      evidence: { frankingKey: keyOf(position % 250), body: Uint8Array.of(position % 250) },
      commitment: keyOf(3),
      stampKeyId: 1,
      stamp: keyOf(4),
      ...from,
    }
    await vault.write([{ shelf: 'messages', key: [CONVERSATION, position], value: message as unknown as VaultValue }])
    record = { ...record, lastPosition: Math.max(record.lastPosition, position) }
    emit({ kind: 'message', conversationId: CONVERSATION, record: message })
    return message
  }

  function tellOutbox(next: OutboxRecord[]): void {
    outbox = next
    emit({ kind: 'outbox', conversationId: CONVERSATION })
  }

  return {
    sent,
    emit,
    receive,
    change(change) {
      record = { ...record, ...change }
      emit({ kind: 'conversations' })
      emit({ kind: 'marks', conversationId: CONVERSATION })
    },
    refuse: (code) => tellOutbox(outbox.map((each) => ({ ...each, state: 'failed', code }))),
    start: () => Promise.resolve(),
    stop: () => listeners.clear(),
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    conversations: () => [record],
    isSecuring: () => false,
    refresh: () => Promise.resolve(),
    async send(_conversationId, content, options = {}) {
      const messageId = options.messageId ?? (random.uuid() as MessageId)
      const state = options.held === true ? 'held' : 'waiting'
      await vault.write(options.with ?? [])
      sent.push({ content, held: options.held === true })
      tellOutbox([...outbox, { order: outbox.length + 1, messageId, createdAtMs: nowMs(), content, state }])
      return ok(messageId)
    },
    async release(messageId, content) {
      tellOutbox(outbox.map((each) => (each.messageId === messageId ? { ...each, content, state: 'waiting' } : each)))
    },
    retry: () => Promise.resolve(),
    async discard(messageId) {
      tellOutbox(outbox.filter((each) => each.messageId !== messageId))
      return true
    },
    outboxOf: () => outbox,
    async update(conversationId, change) {
      record = { ...record, ...change }
      emit({ kind: 'marks', conversationId })
    },
    online: () => {},
    offline: () => {},
    frame: () => {},
    durableSeq: () => 0,
  }
}
