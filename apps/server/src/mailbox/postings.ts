import type { ConversationId, DeviceId, MessageId } from '@visavis/wire'
import type { Claim } from './store.ts'
import type { StoredMessage } from './stored.ts'

/** A row before the mailbox has numbered it. */
export type Draft = StoredMessage extends infer Row ? (Row extends StoredMessage ? Omit<Row, 'seq'> : never) : never

/**
 * A message on its way into storage. It is made ready when its batch is made up, in the order in which messages came:
 * only then is it known what its position is and who is to have it. May be made ready several times, when storage turns
 * out to know of a change that memory does not.
 */
export type Posting<T> = {
  readonly senderDevice: DeviceId
  readonly messageId: MessageId
  /** Waits for what `prepare` looks at; undefined when it is all there, as nearly always. */
  ready(): Promise<unknown> | undefined
  prepare(positions: Positions): Prepared<T>
  /** The same message was stored before: its answer, from its first row. */
  known(first: StoredMessage): T | Promise<T>
}

/** `refused` stores nothing. `late`: what it needs has gone meanwhile, so it is to be made ready again. */
export type Prepared<T> =
  | { readonly kind: 'rows'; readonly drafts: readonly Draft[]; readonly answer: T }
  | { readonly kind: 'refused'; readonly answer: T }
  | { readonly kind: 'late' }

/** What memory believes of a conversation's order. */
export type Believed = { readonly conversationId: ConversationId; readonly position: number; readonly version: number }

/** Positions that a batch takes, conversation by conversation. */
export type Positions = {
  /** The position of the next message, without taking it. */
  next(believed: Believed): number
  take(believed: Believed): void
}

export function createPositions(): Positions & { claims(): readonly Claim[] } {
  const claims = new Map<ConversationId, Claim>()
  return {
    next: ({ conversationId, position }) => (claims.get(conversationId)?.last ?? position) + 1,
    take({ conversationId, position, version }) {
      const former = claims.get(conversationId)
      const last = (former?.last ?? position) + 1
      claims.set(conversationId, { channel: conversationId, before: former?.before ?? position, last, version })
    },
    claims: () => [...claims.values()],
  }
}
