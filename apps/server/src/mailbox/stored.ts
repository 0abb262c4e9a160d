import type { AccountId, CallId, ConversationId, DeviceId, MessageId } from '@visavis/wire'

/** What every row has: bytes sealed end to end, and who is to have them. */
type Row = {
  readonly recipientDevice: DeviceId
  /** Counts up per recipient device for ever; gaps are allowed. */
  readonly seq: number
  readonly senderDevice: DeviceId
  readonly messageId: MessageId
  /** Rows of one message, one per recipient device, counted from 0. */
  readonly part: number
  readonly sentAtMs: number
  /** Empty once it was destroyed, and where a message went to nobody. */
  readonly ciphertext: Uint8Array<ArrayBuffer>
}

/** A message of a call. */
export type CallMessage = Row & { readonly kind: 'call'; readonly callId: CallId }

export type Stamping = {
  readonly keyId: number
  /** 32 bytes each. The stamp is that of this row's recipient account. */
  readonly commitment: Uint8Array<ArrayBuffer>
  readonly stamp: Uint8Array<ArrayBuffer>
}

/** A step or a message of a conversation. */
export type StoredEntry = Row & {
  readonly kind: 'welcome' | 'commit' | 'message'
  readonly conversationId: ConversationId
  readonly generation: number
  readonly epoch: number
  readonly senderAccount: AccountId
  /** 0 for steps. */
  readonly position: number
  /** Of messages only. */
  readonly stamping?: Stamping
  /** Nothing to read, as its sender says. Known until it is stored, and not kept: it is told from storage without. */
  readonly isQuiet?: true
}

export type StoredMessage = CallMessage | StoredEntry

/** The number of a kind in storage is its index; only ever append. */
export const KINDS = ['call', 'welcome', 'commit', 'message'] as const satisfies readonly StoredMessage['kind'][]

/** What makes a message the same when it is sent again. */
export type MessageKey = Pick<Row, 'senderDevice' | 'messageId'>

export function keyOf({ senderDevice, messageId }: MessageKey): string {
  return `${senderDevice} ${messageId}`
}

/** A message has reached the other device of its call. */
export type ArrivedCallMessage = MessageKey & Pick<CallMessage, 'kind' | 'callId'>
/** A message of a conversation has reached a device of its roster. */
export type ArrivedEntry = Pick<StoredEntry, 'recipientDevice' | 'conversationId' | 'position'> & {
  readonly kind: 'message'
}
export type Arrived = ArrivedCallMessage | ArrivedEntry

/** Call or conversation: whatever a row belongs to. */
export function channelOf(row: StoredMessage): CallId | ConversationId {
  return row.kind === 'call' ? row.callId : row.conversationId
}
