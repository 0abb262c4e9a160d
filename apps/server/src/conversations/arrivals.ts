import { SECOND, type Clock, type Log } from '@visavis/ports'
import type { AccountId, ConversationId } from '@visavis/wire'
import type { ArrivedEntry } from '../mailbox/index.ts'
import type { Book } from './book.ts'
import { groupedBy } from './grouped.ts'
import type { ConversationStore, Delivered } from './store.ts'
import type { Conversation, TellDevices } from './types.ts'

/** What arrived is told at once and stored this much later, many at a time; a crash in between costs a tick in a list. */
const SAVE_MS = 5 * SECOND

/** How far messages have reached each member: told to the others who are here, and kept for those who are not. */
export function createArrivals(deps: {
  readonly clock: Clock
  readonly log: Log
  readonly book: Book
  readonly store: Pick<ConversationStore, 'saveDelivered'>
  readonly tellDelivered: TellDevices<'conversation.delivered'>
}) {
  const { clock, log, book, store } = deps
  let unsaved = new Map<string, Delivered>()
  let saving: Promise<void> = Promise.resolve()

  function arrived(entries: readonly ArrivedEntry[]): void {
    for (const [id, batch] of groupedBy(entries, (entry) => entry.conversationId)) {
      const known = book.peek(id)
      if (known) note(known, batch)
      else void look(id, batch)
    }
  }

  async function look(id: ConversationId, batch: readonly ArrivedEntry[]): Promise<void> {
    try {
      const found = await book.load(id)
      if (found) note(found, batch)
    } catch (error) {
      log.warn('conversations.arrival-lost', { count: batch.length, err: error })
    }
  }

  function note(conversation: Conversation, batch: readonly ArrivedEntry[]): void {
    const lasts = new Map<AccountId, number>()
    for (const { recipientDevice, position } of batch) {
      const account = conversation.roster.get(recipientDevice)
      if (account) lasts.set(account, Math.max(position, lasts.get(account) ?? 0))
    }
    for (const [accountId, position] of lasts) {
      const member = conversation.members.get(accountId)
      if (!member || position <= member.deliveredPosition) continue
      member.deliveredPosition = position
      const { conversationId } = conversation
      unsaved.set(`${conversationId} ${accountId}`, { conversationId, accountId, position })
      const to = [...conversation.roster].flatMap(([device, account]) => (account === accountId ? [] : [device]))
      deps.tellDelivered(to, { conversationId, accountId, position })
    }
  }

  /** Resolves when what has arrived by now is stored, or storage is away. */
  function save(): Promise<void> {
    saving = saving.then(saveNow)
    return saving
  }

  async function saveNow(): Promise<void> {
    if (unsaved.size === 0) return
    const batch = unsaved
    unsaved = new Map()
    try {
      await store.saveDelivered([...batch.values()])
    } catch (error) {
      log.warn('conversations.save-failed', { count: batch.size, err: error })
      for (const [key, delivered] of batch) if (!unsaved.has(key)) unsaved.set(key, delivered)
    }
  }

  return { arrived, save, start: () => clock.every(SAVE_MS, () => void save()) }
}
