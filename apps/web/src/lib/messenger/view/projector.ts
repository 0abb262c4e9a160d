import type { ConversationId } from '@visavis/wire'
import type { Serial } from '../core/serial.ts'
import type { MessageRecord } from '../core-types.ts'
import type { Change, Vault } from '../../vault/types.ts'
import { actingOf, applyActing } from './effects.ts'
import { effectsChange, projectedChange, type RowStore } from './rows.ts'

/** How many messages may come before it is noted that all up to here were looked at. */
const MARK_EVERY = 50
/** Records come nearly in the order of their positions; so many before the mark are looked at again after a crash. */
const MARK_SLACK = 64

/**
 * Works out what reactions, edits and unsendings do to earlier messages, once, and keeps the result beside them. The core
 * stores a record before it tells of it, so a tab may die in between: `catchUp` looks at what came after the last mark.
 */
export type Projector = {
  /** Position of the message that changed, if one did. Records are handed in in order. */
  readonly take: (conversationId: ConversationId, record: MessageRecord) => Promise<number | undefined>
  readonly catchUp: (conversationId: ConversationId, lastPosition: number) => Promise<void>
}

export function createProjector(deps: {
  readonly vault: Vault
  readonly store: RowStore
  readonly deviceId: string
  /** Whoever changes effects does it in this lane: they are read, changed and written. */
  readonly lane: Serial
}): Projector {
  const { vault, store, deviceId, lane } = deps
  const unmarked = new Map<ConversationId, number>()

  async function apply(conversationId: ConversationId, record: MessageRecord): Promise<number | undefined> {
    const acting = actingOf(record)
    // Own messages are stored when they are answered, which may be long before what stands between has come.
    const isInOrder = record.senderDevice !== deviceId && record.position > MARK_SLACK
    const changes: Change[] = isInOrder ? [projectedChange(conversationId, record.position - MARK_SLACK)] : []
    const target = acting && (await store.record(conversationId, acting.target))
    if (!target) {
      await vault.write(changes)
      return undefined
    }
    const before = await store.effects(conversationId, target.position)
    const after = applyActing(before, target, record)
    if (after !== before) changes.push(effectsChange(conversationId, target.position, after))
    await vault.write(changes)
    return after === before ? undefined : target.position
  }

  async function take(conversationId: ConversationId, record: MessageRecord): Promise<number | undefined> {
    const count = (unmarked.get(conversationId) ?? 0) + 1
    const isDue = actingOf(record) !== undefined || count >= MARK_EVERY
    unmarked.set(conversationId, isDue ? 0 : count)
    return isDue ? await lane(() => apply(conversationId, record)) : undefined
  }

  async function catchUp(conversationId: ConversationId, lastPosition: number): Promise<void> {
    const from = (await store.projected(conversationId)) + 1
    let next = from
    let isLast = from > lastPosition
    while (!isLast) {
      const page = await store.page(conversationId, next, 'up')
      for (const { record } of page.rows) if (record && actingOf(record)) await apply(conversationId, record)
      next = (page.rows.at(-1)?.position ?? next) + 1
      isLast = page.isLast
    }
    if (next > from) await vault.write([projectedChange(conversationId, lastPosition)])
  }

  return { take, catchUp: (conversationId, lastPosition) => lane(() => catchUp(conversationId, lastPosition)) }
}
