import { HOUR } from '@visavis/ports'
import type { AccountId, ConversationId, MessageId } from '@visavis/wire'
import { createSerial } from '../core/serial.ts'
import type { ConversationRecord, CoreEvent, MessageRecord } from '../core-types.ts'
import type { ConversationView } from '../types.ts'
import { createSteps } from '../../trust-steps/steps.ts'
import { createBriefs } from './briefs.ts'
import { createConversationView, type OpenView } from './conversation-view.ts'
import { factsOf } from './effects.ts'
import type { Feed, FeedDeps } from './feed-types.ts'
import { createProjector } from './projector.ts'
import { createReading } from './reading.ts'
import { nextExpiryMs, sweepAll, sweepExpired, sweepOld, type Swept } from './retention.ts'
import { createRowStore, effectsChange, noticeChange, projectedChange, recordChange } from './rows.ts'
import { createTyping } from './typing.ts'

/** How often it is looked for messages that are 30 days old. */
export const SWEEP_EVERY_MS = HOUR
/** Notices of this half of the messenger; the core numbers its own from 0. */
const NOTICE_FIRST = 1_000

type Watched = { readonly view: OpenView; readonly listeners: Set<(view: ConversationView) => void> }

export function createFeed(deps: FeedDeps): Feed {
  const { clock, core, log, me, safety, transfers, vault } = deps
  const store = createRowStore(vault)
  const steps = createSteps(deps)
  const lane = createSerial()
  const projector = createProjector({ vault, store, lane, deviceId: deps.deviceId })
  const briefs = createBriefs({ store, me })
  const watched = new Map<ConversationId, Watched>()
  const loaded = new Set<ConversationId>()
  const stops: (() => void)[] = []
  let stopExpiry = () => {}
  let isStopped = false

  const failed = (reason: string, err: unknown) => {
    if (!isStopped) log.error('messages.view-failed', { reason, err })
  }
  const background = (reason: string, work: Promise<unknown>) => void work.catch((err: unknown) => failed(reason, err))
  const find = (conversationId: ConversationId) =>
    core.conversations().find(({ server }) => server.conversationId === conversationId)

  const typing = createTyping({ clock, changed: (conversationId) => watched.get(conversationId)?.view.stale() })
  const reading = createReading({
    clock,
    vault,
    store,
    core,
    me,
    lane,
    failed,
    serverNowMs: deps.serverNowMs,
    sendsRead: deps.sendsRead,
    isHeld: deps.isHeld,
    expires: () => background('expiry', planExpiry()),
  })

  async function start(): Promise<void> {
    await sweep()
    await Promise.all(core.conversations().map(load))
    stops.push(clock.every(SWEEP_EVERY_MS, () => background('sweep', sweep())))
    deps.changed()
  }

  /** Briefs and effects of a conversation that is new here; again only when something is said of it. */
  async function load(record: ConversationRecord): Promise<void> {
    const { conversationId } = record.server
    if (loaded.has(conversationId)) return
    loaded.add(conversationId)
    await projector.catchUp(conversationId, record.lastPosition)
    await briefs.load(record)
    await reading.runTimers(conversationId)
  }

  async function loadNew(): Promise<void> {
    await Promise.all(core.conversations().map(load))
    deps.changed()
  }

  async function sweep(): Promise<void> {
    await told(await lane(() => sweepOld(vault, deps.serverNowMs())))
    await safety.sweep()
    await expire()
  }

  async function expire(): Promise<void> {
    const swept = await lane(() => sweepExpired(vault, store, deps.serverNowMs()))
    for (const { conversationId, position } of swept.expired) await safety.forget(conversationId, [position])
    await told(swept)
    await planExpiry()
  }

  async function planExpiry(): Promise<void> {
    stopExpiry()
    const nextMs = await nextExpiryMs(vault)
    if (nextMs === undefined || isStopped) return
    stopExpiry()
    const waitMs = Math.min(Math.max(0, nextMs - deps.serverNowMs()), SWEEP_EVERY_MS)
    stopExpiry = clock.after(waitMs, () => background('expiry', expire()))
  }

  async function told({ conversations, files }: Swept): Promise<void> {
    for (const messageId of files) await transfers.forget(messageId)
    for (const conversationId of conversations) await reload(conversationId)
  }

  async function reload(conversationId: ConversationId): Promise<void> {
    const record = find(conversationId)
    if (record && loaded.has(conversationId)) await briefs.load(record)
    await watched.get(conversationId)?.view.reload()
    deps.changed()
  }

  async function changedAt(conversationId: ConversationId, position: number | undefined): Promise<void> {
    if (position === undefined) return
    const record = find(conversationId)
    if (record) await briefs.changed(record, position)
    await watched.get(conversationId)?.view.changed(position)
    deps.changed()
  }

  function take(conversationId: ConversationId, record: MessageRecord): void {
    // Its author took it back; the effect of the message that says so follows and shows it.
    const isTakenBack = record.content === undefined && record.code === undefined
    if (isTakenBack) return background('forget', transfers.forget(record.messageId))
    typing.ended(conversationId, record.senderAccount)
    briefs.take(conversationId, record, find(conversationId)?.readPosition ?? 0)
    watched.get(conversationId)?.view.take(record)
    const done = projector.take(conversationId, record).then((position) => changedAt(conversationId, position))
    background('effects', done)
    deps.changed()
  }

  function marks(conversationId: ConversationId): void {
    const record = find(conversationId)
    watched.get(conversationId)?.view.stale()
    deps.changed()
    if (!record) return
    background('marks', briefs.recount(record).then(deps.changed))
    background('timers', reading.runTimers(conversationId))
  }

  function handle(event: CoreEvent): void {
    switch (event.kind) {
      case 'conversations':
        for (const { view } of watched.values()) view.stale()
        return background('conversations', loadNew())
      case 'message':
        return take(event.conversationId, event.record)
      case 'notice':
        return background('notice', noticed(event.conversationId))
      case 'outbox':
        watched.get(event.conversationId)?.view.stale()
        return deps.changed()
      case 'marks':
        return marks(event.conversationId)
      case 'typing':
        return event.accountId === me ? undefined : typing.heard(event.conversationId, event.accountId)
      case 'securing':
      case 'grown':
      case 'newcomers':
        return deps.changed()
    }
  }

  async function noticed(conversationId: ConversationId): Promise<void> {
    const record = find(conversationId)
    if (record) await watched.get(conversationId)?.view.changed(record.lastPosition)
    deps.changed()
  }

  async function keyChanged(conversationId: ConversationId, accountId: AccountId): Promise<void> {
    const position = find(conversationId)?.lastPosition ?? 0
    const [row] = await store.between(conversationId, position, position)
    const n = Math.max(NOTICE_FIRST, ...(row?.notices ?? []).map((notice) => notice.n + 1))
    const notice = { notice: { kind: 'key-changed', accountId }, atMs: deps.serverNowMs() } as const
    await vault.write([noticeChange(conversationId, position, n, notice)])
    await watched.get(conversationId)?.view.changed(position)
    deps.changed()
  }

  function watch(conversationId: ConversationId, listener: (view: ConversationView) => void): () => void {
    const entry = watched.get(conversationId) ?? open(conversationId)
    entry.listeners.add(listener)
    const present = entry.view.present()
    if (present) listener(present)
    return () => {
      entry.listeners.delete(listener)
      if (entry.listeners.size > 0) return
      entry.view.close()
      if (watched.get(conversationId) === entry) watched.delete(conversationId)
    }
  }

  function open(conversationId: ConversationId): Watched {
    const listeners = new Set<(view: ConversationView) => void>()
    const view = createConversationView({
      store,
      core,
      me,
      conversationId,
      surroundings: () => ({
        me,
        nowMs: deps.serverNowMs(),
        handleOf: deps.handleOf,
        transferOf: (messageId: MessageId) => transfers.stateOf(messageId),
        steps,
        marksOf: safety.marksOf,
      }),
      typing: () => typing.of(conversationId).map(deps.handleOf),
      failed: (err) => failed('view', err),
      publish: (present) => {
        for (const listener of listeners) listener(present)
      },
    })
    const entry = { view, listeners }
    watched.set(conversationId, entry)
    return entry
  }

  async function deleteHistory(conversationId: ConversationId): Promise<void> {
    const files = await lane(() => sweepAll(vault, conversationId))
    const lastPosition = find(conversationId)?.lastPosition ?? 0
    await vault.write([projectedChange(conversationId, lastPosition)])
    await safety.forgetHistory(conversationId)
    await core.update(conversationId, { readPosition: lastPosition })
    await told({ conversations: new Set([conversationId]), files })
  }

  async function opened(conversationId: ConversationId, { position }: MessageRecord): Promise<void> {
    await lane(async () => {
      const record = await store.record(conversationId, position)
      if (record?.content?.kind !== 'file') return
      const effects = await store.effects(conversationId, position)
      await vault.write([
        recordChange(conversationId, { ...record, content: undefined }),
        effectsChange(conversationId, position, { ...effects, opened: factsOf(record.content.file) }),
      ])
    })
    await safety.forget(conversationId, [position])
    await changedAt(conversationId, position)
  }

  return {
    store,
    steps,
    start,
    handle,
    brief: briefs.get,
    watch,
    view: (conversationId) => watched.get(conversationId)?.view,
    stale(conversationId) {
      if (conversationId !== undefined) return watched.get(conversationId)?.view.stale()
      for (const { view } of watched.values()) view.stale()
    },
    keyChanged,
    markRead: reading.markRead,
    deleteHistory,
    opened,
    stop() {
      isStopped = true
      for (const stop of stops) stop()
      stopExpiry()
      typing.stop()
      reading.stop()
      for (const { view } of watched.values()) view.close()
      watched.clear()
    },
  }
}
