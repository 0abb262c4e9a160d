import type { ConversationId } from '@visavis/wire'
import type { Claim } from '../mailbox/index.ts'
import type { Conversation } from './types.ts'

/** About a hundred megabytes of pairs at most. */
const KNOWN_MAX = 50_000

/**
 * Conversations that are written in, in memory, so that a message costs no query. Storage has the last word: a message is
 * stored under the version it was judged by or not at all (mailbox, writer), so a page of this book that is out of date
 * costs a round and nothing else. With several nodes the same holds; what asks the book alone (typing, who is told of a
 * delivery, whose file it is) may follow an old page until the news of the change is there, or the next message.
 */
export type Book = {
  /** What is known now, without asking storage. */
  readonly peek: (id: ConversationId) => Conversation | undefined
  /** Rejects when storage is away. Undefined: there is no such conversation. */
  readonly load: (id: ConversationId) => Promise<Conversation | undefined>
  readonly forget: (id: ConversationId) => void
  /** This node has changed it in storage, or may have: forgotten here and, as soon as they hear of it, by the other nodes. */
  readonly changed: (id: ConversationId) => void
  /** Messages were stored under these positions. */
  readonly advanced: (claim: Claim) => void
}

export function createBook(deps: {
  load: (id: ConversationId) => Promise<Conversation | undefined>
  /** Tells the other nodes to forget it. */
  tellOutdated: (id: ConversationId) => void
  knownMax?: number
}): Book {
  const { knownMax = KNOWN_MAX } = deps
  const pages = new Map<ConversationId, Conversation>()
  const loading = new Map<ConversationId, Promise<Conversation | undefined>>()

  async function fetch(id: ConversationId): Promise<Conversation | undefined> {
    const asked = deps.load(id)
    loading.set(id, asked)
    try {
      const found = await asked
      // Forgotten meanwhile: what was read may be from before the change.
      if (found && loading.get(id) === asked) keep(found)
      return found
    } finally {
      if (loading.get(id) === asked) loading.delete(id)
    }
  }

  function keep(found: Conversation): void {
    pages.set(found.conversationId, found)
    if (pages.size <= knownMax) return
    const [oldest] = pages.keys()
    if (oldest) pages.delete(oldest)
  }

  function forget(id: ConversationId): void {
    pages.delete(id)
    loading.delete(id)
  }

  return {
    peek: (id) => pages.get(id),
    load(id) {
      const known = pages.get(id)
      return known ? Promise.resolve(known) : (loading.get(id) ?? fetch(id))
    },
    forget,
    changed(id) {
      forget(id)
      deps.tellOutdated(id)
    },
    advanced({ channel, last, version }) {
      const known = pages.get(channel)
      if (known?.version === version && known.position < last) known.position = last
    },
  }
}
