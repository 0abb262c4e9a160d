import type { AccountId, ConversationId } from '@visavis/wire'

/** What stands between two people. */
export type Contact = {
  /** The smaller id; see `pairOf`. */
  readonly a: AccountId
  readonly b: AccountId
  readonly conversationId: ConversationId
  readonly state: 'request' | 'open' | 'over'
  /** Who asked by a code. With `over`: was declined, and is not told. */
  readonly requestedBy: AccountId | undefined
  /** When it came into this state. */
  readonly sinceMs: number
}

export type Pair = Pick<Contact, 'a' | 'b'>

/** The two in the order in which they are kept. Equal accounts are a bug of the caller. */
export function pairOf(one: AccountId, other: AccountId): Pair {
  return one < other ? { a: one, b: other } : { a: other, b: one }
}

export function otherOf(contact: Pair, account: AccountId): AccountId {
  return contact.a === account ? contact.b : contact.a
}

type Fresh = Pair & { readonly conversationId: ConversationId; readonly nowMs: number }

/**
 * What a request by `asker` makes of what is there. Two who ask each other are contacts. Who was declined stays so, and
 * cannot tell: only the other can still make it a contact.
 */
export function requested(standing: Contact | undefined, asker: AccountId, fresh: Fresh): Contact {
  const { a, b, nowMs } = fresh
  if (standing?.state === 'open') return standing
  if (standing?.requestedBy === asker) return standing
  if (standing?.requestedBy !== undefined) return kept(standing, fresh)
  const conversationId = standing?.conversationId ?? fresh.conversationId
  return { a, b, conversationId, state: 'request', requestedBy: asker, sinceMs: nowMs }
}

/** What two mutual wishes make of what is there: a contact, whatever was before. */
export function kept(standing: Contact | undefined, { a, b, conversationId, nowMs }: Fresh): Contact {
  if (standing?.state === 'open') return standing
  const id = standing?.conversationId ?? conversationId
  return { a, b, conversationId: id, state: 'open', requestedBy: undefined, sinceMs: nowMs }
}

/** What an answer of `account` makes of a request to it; undefined when there is none to answer. */
export function answered(
  standing: Contact | undefined,
  account: AccountId,
  isAccepted: boolean,
  nowMs: number,
): Contact | undefined {
  if (standing?.state !== 'request' || standing.requestedBy === account) return undefined
  return isAccepted
    ? { ...standing, state: 'open', requestedBy: undefined, sinceMs: nowMs }
    : { ...standing, state: 'over', sinceMs: nowMs }
}

/** What the end of a contact, by either, makes of it; undefined when the two are none. */
export function removed(standing: Contact | undefined, nowMs: number): Contact | undefined {
  return standing?.state === 'open' ? { ...standing, state: 'over', requestedBy: undefined, sinceMs: nowMs } : undefined
}
