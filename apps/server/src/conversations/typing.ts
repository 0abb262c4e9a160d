import { SECOND, type Clock } from '@visavis/ports'
import { fail, ok, type AccountId, type ConversationId, type Result } from '@visavis/wire'
import type { Apart } from './apart.ts'
import type { Book } from './book.ts'
import { standingOf } from './rules.ts'
import type { Actor, TellDevices } from './types.ts'

/** More often tells nobody anything. */
export const TYPING_MS = 2 * SECOND
const REMEMBERED_MAX = 10_000

/** That somebody types: to the devices that are here, never stored, and the only thing here that is not encrypted. */
export function createTyping(deps: {
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly book: Book
  readonly apart: Apart
  readonly tellTyping: TellDevices<'conversation.typing'>
}) {
  const { clock, book, apart } = deps
  const lasts = new Map<string, number>()

  function isSoon(key: string): boolean {
    const nowMs = clock.monotonicMs()
    if (nowMs - (lasts.get(key) ?? Number.NEGATIVE_INFINITY) < TYPING_MS) return true
    if (lasts.size >= REMEMBERED_MAX)
      for (const [other, atMs] of lasts) if (nowMs - atMs >= TYPING_MS) lasts.delete(other)
    if (lasts.size < REMEMBERED_MAX) lasts.set(key, nowMs)
    return false
  }

  /** Errors: DEVICE_REQUIRED, CONVERSATION_UNKNOWN. Who has only asked, or was only asked, is not seen typing. */
  return async (sender: Actor, conversationId: ConversationId): Promise<Result<Record<string, never>>> => {
    if (!sender.isRegistered) return fail('DEVICE_REQUIRED')
    const { accountId, deviceId } = sender
    const [conversation, others] = await Promise.all([book.load(conversationId), apart.load(accountId)])
    const standing = conversation && standingOf(conversation, accountId).kind
    if (!conversation || standing === 'none' || standing === 'over') return fail('CONVERSATION_UNKNOWN')
    const isHeard = standing === 'open' && conversation.roster.has(deviceId)
    if (!isHeard || isSoon(`${accountId} ${conversationId}`)) return ok({})
    const hears = (account: AccountId) => account !== accountId && !others.has(account)
    const to = [...conversation.roster].flatMap(([device, account]) => (hears(account) ? [device] : []))
    deps.tellTyping(to, { conversationId, accountId })
    return ok({})
  }
}
