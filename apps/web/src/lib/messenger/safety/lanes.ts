import { MINUTE, SECOND, type Clock, type Log } from '@visavis/ports'
import type { ConversationId } from '@visavis/wire'
import type { Row, RowStore } from '../view/rows.ts'
import { createLook, givenUp, type LookDeps } from './looking.ts'
import { withChecked, withPassedOver, type SafetyRecord } from './memory.ts'
import type { SafetyShelf } from './shelf.ts'

/** Looked at in one go and written in one write: one, when messages come one by one. */
const BATCH = 32
/** After a long time away so many of the newest are looked at. */
export const CATCH_UP_MAX = 500
/** One message that ends every engine must not keep the others from theirs. */
const ATTEMPTS = 3
const PAUSES_MS = [30 * SECOND, 2 * MINUTE, 10 * MINUTE] as const

export type LaneDeps = LookDeps & {
  readonly clock: Clock
  readonly log: Log
  readonly store: RowStore
  readonly shelf: SafetyShelf
  /** Whether something waits for an engine is another. */
  readonly changed: (conversationId: ConversationId) => void
}

/**
 * Looks at every message once, in the order of positions, one conversation beside the other and always behind the messages
 * themselves: showing and acknowledging wait for nobody here. What was found and what is remembered is one write; who dies
 * before it does the same again.
 */
export type Lanes = {
  /** Before any `stored`: what the vault holds. Answers when all of it was looked at, or nothing can be at present. */
  start(): Promise<void>
  /** There is a message at this position. */
  stored(conversationId: ConversationId, position: number): void
  /** The engine may be there again. */
  again(): void
  /** Messages from here on wait for an engine that cannot be had; undefined when none do. */
  waitingFrom(conversationId: ConversationId): number | undefined
  stop(): void
}

type Batch = { readonly rows: readonly Row[]; readonly upTo: number }

export function createLanes(deps: LaneDeps): Lanes {
  const { clock, log, safety, shelf, store } = deps
  const look = createLook(deps)
  const storedTo = new Map<ConversationId, number>()
  const late = new Map<ConversationId, Set<number>>()
  const running = new Map<ConversationId, Promise<void>>()
  const asked = new Set<ConversationId>()
  const paused = new Set<ConversationId>()
  const failures = new Map<string, number>()
  let pauses = 0
  let cancelPause: (() => void) | undefined
  let isStopped = false

  function stored(conversationId: ConversationId, position: number): void {
    const before = storedTo.get(conversationId) ?? 0
    storedTo.set(conversationId, Math.max(before, position))
    if (position < before) lateOf(conversationId).add(position)
    if (paused.has(conversationId)) deps.changed(conversationId)
    else void go(conversationId)
  }

  function lateOf(conversationId: ConversationId): Set<number> {
    const known = late.get(conversationId) ?? new Set()
    late.set(conversationId, known)
    return known
  }

  /** Looks at what there is; whoever asks while it goes on is served before it ends. */
  function go(conversationId: ConversationId): Promise<void> {
    asked.add(conversationId)
    const known = running.get(conversationId)
    if (known) return known
    const work = run(conversationId)
      .catch((err: unknown) => {
        if (!isStopped) log.error('safety.failed', { err })
      })
      .finally(() => {
        running.delete(conversationId)
        // Asked after the last look and before this line.
        if (asked.has(conversationId)) void go(conversationId)
      })
    running.set(conversationId, work)
    return work
  }

  async function run(conversationId: ConversationId): Promise<void> {
    while (asked.delete(conversationId)) {
      while (mayGo(conversationId) && (await step(conversationId)));
    }
  }

  const mayGo = (conversationId: ConversationId) => !isStopped && !paused.has(conversationId)

  /** False when there is nothing more to look at. */
  async function step(conversationId: ConversationId): Promise<boolean> {
    const turn = shelf.turn(conversationId)
    const before = shelf.get(conversationId)
    const last = storedTo.get(conversationId) ?? 0
    if (isIdle(before)) {
      if (last > before.checkedTo) await shelf.put(conversationId, turn, { ...before, checkedTo: last, late: [] })
      return false
    }
    const batch = await next(conversationId, before)
    if (!batch) return false
    const { isWaiting, record } = await looked(conversationId, before, batch)
    if (isStopped || !(await shelf.put(conversationId, turn, record))) return !isStopped
    const hinted = lateOf(conversationId)
    for (const position of hinted) if (isSettled(record, position)) hinted.delete(position)
    if (isWaiting) pause(conversationId)
    else pauses = 0
    return !isWaiting
  }

  async function next(conversationId: ConversationId, record: SafetyRecord): Promise<Batch | undefined> {
    const last = storedTo.get(conversationId) ?? 0
    const hinted = [...lateOf(conversationId)].filter((position) => record.late.includes(position))
    if (hinted.length > 0) {
      const range = await store.between(conversationId, Math.min(...hinted), Math.max(...hinted))
      const rows = range.filter((row) => hinted.includes(row.position) && isMessage(row))
      for (const position of hinted)
        if (!rows.some((row) => row.position === position)) lateOf(conversationId).delete(position)
      if (rows.length > 0) return { rows, upTo: record.checkedTo }
    }
    if (last <= record.checkedTo) return undefined
    const upTo = Math.min(last, record.checkedTo + BATCH)
    return { rows: (await store.between(conversationId, record.checkedTo + 1, upTo)).filter(isMessage), upTo }
  }

  /** Nothing is to be looked at, and there is nothing that a later message could take away. */
  function isIdle({ notes, said }: SafetyRecord): boolean {
    return !safety.choice.get().isOn && notes.length === 0 && said.length === 0
  }

  async function looked(
    conversationId: ConversationId,
    before: SafetyRecord,
    { rows, upTo }: Batch,
  ): Promise<{ readonly record: SafetyRecord; readonly isWaiting: boolean }> {
    const done = new Set<number>()
    let record = before
    for (const row of rows) {
      const { position } = row
      const after = await look(conversationId, record, row)
      if (after === 'unavailable') {
        const name = `${conversationId} ${position}`
        failures.set(name, (failures.get(name) ?? 0) + 1)
        if ((failures.get(name) ?? 0) < ATTEMPTS)
          return { record: withChecked(record, position - 1, done), isWaiting: true }
        failures.delete(name)
        record = givenUp(deps, record, row)
      } else record = after
      done.add(position)
    }
    return { record: withChecked(record, upTo, done), isWaiting: false }
  }

  function pause(conversationId: ConversationId): void {
    paused.add(conversationId)
    deps.changed(conversationId)
    if (cancelPause) return
    const ms = PAUSES_MS[Math.min(pauses, PAUSES_MS.length - 1)] ?? MINUTE
    pauses += 1
    cancelPause = clock.after(ms, again)
  }

  function again(): void {
    cancelPause?.()
    cancelPause = undefined
    const waiting = [...paused]
    paused.clear()
    for (const conversationId of waiting) {
      deps.changed(conversationId)
      void go(conversationId)
    }
  }

  async function start(): Promise<void> {
    const conversations = deps.conversations()
    for (const { lastPosition, readPosition, server } of conversations) {
      const { conversationId } = server
      storedTo.set(conversationId, lastPosition)
      for (const position of shelf.get(conversationId).late) lateOf(conversationId).add(position)
      const passed = withPassedOver(shelf.get(conversationId), lastPosition - CATCH_UP_MAX, readPosition)
      void shelf.change(conversationId, () => passed).catch((err: unknown) => log.error('safety.failed', { err }))
    }
    // One after the other: what comes meanwhile is looked at beside it, and does not wait.
    for (const { server } of conversations) if (!isStopped) await go(server.conversationId)
  }

  return {
    start,
    stored,
    again,
    waitingFrom: (conversationId) => (paused.has(conversationId) ? shelf.get(conversationId).checkedTo + 1 : undefined),
    stop() {
      isStopped = true
      cancelPause?.()
    },
  }
}

/** Also one whose record cannot be read: its place is taken. */
function isMessage({ lost, record }: Row): boolean {
  return record !== undefined || lost !== undefined
}

function isSettled({ checkedTo, late }: SafetyRecord, position: number): boolean {
  return position <= checkedTo && !late.includes(position)
}
