import type { Evidence, MessageContent, SenderChain } from '@visavis/e2ee'
import type {
  AccountId,
  AckResult,
  ClientFrameBody,
  Code,
  ConversationId,
  DeviceId,
  MessageId,
  Result,
  RouteResponse,
  ServerFrame,
} from '@visavis/wire'
import type { Change } from '../vault/types.ts'

/**
 * The inside of the messenger, in two halves. The core (`core/`) moves messages: groups, outbox, deliveries, exactly
 * once. Everything about people and what is shown (`people/`, `view/`) reads the records the core keeps and hears of each
 * change. Both run in the worker, on one vault.
 */

/** Shelf `messages`, key [conversationId, position]. What was sent by oneself is there too once it has a position. */
export type MessageRecord = {
  readonly messageId: MessageId
  readonly position: number
  readonly generation: number
  readonly senderAccount: AccountId
  readonly senderDevice: DeviceId
  /** The server's time. */
  readonly sentAtMs: number
  readonly clientMs: number
  /** Undefined when it could not be opened or was refused: then `code` says why. Also after unsend and view-once. */
  readonly content: MessageContent | undefined
  readonly code?: Code
  readonly isAfterGap: boolean
  /** A title or timer that was set already, told again for devices that came later: no line of its own. */
  readonly isRepeat?: boolean
  /** What makes it reportable; kept for 30 days whatever is deleted from sight. */
  readonly evidence: Evidence | undefined
  readonly commitment: Uint8Array
  readonly stampKeyId: number
  readonly stamp: Uint8Array
}

/** Shelf `messages`, key [conversationId, position, n]: a line about the conversation, shown after the message at `position`. */
export type NoticeRecord = {
  readonly notice: {
    readonly kind: 'started' | 'secured-again' | 'over' | 'joined' | 'left' | 'key-changed' | 'device-added'
    readonly accountId?: AccountId
  }
  readonly atMs: number
}

/** Shelf `outbox`, key [conversationId, order]. Leaves the shelf in the write that adds the MessageRecord. */
export type OutboxRecord = {
  readonly order: number
  readonly messageId: MessageId
  readonly createdAtMs: number
  readonly content: MessageContent
  /** `held`: a file is still on its way up; `release` lets it go. */
  readonly state: 'held' | 'waiting' | 'failed'
  readonly code?: Code
  /** Encrypted once, sent until answered: the same bytes under the same id. Made anew only in a new generation or epoch that refused it. */
  readonly sealed?: {
    readonly generation: number
    readonly epoch: number
    readonly ciphertext: Uint8Array
    readonly commitment: Uint8Array
    readonly evidence: Evidence
    /** The own chain once the server has taken it; a refused message leaves no gap. */
    readonly chain: SenderChain
  }
}

export type ServerConversation = RouteResponse<'listConversations'>['conversations'][number]

/** Shelf `conversations`, key [conversationId]: what the server said last, and what only this device knows. */
export type ConversationRecord = {
  readonly server: ServerConversation
  /** Highest position that is stored here, and the highest the person has read. */
  readonly lastPosition: number
  readonly readPosition: number
  /** Own last `read` that was sent, so that it is sent once. */
  readonly readSent: number
  readonly readBy: Readonly<Record<string, number>>
  readonly deliveredTo: Readonly<Record<string, number>>
  readonly title: string
  readonly timerSeconds: number
  /** Positions of the messages that set title and timer: the later one counts, in whatever order they are stored. */
  readonly titleAt?: number
  readonly timerAt?: number
  readonly isMuted: boolean
  /** Who agrees to share files, and at which position it was said first: the later one counts, as with the timer. */
  readonly sharing?: Readonly<Record<string, { readonly on: boolean; readonly position: number }>>
  /** The person was asked to share and put the question aside: it is not put again. */
  readonly isSharingAside?: boolean
  /** Of a pair who are contacts: since when, by the server's clock. */
  readonly knownSinceMs?: number
  /** Files up to this position came before sharing was agreed on by anybody, and stay readable. */
  readonly filesFreeUpTo?: number
  /** Of a group: whose files and links the person has asked to see. */
  readonly shownMembers?: readonly AccountId[]
}

/** What of a conversation's record is this device's own. */
export type OwnPart =
  | 'readPosition'
  | 'readSent'
  | 'title'
  | 'isMuted'
  | 'timerSeconds'
  | 'isSharingAside'
  | 'knownSinceMs'
  | 'shownMembers'

/** Shelf `groups`, key [conversationId, generation]. */
export type GroupRecord = {
  readonly state: Uint8Array
  readonly epoch: number
  /** The first epoch this device was in: what was sealed before is not for it. */
  readonly sinceEpoch: number
  /** Device ids of its members, this one included. */
  readonly devices: readonly string[]
  /** When own keys were renewed last, and how many own messages went out since. */
  readonly renewedAtMs: number
  readonly sentSince: number
  /** Since when a later generation has replaced it: kept for a while, so that late messages open. */
  readonly retiredAtMs?: number
}

/** Shelf `groups`, key [conversationId, 'chains']: they go on over all generations. */
export type ChainsRecord = {
  /** Whether this device has been in the group since its first epoch, and so can tell that a first message is missing. */
  readonly isFromStart: boolean
  readonly own: SenderChain | undefined
  /** By device id. */
  readonly of: Readonly<Record<string, SenderChain>>
}

/** What the core tells the other half, after it is durable. */
export type CoreEvent =
  | { readonly kind: 'conversations' }
  | { readonly kind: 'message'; readonly conversationId: ConversationId; readonly record: MessageRecord }
  | { readonly kind: 'notice'; readonly conversationId: ConversationId }
  | { readonly kind: 'outbox'; readonly conversationId: ConversationId }
  | { readonly kind: 'marks'; readonly conversationId: ConversationId }
  | { readonly kind: 'typing'; readonly conversationId: ConversationId; readonly accountId: AccountId }
  /** Other devices were let into the group by this one. */
  | { readonly kind: 'grown'; readonly conversationId: ConversationId }
  /** Devices are in the group that were not before, or this one is new in it. */
  | { readonly kind: 'newcomers'; readonly conversationId: ConversationId }
  | { readonly kind: 'securing'; readonly conversationId: ConversationId; readonly isSecuring: boolean }

export type Core = {
  /** Reads the records and begins; `online` follows from the connection. */
  start(): Promise<void>
  stop(): void
  on(listener: (event: CoreEvent) => void): () => void
  conversations(): readonly ConversationRecord[]
  isSecuring(conversationId: ConversationId): boolean
  /** Asks the server for the list again and does what it calls for (groups to start, devices to add and remove). */
  refresh(): Promise<void>
  /** Stores the content in the outbox and sends it as soon as it can be. `with` is written in the same step. */
  send(
    conversationId: ConversationId,
    content: MessageContent,
    options?: { readonly messageId?: MessageId; readonly held?: boolean; readonly with?: readonly Change[] },
  ): Promise<Result<MessageId>>
  /** Lets a held record go, with its final content. */
  release(messageId: MessageId, content: MessageContent): Promise<void>
  retry(messageId: MessageId): Promise<void>
  /** False when it was sent already. */
  discard(messageId: MessageId): Promise<boolean>
  outboxOf(conversationId: ConversationId): readonly OutboxRecord[]
  /** Changes the part of a conversation's record that is this device's own. */
  update(conversationId: ConversationId, change: Partial<Pick<ConversationRecord, OwnPart>>): Promise<void>
  online(news: { readonly resumed: boolean }): void
  offline(): void
  frame(frame: ServerFrame): void
  /** The last durable number that is stored here; what came up to it may be acknowledged. */
  durableSeq(): number
}

/** The connection as the worker sees it. */
export type Uplink = {
  request<N extends 'conversation.commit' | 'conversation.send' | 'conversation.typing' | 'contact.keep'>(
    name: N,
    body: ClientFrameBody<N>,
  ): Promise<Result<AckResult<N>>>
  /** Everything up to this durable number is stored. */
  stored(durableSeq: number): void
}
