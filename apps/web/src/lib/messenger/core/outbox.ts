import type { MessageContent } from '@visavis/e2ee'
import { CODES, type Code, type ConversationId, type MessageId } from '@visavis/wire'
import type { CoreContext } from './context.ts'
import type { Conversation } from './conversation.ts'
import { createOutboxDoor, storeOutbox, unsealed, type OutboxDoor } from './outbox-records.ts'
import { seal, settle } from './outgoing-messages.ts'

/** Between attempts of a message that the server could not take for a while: doubling, then a share by chance. */
const RETRY_MS_MIN = 500
const RETRY_MS_MAX = 30_000

/**
 * What is to be sent, in order and one at a time per conversation. A message is stored, then sealed (its ciphertext stored
 * with the group state it used up), then sent until it is answered: the same bytes under the same id, so that it is there
 * once, whatever is cut in between. What is held or has failed lets the others pass.
 */
export type Outbox = OutboxDoor & {
  /** Sends what can be sent. */
  pump(conversation: Conversation): void
  /** The same, and at once: what it waited for may have come. */
  hurry(conversation: Conversation): void
}

/** Nothing to read in it: nobody's device is woken for it (wire SPEC WV8). */
function isQuiet({ kind }: MessageContent): boolean {
  return kind !== 'text' && kind !== 'file'
}

type Waits = { attempts: number; isPumping: boolean; again: boolean; notBeforeMs: number; cancel: () => void }

export function createOutbox(
  context: CoreContext,
  options: {
    /** The group cannot be used as it is, or the server has moved on. */
    stuck(conversation: Conversation, isRefused: boolean): void
    /** Own messages were sent: keys may be due for renewal. */
    sent(conversation: Conversation): void
  },
): Outbox {
  const { clock, random, uplink } = context.deps
  const waits = new Map<ConversationId, Waits>()

  const waitOf = (id: ConversationId): Waits => {
    const wait = waits.get(id) ?? {
      attempts: 0,
      isPumping: false,
      again: false,
      notBeforeMs: 0,
      cancel: () => undefined,
    }
    waits.set(id, wait)
    return wait
  }

  function pump(conversation: Conversation): void {
    const wait = waitOf(conversation.id)
    wait.again = true
    if (wait.isPumping) return
    wait.isPumping = true
    context.background('outbox', async () => {
      try {
        while (wait.again) {
          wait.again = false
          while (await sendNext(conversation, wait));
        }
      } finally {
        wait.isPumping = false
      }
    })
  }

  function hurry(conversation: Conversation): void {
    waitOf(conversation.id).notBeforeMs = 0
    pump(conversation)
  }

  function waitAndPump(conversation: Conversation, wait: Waits, retryAfterMs: number | undefined): void {
    const ms = retryAfterMs ?? Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** wait.attempts) * (0.5 + random.float() / 2)
    wait.attempts++
    wait.notBeforeMs = clock.monotonicMs() + ms
    wait.cancel()
    wait.cancel = context.after(ms, () => pump(conversation))
  }

  /** True when the next one may follow at once. */
  async function sendNext(conversation: Conversation, wait: Waits): Promise<boolean> {
    if (!context.isOnline() || clock.monotonicMs() < wait.notBeforeMs) return false
    const next = conversation.outbox.find(({ state }) => state === 'waiting')
    if (!next) return false
    const { messageId } = next
    const sealed = next.sealed ?? (await conversation.lane(() => seal(context, conversation, messageId)))
    if (!sealed) {
      if (!conversation.outbox.some((each) => each.messageId === messageId && each.state === 'waiting')) return true
      waitAndPump(conversation, wait, undefined)
      options.stuck(conversation, false)
      return false
    }
    const { generation, epoch, commitment, ciphertext } = sealed
    const answer = await uplink.request('conversation.send', {
      conversationId: conversation.id,
      generation,
      epoch,
      messageId,
      commitment: commitment as Uint8Array<ArrayBuffer>,
      ciphertext: ciphertext as Uint8Array<ArrayBuffer>,
      ...(isQuiet(next.content) && { isQuiet: true }),
    })
    if (answer.ok) {
      await conversation.lane(() => settle(context, conversation, messageId, answer.value))
      wait.attempts = 0
      options.sent(conversation)
      return true
    }
    return refused(conversation, wait, messageId, answer)
  }

  async function refused(
    conversation: Conversation,
    wait: Waits,
    messageId: MessageId,
    { code, retryAfterMs }: { readonly code: Code; readonly retryAfterMs?: number },
  ): Promise<boolean> {
    if (code === 'CONVERSATION_EPOCH') {
      await storeOutbox(context, conversation, messageId, unsealed)
      waitAndPump(conversation, wait, undefined)
      options.stuck(conversation, true)
      return false
    }
    if (CODES[code].retry) {
      waitAndPump(conversation, wait, retryAfterMs)
      return false
    }
    // The server does not have it and never will by itself: nothing of it stays but the wish.
    await storeOutbox(context, conversation, messageId, (record) => ({ ...unsealed(record), state: 'failed', code }))
    return true
  }

  return { ...createOutboxDoor(context, pump), pump, hurry }
}
