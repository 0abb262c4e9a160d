import type { AccountId, ConversationId } from '@visavis/wire'
import { createSerial } from '../core/serial.ts'
import type { Core, MessageRecord, OutboxRecord } from '../core-types.ts'
import type { ConversationView, Message } from '../types.ts'
import { firstUnread } from './briefs.ts'
import { actingOf, applyActing } from './effects.ts'
import { messagesOfRow, pendingMessage, quoteOf, type Quote, type Surroundings } from './project.ts'
import type { Row, RowStore } from './rows.ts'
import { createWindow } from './window.ts'

export type OpenView = {
  readonly loadEarlier: () => Promise<void>
  readonly loadLater: () => Promise<void>
  readonly jumpTo: (position: number) => Promise<void>
  readonly jumpToEnd: () => Promise<void>
  /** Much has changed in the vault: what is loaded is read again, and stays where it is. */
  readonly reload: () => Promise<void>
  /** A new record: shown without reading the vault. */
  readonly take: (record: MessageRecord) => void
  /** One position changed in the vault. */
  readonly changed: (position: number) => Promise<void>
  /** Something around the messages changed: marks, handles, transfers, outbox, typing. */
  readonly stale: () => void
  /** As it is now; undefined before the first load. */
  readonly present: () => ConversationView | undefined
  readonly close: () => void
}

export type ViewDeps = {
  readonly store: RowStore
  readonly core: Pick<Core, 'conversations' | 'outboxOf'>
  readonly me: AccountId
  readonly conversationId: ConversationId
  readonly surroundings: () => Omit<Surroundings, 'quoteOf' | 'conversation'>
  readonly typing: () => readonly string[]
  readonly publish: (view: ConversationView) => void
  readonly failed: (err: unknown) => void
}

/** One conversation on screen: the loaded window, projected, with what waits to be sent at its end. */
export function createConversationView(deps: ViewDeps): OpenView {
  const { store, core, me, conversationId } = deps
  const window = createWindow(store, conversationId)
  const serial = createSerial()
  const quotes = new Map<number, Quote | undefined>()
  let lines = new WeakMap<Row, readonly Message[]>()
  let loads = 0
  let isClosed = false
  let isLoaded = false
  let isAsked = false
  let unreadFrom: number | undefined

  const conversation = () => core.conversations().find(({ server }) => server.conversationId === conversationId)

  async function load(work: () => Promise<void>): Promise<void> {
    loads += 1
    try {
      await serial(async () => {
        if (isClosed) return
        await work()
        await fetchQuotes()
      })
    } finally {
      loads -= 1
    }
    announce()
  }

  /** Grows at one end, and only then lets go of the other: a list on screen keeps its place through either, not both. */
  async function grow(work: () => Promise<void>, far: 'earlier' | 'later'): Promise<void> {
    await load(work)
    if (window.isTooLong()) await load(() => Promise.resolve(window.letGo(far)))
  }

  async function open(): Promise<void> {
    const record = conversation()
    if (record) unreadFrom = await firstUnread(store, record, me)
    await window.openAtEnd()
    isLoaded = true
  }

  /** Lines that are quoted and stand outside the window are read one by one, once. */
  async function fetchQuotes(): Promise<void> {
    const rows = window.rows()
    const shown = new Set(rows.map(({ position }) => position))
    for (const { record } of rows) {
      const target = replyTarget(record)
      if (target === undefined || shown.has(target) || quotes.has(target)) continue
      const quoted = await store.record(conversationId, target)
      quotes.set(target, quoted && quoteOf(quoted, await store.effects(conversationId, target)))
    }
  }

  function announce(): void {
    if (isAsked || isClosed) return
    isAsked = true
    // Several changes of one turn are one view.
    queueMicrotask(() => {
      isAsked = false
      const view = present()
      if (view && !isClosed) deps.publish(view)
    })
  }

  function present(): ConversationView | undefined {
    const record = conversation()
    if (!isLoaded || !record) return undefined
    const rows = window.rows()
    const around = { ...deps.surroundings(), conversation: record, quoteOf: quoteIn(rows, quotes) }
    const outbox = core.outboxOf(conversationId)
    const messages = rows.flatMap((row) => linesOf(row, outbox, around))
    return {
      conversationId,
      messages: window.isAtEnd() ? [...messages, ...pendingLines(rows, outbox, around)] : messages,
      hasEarlier: window.hasEarlier(),
      isAtEnd: window.isAtEnd(),
      ...(unreadFrom !== undefined && { unreadFrom }),
      typing: deps.typing(),
    }
  }

  /** Projected once; what waits in the outbox to change a message is shown on it at once and not kept. */
  function linesOf(row: Row, outbox: readonly OutboxRecord[], around: Surroundings): readonly Message[] {
    const record = row.record
    if (record) {
      const effects = outbox.reduce((before, pending) => withPending(before, record, pending, me), row.effects)
      if (effects !== row.effects) return messagesOfRow({ ...row, effects }, around)
    }
    const known = lines.get(row)
    if (known) return known
    const made = messagesOfRow(row, around)
    lines.set(row, made)
    return made
  }

  function take(record: MessageRecord): void {
    const needsQuote = replyTarget(record) !== undefined
    if (loads > 0 || needsQuote) return void load(() => Promise.resolve(window.add(record))).catch(deps.failed)
    window.add(record)
    announce()
  }

  function stale(): void {
    lines = new WeakMap()
    announce()
  }

  load(open).catch(deps.failed)
  return {
    loadEarlier: () => grow(window.loadEarlier, 'later'),
    loadLater: () => grow(window.loadLater, 'earlier'),
    reload: () => load(window.reload),
    jumpTo: (position) => load(() => window.openAround(position)),
    jumpToEnd: () => load(window.openAtEnd),
    take,
    changed: async (position) => {
      quotes.delete(position)
      await load(() => window.reread(position))
      stale()
    },
    stale,
    present,
    close: () => void (isClosed = true),
  }
}

function replyTarget(record: MessageRecord | undefined): number | undefined {
  const content = record?.content
  return content?.kind === 'text' || content?.kind === 'file' ? content.replyTo : undefined
}

function quoteIn(rows: readonly Row[], quotes: ReadonlyMap<number, Quote | undefined>) {
  const byPosition = new Map(rows.map((row) => [row.position, row]))
  return (position: number): Quote | undefined => {
    const row = byPosition.get(position)
    return row?.record ? quoteOf(row.record, row.effects) : quotes.get(position)
  }
}

function withPending(before: Row['effects'], target: MessageRecord, pending: OutboxRecord, me: AccountId) {
  const acting = { ...target, content: pending.content, senderAccount: me, position: Number.MAX_SAFE_INTEGER }
  return actingOf(acting) && pending.state !== 'failed' ? applyActing(before, target, acting) : before
}

function pendingLines(rows: readonly Row[], outbox: readonly OutboxRecord[], around: Surroundings): Message[] {
  if (outbox.length === 0) return []
  // Sent meanwhile, and already a row: never the same line twice.
  const newest = new Set(rows.slice(-outbox.length - 1).map(({ record }) => record?.messageId))
  return outbox.flatMap((record) => (newest.has(record.messageId) ? [] : (pendingMessage(record, around) ?? [])))
}
