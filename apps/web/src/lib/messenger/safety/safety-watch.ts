import { DAY } from '@visavis/ports'
import { fail, MAILBOX_DAYS, ok, type ConversationId } from '@visavis/wire'
import type { Flag } from '@visavis/safety'
import type { Vault } from '../../vault/types.ts'
import type { CoreEvent, MessageRecord } from '../core-types.ts'
import type { LogEntry, QuotedFinding, SafetyWishes } from '../safety-types.ts'
import type { Message } from '../types.ts'
import type { Effects } from '../view/effects.ts'
import { openCallLog } from './call-log.ts'
import { createLanes, type LaneDeps } from './lanes.ts'
import {
  afterHistory,
  among,
  since,
  withIgnored,
  withMuted,
  without,
  withoutNotes,
  type KeptFinding,
  type Note,
  type SafetyRecord,
} from './memory.ts'
import { openSafetyShelf } from './shelf.ts'
import { hasText } from './subjects.ts'

/** What is shown of safety beside a message. */
export type SafetyMarks = Pick<Message, 'findings' | 'isUnchecked'>

/**
 * Safety of the conversations on this device: messages are looked at as they are stored, what was found stands beside them,
 * and goes with them. Nothing of it is sent, backed up or told to anybody.
 */
export type SafetyWatch = SafetyWishes & {
  /** Looks at what came while the app was closed. Not to be waited for. */
  readonly start: () => Promise<void>
  readonly handle: (event: CoreEvent) => void
  readonly marksOf: (conversationId: ConversationId, record: MessageRecord, effects: Effects) => SafetyMarks
  readonly mutedOf: (conversationId: ConversationId) => readonly Flag[]
  /** Messages that are out of sight for good. */
  readonly forget: (conversationId: ConversationId, positions: readonly number[]) => Promise<void>
  readonly forgetHistory: (conversationId: ConversationId) => Promise<void>
  /** Lets go what is older than messages are kept. */
  readonly sweep: () => Promise<void>
  readonly stop: () => void
}

export async function openSafetyWatch(
  deps: Omit<LaneDeps, 'shelf'> & {
    readonly vault: Vault
    readonly serverNowMs: () => number
  },
): Promise<SafetyWatch> {
  const { log, me, safety, serverNowMs, store } = deps
  const shelf = await openSafetyShelf(deps)
  const calls = await openCallLog(deps)
  const lanes = createLanes({ ...deps, shelf })
  const notes = new WeakMap<SafetyRecord, ReadonlyMap<number, Note>>()
  const stops: (() => void)[] = []
  let isStopped = false

  const background = (work: Promise<unknown>) =>
    void work.catch((err: unknown) => {
      if (!isStopped) log.error('safety.failed', { err })
    })
  const find = (conversationId: ConversationId) =>
    deps.conversations().find(({ server }) => server.conversationId === conversationId)

  function noteAt(conversationId: ConversationId, position: number): Note | undefined {
    const record = shelf.get(conversationId)
    const known = notes.get(record) ?? new Map(record.notes.map((note) => [note.position, note]))
    notes.set(record, known)
    return known.get(position)
  }

  function marksOf(conversationId: ConversationId, record: MessageRecord, effects: Effects): SafetyMarks {
    if (record.senderAccount === me || !hasText(record, effects)) return {}
    const { muted, passedOver } = shelf.get(conversationId)
    const note = noteAt(conversationId, record.position)
    const findings = note ? openFindings(note, muted) : []
    const isPassedOver = passedOver && record.position >= passedOver.from && record.position <= passedOver.to
    const isWaiting = record.position >= (lanes.waitingFrom(conversationId) ?? Infinity)
    const isUnchecked = safety.choice.get().isOn && (note?.isUnchecked === true || isPassedOver === true || isWaiting)
    return { ...(findings.length > 0 && { findings }), ...(isUnchecked && { isUnchecked }) }
  }

  function handle(event: CoreEvent): void {
    if (event.kind !== 'message') return
    const { conversationId, record } = event
    // Taken back, and stored as that: what was found in it goes at once, whatever else waits.
    if (record.content === undefined && record.code === undefined) background(forget(conversationId, [record.position]))
    lanes.stored(conversationId, record.position)
  }

  function forget(conversationId: ConversationId, positions: readonly number[]): Promise<void> {
    return shelf.change(conversationId, (record) => without(record, new Set(positions)))
  }

  async function sweep(): Promise<void> {
    const bornMs = serverNowMs() - MAILBOX_DAYS * DAY
    await calls.sweep()
    for (const conversationId of shelf.ids()) {
      const conversation = find(conversationId)
      const young = since(shelf.get(conversationId), bornMs)
      if (conversation) {
        const members = new Set<string>(conversation.server.members.map(({ accountId }) => accountId))
        const kept = among(young, members)
        if (kept !== shelf.get(conversationId)) await shelf.change(conversationId, () => kept)
      } else if (young.notes.length === 0) await shelf.drop(conversationId)
      else if (young !== shelf.get(conversationId)) await shelf.change(conversationId, () => young)
    }
  }

  /** A tab may have died between a message that went and what was found in it. */
  async function dropOrphans(): Promise<void> {
    for (const conversationId of shelf.ids()) {
      const { notes: noted, said } = shelf.get(conversationId)
      const positions = new Set([...noted, ...said].map(({ position }) => position))
      const gone: number[] = []
      for (const position of positions) if (!(await isHere(conversationId, position))) gone.push(position)
      if (gone.length > 0) await forget(conversationId, gone)
    }
  }

  async function isHere(conversationId: ConversationId, position: number): Promise<boolean> {
    const [row] = await store.between(conversationId, position, position)
    if (row?.lost) return true
    return row?.record !== undefined && hasText(row.record, row.effects)
  }

  function chosen(): void {
    lanes.again()
    for (const conversationId of shelf.ids()) deps.changed(conversationId)
  }

  async function start(): Promise<void> {
    stops.push(safety.choice.subscribe(chosen))
    const looked = lanes.start()
    await dropOrphans()
    await looked
  }

  return {
    start: () => start().catch((err: unknown) => (isStopped ? undefined : log.error('safety.failed', { err }))),
    handle,
    marksOf,
    mutedOf: (conversationId) => shelf.get(conversationId).muted,
    forget,
    sweep,
    forgetHistory: (conversationId) =>
      shelf.change(conversationId, (record) => afterHistory(record, find(conversationId)?.lastPosition ?? 0)),
    async safetyLog() {
      const entries = shelf.ids().flatMap((conversationId) => entriesOf(conversationId, shelf.get(conversationId)))
      return ok([...entries, ...calls.entries()].toSorted((a, b) => b.atMs - a.atMs))
    },
    async ignoreFinding(conversationId, position, flag) {
      if (!noteAt(conversationId, position)?.findings.some((finding) => finding.flag === flag)) return fail('NOT_FOUND')
      await shelf.change(conversationId, (record) => withIgnored(record, position, flag))
      return ok(true)
    },
    async muteFlag(conversationId, flag, isMuted) {
      if (!find(conversationId)) return fail('CONVERSATION_UNKNOWN')
      await shelf.change(conversationId, (record) => withMuted(record, flag, isMuted))
      return ok(true)
    },
    async noteCallFindings(callId, handle_, atMs, findings) {
      if (safety.choice.get().isOn) await calls.note(callId, handle_, atMs, findings)
      return ok(true)
    },
    async clearSafetyLog() {
      for (const conversationId of shelf.ids()) await shelf.change(conversationId, withoutNotes)
      await calls.clear()
      return ok(true)
    },
    stop() {
      isStopped = true
      lanes.stop()
      for (const stop of stops) stop()
    },
  }
}

function openFindings({ findings, ignored }: Note, muted: readonly Flag[]): readonly QuotedFinding[] {
  return findings.filter(({ flag }) => !ignored.includes(flag) && !muted.includes(flag)).map(told)
}

/** Where the earlier words stand is this file's own. */
function told(kept: KeptFinding): QuotedFinding {
  const finding: { -readonly [Name in keyof KeptFinding]: KeptFinding[Name] } = { ...kept }
  delete finding.earlierPosition
  return finding
}

function entriesOf(conversationId: ConversationId, { notes }: SafetyRecord): readonly LogEntry[] {
  return notes.flatMap(({ atMs, findings, handle, ignored, position }) =>
    findings.map((finding, at): LogEntry => {
      const { quote, ...found } = told(finding)
      return {
        id: `${conversationId} ${position} ${finding.flag} ${at}`,
        atMs,
        source: { kind: 'conversation', conversationId, position },
        handle,
        finding: found,
        quote,
        state: ignored.includes(finding.flag) ? 'ignored' : 'open',
      }
    }),
  )
}
