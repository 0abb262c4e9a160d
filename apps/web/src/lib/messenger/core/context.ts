import type { ConversationId } from '@visavis/wire'
import type { Change } from '../../vault/types.ts'
import type { CoreEvent, NoticeRecord } from '../core-types.ts'
import { noticeRecord } from '../stored-records.ts'
import { changeRecord, type Conversation } from './conversation.ts'
import { createDropCounter, type DropReason } from './dropped.ts'
import type { CoreDeps } from './ports.ts'
import { createSerial } from './serial.ts'

/** Thrown by work that outlived the core; nobody is to hear of it. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
}

/** What the managers of the core share: the conversations in memory, one writer of the vault, timers with an owner. */
export type CoreContext = {
  readonly deps: CoreDeps
  readonly conversations: Map<ConversationId, Conversation>
  isOnline(): boolean
  setOnline(online: boolean): void
  isStopped(): boolean
  stop(): void
  /** @throws Stopped after the end; a vault that fails is the end */
  write(changes: readonly Change[]): Promise<void>
  emit(event: CoreEvent): void
  on(listener: (event: CoreEvent) => void): () => void
  /** Work nobody waits for; its errors are logged. */
  background(what: string, work: () => Promise<unknown>): void
  /** Runs once unless the core stops before, or the returned function is called. */
  after(ms: number, work: () => void): () => void
  /** Stores a line about the conversation at its present end; the same `n` at the same place is the same line. */
  notice(conversation: Conversation, n: number, notice: Notice): Change
  /** A delivery came to nothing. */
  readonly dropped: (reason: DropReason) => void
}
type Notice = {
  readonly kind: 'started' | 'secured-again' | 'over' | 'joined' | 'left' | 'device-added'
  readonly accountId?: string
}

export function createContext(deps: CoreDeps): CoreContext {
  const listeners = new Set<(event: CoreEvent) => void>()
  const timers = new Set<() => void>()
  const inOrder = createSerial()
  let isOnline = false
  let isStopped = false

  function stop(): void {
    isStopped = true
    for (const cancel of timers) cancel()
    timers.clear()
  }

  async function write(changes: readonly Change[]): Promise<void> {
    await inOrder(async () => {
      if (isStopped) throw new Stopped()
      try {
        await deps.vault.write(changes)
      } catch (err) {
        // What is stored is unknown now; the next start reads it. Going on could show what is not kept.
        deps.log.error('messages.vault-failed', { err })
        stop()
        throw new Stopped()
      }
    })
    if (isStopped) throw new Stopped()
  }

  function after(ms: number, work: () => void): () => void {
    if (isStopped) return () => undefined
    const cancel = deps.clock.after(ms, () => {
      timers.delete(cancel)
      work()
    })
    timers.add(cancel)
    return () => {
      cancel()
      timers.delete(cancel)
    }
  }

  const context: CoreContext = {
    deps,
    conversations: new Map(),
    isOnline: () => isOnline && !isStopped,
    setOnline: (online) => void (isOnline = online),
    isStopped: () => isStopped,
    stop,
    write,
    emit(event) {
      if (!isStopped) for (const listener of listeners) listener(event)
    },
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    background(what, work) {
      work().catch((err: unknown) => {
        if (!(err instanceof Stopped)) deps.log.error('messages.failed', { reason: what, err })
      })
    },
    after,
    dropped: createDropCounter({ log: deps.log, after }),
    notice: (conversation, n, notice) => ({
      shelf: 'messages',
      key: [conversation.id, conversation.record.lastPosition, n],
      value: noticeRecord.write({ notice, atMs: deps.serverNowMs() } as NoticeRecord),
    }),
  }
  return context
}

/** Changes the record of a conversation, and tells of it once it is stored. */
export async function storeRecord(
  context: CoreContext,
  conversation: Conversation,
  change: Parameters<typeof changeRecord>[1],
  event: CoreEvent,
): Promise<void> {
  await context.write([changeRecord(conversation, change)])
  context.emit(event)
}
