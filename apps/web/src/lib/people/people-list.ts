import type { Contact, ContactRequest, MessengerState, Trust } from '../messenger/types.ts'

/** Contacts by handle, those first whose key has changed, because they wait for a decision. */
export function contactsOf({ contacts }: Pick<MessengerState, 'contacts'>, words: string): readonly Contact[] {
  const sought = words.trim().toLocaleLowerCase()
  const rank = ({ trust }: Contact) => (trust === 'changed' ? 0 : 1)
  return contacts
    .filter(({ handle }) => handle.toLocaleLowerCase().includes(sought))
    .toSorted((left, right) => rank(left) - rank(right) || left.handle.localeCompare(right.handle))
}

/** Latest first: who asked just now is likely the one that is expected. */
export function requestsOf({ requests }: Pick<MessengerState, 'requests'>): readonly ContactRequest[] {
  return requests.toSorted((left, right) => right.receivedAtMs - left.receivedAtMs)
}

/** Who this account is to this device: a contact, or another member of a conversation. */
export function personOf(
  state: Pick<MessengerState, 'contacts' | 'conversations'>,
  accountId: string,
): { readonly handle: string; readonly trust: Trust; readonly conversationId?: string } | undefined {
  const contact = state.contacts.find((each) => each.accountId === accountId)
  if (contact) return contact
  const member = state.conversations.flatMap(({ members }) => members).find((each) => each.accountId === accountId)
  if (!member || member.isMe) return undefined
  const pair = state.conversations.find(
    ({ kind, members }) => kind === 'pair' && members.some((each) => each.accountId === accountId),
  )
  return { handle: member.handle, trust: member.trust, ...(pair && { conversationId: pair.conversationId }) }
}

/** A contact code in groups of four, as it is easier to say and to copy. */
export function codeInGroups(code: string): string {
  return code.match(/.{1,4}/g)?.join(' ') ?? ''
}

/** The digits of a safety code in groups of five. */
export function digitGroups(digits: string): readonly string[] {
  return digits.replaceAll(/\D/g, '').match(/.{1,5}/g) ?? []
}
