import type { ServerFrameBody } from '@visavis/wire'
import type { Change } from '../../vault/types.ts'
import { cursorRecord } from '../stored-records.ts'
import { Stopped, type CoreContext } from './context.ts'
import type { Conversation } from './conversation.ts'
import { takeCommit, takeWelcome } from './incoming-steps.ts'
import { refuseMessage, takeMessage } from './incoming-messages.ts'
import { settlePending } from './steps.ts'

export type Entry = ServerFrameBody<'entry'>

/** What one entry led to: all of it in one write, then `apply`, then `tell`. */
export type Taken = {
  readonly changes: readonly Change[]
  apply?(): void | Promise<void>
  tell?(): void
}

const NOTHING: Taken = { changes: [] }

/** How long the inbox rests when it cannot go on: no list of conversations, no answer to an own step. */
const REST_MS = 2_000

/**
 * Deliveries, strictly in the order of their numbers and one at a time. Each is one write that holds what it changed and
 * the number up to which everything is stored: a tab that dies in between is sent it again, one that dies after is not
 * shown it twice.
 */
export type Inbox = {
  take(entry: Entry): void
  /** Goes on after a rest or a cut. */
  wake(): void
  durableSeq(): number
  isIdle(): boolean
}

export function createInbox(
  context: CoreContext,
  options: {
    readonly durableSeq: number
    /** Asks for the list of conversations; false when there was no answer. */
    refresh(): Promise<boolean>
    /** The group of the conversation may have moved. */
    moved(conversation: Conversation): void
  },
): Inbox {
  const queue: Entry[] = []
  let durableSeq = options.durableSeq
  let lastQueued = durableSeq
  let isRunning = false
  let cancelRest: () => void = () => undefined

  async function store(entry: Entry, taken: Taken): Promise<void> {
    const cursor = cursorRecord.write({ durableSeq: entry.seq })
    await context.write([...taken.changes, { shelf: 'self', key: ['cursor'], value: cursor }])
    durableSeq = entry.seq
    await taken.apply?.()
    context.deps.uplink.stored(entry.seq)
    taken.tell?.()
  }

  /** False when it has to wait. */
  async function handle(entry: Entry): Promise<boolean> {
    const { conversations } = context
    if (!conversations.has(entry.conversationId) && !(await options.refresh())) return false
    const conversation = conversations.get(entry.conversationId)
    if (!conversation) {
      context.dropped('no-conversation')
      await store(entry, NOTHING)
      return true
    }
    return conversation.lane(async () => {
      if ((await settlePending(context, conversation)) === 'waiting') return false
      // Who may be in the group is judged by the list of members, which may be older than the step.
      const taken = (await read(conversation, entry, false)) ?? ((await options.refresh()) ? 'again' : undefined)
      if (!taken) return false
      await store(entry, taken === 'again' ? ((await read(conversation, entry, true)) ?? NOTHING) : taken)
      if (entry.kind !== 'message') options.moved(conversation)
      return true
    })
  }

  /** Undefined when it was refused and that may change. */
  async function read(conversation: Conversation, entry: Entry, isLastTry: boolean): Promise<Taken | undefined> {
    try {
      if (entry.kind === 'message') return await takeMessage(context, conversation, entry)
      if (entry.senderDevice === context.deps.self.device.deviceId) return NOTHING
      if (entry.kind === 'welcome') return await takeWelcome(context, conversation, entry)
      return await takeCommit(context, conversation, entry, isLastTry)
    } catch (err) {
      if (err instanceof Stopped) throw err
      // A bug, but what a stranger sent must not hold up everything that comes after it.
      context.deps.log.error('messages.entry-failed', { err })
      return entry.kind === 'message' ? refuseMessage(context, conversation, entry) : NOTHING
    }
  }

  async function run(): Promise<void> {
    isRunning = true
    cancelRest()
    try {
      for (let entry = queue[0]; entry && !context.isStopped(); entry = queue[0]) {
        if (!(await handle(entry))) {
          cancelRest = context.after(REST_MS, wake)
          return
        }
        queue.shift()
      }
    } finally {
      isRunning = false
    }
  }

  function wake(): void {
    if (!isRunning) context.background('inbox', run)
  }

  return {
    take(entry) {
      if (entry.seq <= lastQueued) return
      lastQueued = entry.seq
      queue.push(entry)
      wake()
    },
    wake,
    durableSeq: () => durableSeq,
    isIdle: () => queue.length === 0,
  }
}
