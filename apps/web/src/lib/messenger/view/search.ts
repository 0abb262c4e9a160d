import type { AccountId, ConversationId } from '@visavis/wire'
import { isShown } from './effects.ts'
import { wordsOf } from './project.ts'
import type { RowStore } from './rows.ts'

export const SEARCH_HITS_MAX = 100
/** Shorter words are in nearly every message. */
const WORDS_CHARS_MIN = 2

type Place = { readonly conversationId: ConversationId; readonly lastMs: number }
type Hit = {
  readonly conversationId: ConversationId
  readonly position: number
  readonly senderAccount: AccountId
  readonly text: string
  readonly atMs: number
}

/**
 * Messages that contain every one of the words, newest first, in text that is kept on this device: nothing is asked of
 * the server and no index is kept beside the sealed records. Case and diacritics make no difference. `isWanted` is asked
 * between pages, so that an old search ends when a new one begins.
 */
export async function searchMessages(
  store: RowStore,
  places: readonly Place[],
  words: string,
  isWanted: () => boolean,
): Promise<readonly Hit[]> {
  const wanted = folded(words).split(/\s+/u).filter(Boolean)
  if (wanted.join('').length < WORDS_CHARS_MIN) return []
  let hits: Hit[] = []
  // The most recent conversations first: once there are hits enough, older ones end with their first page.
  for (const { conversationId } of places.toSorted((left, right) => right.lastMs - left.lastMs)) {
    const atLeastMs = hits.length < SEARCH_HITS_MAX ? 0 : (hits.at(-1)?.atMs ?? 0)
    const found = await searchOne(store, { conversationId, wanted, atLeastMs, isWanted })
    if (!isWanted()) return []
    hits = [...hits, ...found].toSorted((left, right) => right.atMs - left.atMs).slice(0, SEARCH_HITS_MAX)
  }
  return hits
}

async function searchOne(
  store: RowStore,
  wish: {
    readonly conversationId: ConversationId
    readonly wanted: readonly string[]
    readonly atLeastMs: number
    readonly isWanted: () => boolean
  },
): Promise<readonly Hit[]> {
  const hits: Hit[] = []
  let next = Number.MAX_SAFE_INTEGER
  for (;;) {
    const page = await store.page(wish.conversationId, next, 'down')
    for (const { record, effects } of page.rows.toReversed()) {
      if (!record || !isShown(record) || effects.isGone === true) continue
      if (record.sentAtMs < wish.atLeastMs || hits.length === SEARCH_HITS_MAX) return hits
      const { text } = wordsOf(record, effects)
      const haystack = folded(text)
      if (text === '' || !wish.wanted.every((word) => haystack.includes(word))) continue
      const { position, senderAccount, sentAtMs } = record
      hits.push({ conversationId: wish.conversationId, position, senderAccount, text, atMs: sentAtMs })
    }
    next = (page.rows[0]?.position ?? 0) - 1
    if (page.isLast || next < 1 || !wish.isWanted()) return hits
  }
}

/** Without case and diacritics: "Ångström" and "angstrom" are one. */
export function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
}
