import type { Clock } from '@visavis/ports'
import type { AccountId, ConversationId } from '@visavis/wire'

/** Without another sign of it, somebody has stopped writing. */
export const TYPING_DECAY_MS = 5_000

/** Who is writing at the moment [K3]. Every timer has its owner here. */
export type Typing = {
  readonly heard: (conversationId: ConversationId, accountId: AccountId) => void
  /** The message is there: whoever wrote it has stopped. */
  readonly ended: (conversationId: ConversationId, accountId: AccountId) => void
  readonly of: (conversationId: ConversationId) => readonly AccountId[]
  readonly stop: () => void
}

export function createTyping(deps: { readonly clock: Clock; changed(conversationId: ConversationId): void }): Typing {
  const timers = new Map<ConversationId, Map<AccountId, () => void>>()
  const timersOf = (conversationId: ConversationId) => {
    const known = timers.get(conversationId) ?? new Map<AccountId, () => void>()
    timers.set(conversationId, known)
    return known
  }

  function ended(conversationId: ConversationId, accountId: AccountId): void {
    const writing = timersOf(conversationId)
    const cancel = writing.get(accountId)
    if (!cancel) return
    cancel()
    writing.delete(accountId)
    deps.changed(conversationId)
  }

  return {
    heard(conversationId, accountId) {
      const writing = timersOf(conversationId)
      const cancel = writing.get(accountId)
      cancel?.()
      writing.set(
        accountId,
        deps.clock.after(TYPING_DECAY_MS, () => ended(conversationId, accountId)),
      )
      if (!cancel) deps.changed(conversationId)
    },
    ended,
    of: (conversationId) => [...(timers.get(conversationId)?.keys() ?? [])],
    stop() {
      for (const writing of timers.values()) for (const cancel of writing.values()) cancel()
      timers.clear()
    },
  }
}
