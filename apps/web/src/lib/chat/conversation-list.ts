import type { ConversationId } from '@visavis/wire'
import type { ConversationSummary, MessengerState } from '../messenger/types.ts'

/** How many colours letters can stand on. */
export const AVATAR_COLOURS = 8

/** One or two capital letters for a handle or title: the first of its first two words. */
export function initialsOf(title: string): string {
  const letters = title.match(/(?<![\p{L}\p{M}])\p{L}/gu)?.slice(0, 2) ?? []
  return (letters.join('') || title.trim().match(/^./u)?.[0] || '?').toUpperCase()
}

/** The same id has the same colour on every screen, 0 to AVATAR_COLOURS - 1. FNV-1a, 32 bits. */
export function colourOf(id: string): number {
  let hash = 0x811c9dc5
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return (hash >>> 0) % AVATAR_COLOURS
}

export type ChatList = {
  /** People who are not contacts yet and wrote first [K7]. */
  readonly requests: readonly ConversationSummary[]
  readonly conversations: readonly ConversationSummary[]
}

/** The list as it is shown: requests apart, the rest in the order the messenger gives, narrowed to titles with `words`. */
export function chatListOf(state: MessengerState, words = ''): ChatList {
  const known = new Set(state.conversations.map(({ conversationId }) => conversationId))
  const asked = state.requests
    .filter(({ conversationId }) => !known.has(conversationId))
    .map((request): ConversationSummary => ({
      conversationId: request.conversationId,
      kind: 'pair',
      state: 'request',
      title: request.handle,
      members: [
        { accountId: request.accountId, handle: request.handle, isMe: false, isOwner: false, trust: 'unverified' },
      ],
      unread: 1,
      draft: '',
      mutedFlags: [],
      isMuted: false,
      isSecuring: false,
    }))
  const sought = words.trim().toLocaleLowerCase()
  const fits = ({ title }: ConversationSummary) => sought === '' || title.toLocaleLowerCase().includes(sought)
  return {
    requests: [...state.conversations.filter(({ state: kind }) => kind === 'request'), ...asked].filter(fits),
    conversations: state.conversations.filter((each) => each.state !== 'request' && fits(each)),
  }
}

/** The conversation with this id, wherever it stands in the list. */
export function summaryOf(state: MessengerState, id: ConversationId): ConversationSummary | undefined {
  const list = chatListOf(state)
  return [...list.requests, ...list.conversations].find(({ conversationId }) => conversationId === id)
}

/** The neighbour above (-1) or below (1); the first from nowhere; the list does not wrap. */
export function neighbourOf(list: ChatList, id: ConversationId | undefined, step: 1 | -1): ConversationId | undefined {
  const ids = [...list.requests, ...list.conversations].map(({ conversationId }) => conversationId)
  const at = id === undefined ? -1 : ids.indexOf(id)
  return at === -1 ? ids[0] : ids[at + step]
}

export type News = { readonly title: string; readonly text: string; readonly isGroup: boolean }

/**
 * What a screen reader is told after a change: the last new message of somebody else, unless its conversation is muted.
 * The words of a request stay unsaid until it is accepted [K7]: `text` is empty then.
 */
export function newsOf(before: MessengerState, after: MessengerState): News | undefined {
  const known = new Map(before.conversations.map((each) => [each.conversationId, each]))
  const fresh = after.conversations.find((each) => {
    const was = known.get(each.conversationId)
    if (!each.last || each.last.fromMe || each.isMuted || each.last.kind === 'notice') return false
    return each.last.atMs > (was?.last?.atMs ?? 0) && before.phase.kind === 'ready'
  })
  if (!fresh) return undefined
  return {
    title: fresh.title,
    text: fresh.state === 'request' ? '' : (fresh.last?.text ?? ''),
    isGroup: fresh.kind === 'group',
  }
}
