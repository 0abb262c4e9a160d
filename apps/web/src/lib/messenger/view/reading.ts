import type { Clock } from '@visavis/ports'
import type { AccountId, ConversationId } from '@visavis/wire'
import type { Serial } from '../core/serial.ts'
import type { Change, Vault } from '../../vault/types.ts'
import type { ConversationRecord, Core } from '../core-types.ts'
import { isUnreadable } from './effects.ts'
import { expiryChanges } from './retention.ts'
import type { Row, RowStore } from './rows.ts'

/** Reading on goes on: one receipt says it for all that was read meanwhile [K3]. */
export const READ_AFTER_MS = 1_000

/**
 * What a person has read: kept here, told to the others if they are to know, and the beginning of a timer's time [K5].
 * A request that was not accepted tells its sender nothing.
 */
export type Reading = {
  readonly markRead: (conversationId: ConversationId, position: number) => Promise<void>
  /** Others have read, or a timer was set: own messages may begin to run out. */
  readonly runTimers: (conversationId: ConversationId) => Promise<void>
  readonly stop: () => void
}

type Deps = {
  readonly clock: Clock
  readonly vault: Vault
  readonly store: RowStore
  readonly core: Core
  readonly me: AccountId
  /** Whoever changes effects does it in this lane: they are read, changed and written. */
  readonly lane: Serial
  readonly serverNowMs: () => number
  readonly sendsRead: () => boolean
  readonly isHeld: (conversation: ConversationRecord) => boolean
  /** Something was given a time to vanish at. */
  readonly expires: () => void
  readonly failed: (reason: string, err: unknown) => void
}

export function createReading(deps: Deps): Reading {
  const { clock, core, vault } = deps
  const waiting = new Map<ConversationId, () => void>()
  /** How far messages were given their time since the start, own and others'. */
  const timed = new Map<ConversationId, { own: number; others: number }>()

  const find = (conversationId: ConversationId) =>
    core.conversations().find(({ server }) => server.conversationId === conversationId)

  async function markRead(conversationId: ConversationId, position: number): Promise<void> {
    const record = find(conversationId)
    const upTo = Math.min(position, record?.lastPosition ?? 0)
    if (!record || !(upTo > record.readPosition)) return
    await core.update(conversationId, { readPosition: upTo })
    await deps.lane(() => runTimers(conversationId))
    if (waiting.has(conversationId)) return
    const send = () => {
      waiting.delete(conversationId)
      tell(conversationId).catch((err: unknown) => deps.failed('read', err))
    }
    waiting.set(conversationId, clock.after(READ_AFTER_MS, send))
  }

  async function tell(conversationId: ConversationId): Promise<void> {
    const record = find(conversationId)
    if (!record || record.server.state !== 'open' || !deps.sendsRead() || deps.isHeld(record)) return
    const { readPosition, readSent } = record
    if (!(await hasNews(deps.store, record, readSent + 1, readPosition, deps.me))) return
    const sent = await core.send(conversationId, { kind: 'read', upTo: readPosition })
    if (sent.ok) await core.update(conversationId, { readSent: readPosition })
  }

  async function runTimers(conversationId: ConversationId): Promise<void> {
    const record = find(conversationId)
    if (!record || record.timerSeconds === 0) return
    const since = record.timerAt ?? 0
    const done = timed.get(conversationId) ?? { own: since, others: since }
    const readByOthers = Object.entries(record.readBy).map(([accountId, upTo]) => (accountId === deps.me ? 0 : upTo))
    const upTo = { own: Math.max(0, ...readByOthers), others: record.readPosition }
    const from = Math.max(since, Math.min(done.own, done.others)) + 1
    const to = Math.max(upTo.own, upTo.others)
    if (to < from || (upTo.own <= done.own && upTo.others <= done.others)) return
    const expiresAtMs = deps.serverNowMs() + record.timerSeconds * 1_000
    const isRead = (row: Row) => row.position <= (row.record?.senderAccount === deps.me ? upTo.own : upTo.others)
    const changes: Change[] = []
    for (const row of await deps.store.between(conversationId, from, to)) {
      const { content } = row.record ?? {}
      const isMessage = content?.kind === 'text' || content?.kind === 'file'
      if (isMessage && isRead(row)) {
        changes.push(...expiryChanges(conversationId, row.position, row.effects, expiresAtMs))
      }
    }
    timed.set(conversationId, upTo)
    if (changes.length === 0) return
    await vault.write(changes)
    deps.expires()
  }

  return {
    markRead,
    runTimers: (conversationId) => deps.lane(() => runTimers(conversationId)),
    stop() {
      for (const cancel of waiting.values()) cancel()
      waiting.clear()
    },
  }
}

/** Whether anybody else's message is among these: only then is there anything to tell. */
async function hasNews(
  store: RowStore,
  { server: { conversationId } }: ConversationRecord,
  from: number,
  to: number,
  me: AccountId,
): Promise<boolean> {
  let next = to
  while (next >= from) {
    const page = await store.page(conversationId, next, 'down')
    if (page.rows.some(({ position, record }) => position >= from && record && isUnreadable(record, me))) return true
    next = (page.rows[0]?.position ?? 0) - 1
    if (page.isLast) return false
  }
  return false
}
