import { SECOND } from '@visavis/ports'
import type { ConversationId } from '@visavis/wire'
import type { Core, ServerConversation } from '../core-types.ts'
import type { CoreContext } from './context.ts'
import { changeRecord, deliveredOf, presentGroup, type Conversation } from './conversation.ts'
import { dropGroups, isRetired, retireBefore } from './groups.ts'
import { found } from './load.ts'
import { plan, type Plan } from './plan.ts'
import { commitChange, settlePending, startGeneration, type StepOutcome } from './steps.ts'

/** Chores that do not succeed are tried again ever later, and given up until something changes. */
const ATTEMPTS_MAX = 10
const ATTEMPT_MS_MIN = SECOND
const ATTEMPT_MS_MAX = 60 * SECOND
const LIST_RETRY_MS = 3 * SECOND

type Chore = {
  kind: Plan['kind']
  cancel: () => void
  isBusy: boolean
  attempts: number
  isSecuring: boolean
}

/**
 * Keeps the groups as the server's list says they should be: starts them, lets devices in and out, renews keys, and heals
 * by a new generation when this device cannot follow. Plans are pure (`plan`); here is their timing. Nothing is done on a
 * list that is older than the latest state of the group.
 */
export type Reconciler = Pick<Core, 'refresh' | 'isSecuring'> & {
  /** False when the server gave no list. */
  readonly refreshed: () => Promise<boolean>
  /** Plans anew after something has changed. */
  readonly consider: (conversation: Conversation) => void
  /** The group has moved: the list that is known is older than it. */
  moved(conversation: Conversation): void
  /** Something changed for the better: what was given up is tried again. */
  encourage(): void
}

export function createReconciler(
  context: CoreContext,
  options: {
    isInboxIdle(): boolean
    /** The group may be usable. */
    ready(conversation: Conversation): void
    /** The group has changed: what was refused may go now. */
    moved(conversation: Conversation): void
  },
): Reconciler {
  const { clock, random, self } = context.deps
  const chores = new Map<ConversationId, Chore>()
  let listNumber = 0
  let running: Promise<boolean> | undefined
  let next: Promise<boolean> | undefined
  let cancelRetry: () => void = () => undefined

  const choreOf = (id: ConversationId): Chore => {
    const chore = chores.get(id) ?? {
      kind: 'none',
      cancel: () => undefined,
      isBusy: false,
      attempts: 0,
      isSecuring: false,
    }
    chores.set(id, chore)
    return chore
  }

  async function fetchList(): Promise<boolean> {
    const number = ++listNumber
    const list = await context.deps.api.call('listConversations')
    cancelRetry()
    if (!list.ok) {
      if (context.isOnline()) cancelRetry = context.after(LIST_RETRY_MS, () => context.background('list', refreshed))
      return false
    }
    const seen = new Set<ConversationId>()
    for (const server of list.value.conversations) {
      seen.add(server.conversationId)
      await merge(context, server, number)
    }
    for (const conversation of context.conversations.values())
      if (!seen.has(conversation.id)) await end(context, conversation, number)
    context.emit({ kind: 'conversations' })
    for (const conversation of context.conversations.values()) consider(conversation)
    return true
  }

  /** One at a time; who asks while one is under way gets the one after it. */
  function refreshed(): Promise<boolean> {
    if (!running) {
      running = fetchList().finally(() => void (running = undefined))
      return running
    }
    next ??= running
      .catch(() => false)
      .then(() => {
        next = undefined
        return refreshed()
      })
    return next
  }

  function planOf(conversation: Conversation): Plan {
    const present = presentGroup(conversation)
    const nowMs = clock.nowMs()
    return plan({
      self: { accountId: self.accountId, deviceId: self.device.deviceId },
      server: conversation.record.server,
      group: present && { generation: present.generation, record: present.held.record },
      wantsToSend: conversation.outbox.some(({ state }) => state === 'waiting'),
      isSkipped: (deviceId) => (conversation.skipped.get(deviceId) ?? 0) > nowMs,
      nowMs: context.deps.serverNowMs(),
      chance: random.float(),
    })
  }

  function consider(conversation: Conversation): void {
    const chore = choreOf(conversation.id)
    if (!context.isOnline() || chore.isBusy) return
    const wanted = planOf(conversation)
    secure(conversation, chore, wanted)
    if (wanted.kind === 'none') {
      chore.cancel()
      chore.kind = 'none'
      options.ready(conversation)
      return
    }
    if (wanted.kind === 'change' || wanted.kind === 'renew') options.ready(conversation)
    if (chore.kind === wanted.kind || chore.attempts >= ATTEMPTS_MAX) return
    chore.cancel()
    chore.kind = wanted.kind
    const laterMs = chore.attempts === 0 ? 0 : Math.min(ATTEMPT_MS_MAX, ATTEMPT_MS_MIN * 2 ** chore.attempts)
    const delayMs = wanted.delayMs + laterMs * (0.5 + random.float() / 2)
    chore.cancel = context.after(delayMs, () => context.background('chore', () => due(conversation, chore)))
  }

  function secure(conversation: Conversation, chore: Chore, wanted: Plan): void {
    const isSecuring = wanted.kind === 'first' || wanted.kind === 'lost'
    if (chore.isSecuring === isSecuring) return
    chore.isSecuring = isSecuring
    context.emit({ kind: 'securing', conversationId: conversation.id, isSecuring })
  }

  async function due(conversation: Conversation, chore: Chore): Promise<void> {
    const { kind } = chore
    chore.isBusy = true
    try {
      const needsList = kind === 'lost' || conversation.listNumber < conversation.listNumberWanted
      if (needsList && !(await refreshed())) {
        chore.attempts++
        return
      }
      // A welcome or commit that is still in the queue may be all that is missing.
      if (kind === 'lost' && !options.isInboxIdle()) return
      const outcome = await conversation.lane(() => act(conversation, kind))
      if (outcome === 'done') chore.attempts = 0
      else if (outcome !== undefined) chore.attempts++
      if (outcome === 'refused') await refreshed()
    } finally {
      chore.kind = 'none'
      chore.isBusy = false
      consider(conversation)
    }
  }

  /** Does what is planned now, if it is still what was due. Undefined when it is not. */
  async function act(conversation: Conversation, kind: Plan['kind']): Promise<StepOutcome | undefined> {
    const settled = await settlePending(context, conversation)
    if (settled === 'waiting') return settled
    if (conversation.listNumber < conversation.listNumberWanted) return undefined
    const wanted = planOf(conversation)
    if (wanted.kind !== kind || !context.isOnline()) return undefined
    if (wanted.kind === 'none') return undefined
    const isStart = wanted.kind === 'first' || wanted.kind === 'lost'
    const outcome = isStart
      ? await startGeneration(context, conversation)
      : await commitChange(context, conversation, wanted.kind === 'change' ? wanted : undefined)
    if (outcome === 'done') moved(conversation)
    return outcome
  }

  function moved(conversation: Conversation): void {
    conversation.listNumberWanted = listNumber + 1
    options.moved(conversation)
    consider(conversation)
  }

  return {
    refreshed,
    refresh: async () => void (await refreshed()),
    isSecuring: (id) => chores.get(id)?.isSecuring ?? false,
    consider,
    moved,
    encourage() {
      for (const chore of chores.values()) chore.attempts = 0
      for (const conversation of context.conversations.values()) conversation.skipped.clear()
    },
  }
}

/** Takes over what the server says of one conversation, unless what is known here is newer. */
async function merge(context: CoreContext, server: ServerConversation, listNumber: number): Promise<void> {
  const known = context.conversations.get(server.conversationId)
  if (!known) {
    const conversation = await found(context, server)
    conversation.listNumber = listNumber
    context.conversations.set(server.conversationId, conversation)
    return
  }
  const before = known.record
  const isOlder = listNumber < known.listNumberWanted
  const group = isOlder
    ? { generation: before.server.generation, epoch: before.server.epoch, roster: before.server.roster }
    : {}
  const merged = { ...server, ...group }
  known.listNumber = listNumber
  const isOver = merged.state === 'over' && before.server.state !== 'over'
  if (JSON.stringify(merged) === JSON.stringify(before.server)) return
  const deliveredTo = deliveredOf(server, before.deliveredTo)
  await context.write([
    changeRecord(known, { server: merged, deliveredTo }),
    ...(isOver ? [context.notice(known, 1, { kind: 'over' as const })] : []),
  ])
  context.emit({ kind: 'marks', conversationId: known.id })
  if (isOver) {
    context.emit({ kind: 'notice', conversationId: known.id })
    context.background('over', () => known.lane(() => retireAll(context, known)))
  }
  await tidy(context, known)
}

/** Nothing is written any more; what is under way may still open for a while. */
async function retireAll(context: CoreContext, conversation: Conversation): Promise<void> {
  const retired = retireBefore(context, conversation, Infinity)
  if (retired.changes.length > 0) await context.write(retired.changes)
  retired.done()
}

/** A conversation that the server does not name any more can only be read. */
async function end(context: CoreContext, conversation: Conversation, listNumber: number): Promise<void> {
  const { server } = conversation.record
  if (server.state !== 'over') await merge(context, { ...server, state: 'over' }, listNumber)
}

/** Destroys the keys of generations whose time is over. */
export async function tidy(context: CoreContext, conversation: Conversation): Promise<void> {
  if (![...conversation.groups.values()].some(({ record }) => isRetired(context, record))) return
  await conversation.lane(() => dropGroups(context, conversation, (record) => isRetired(context, record)))
}
