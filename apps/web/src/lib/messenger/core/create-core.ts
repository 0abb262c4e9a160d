import type { ConversationId, ServerFrame } from '@visavis/wire'
import type { Core } from '../core-types.ts'
import { createContext, storeRecord, type CoreContext } from './context.ts'
import { createInbox, type Inbox } from './inbox.ts'
import { createKeyPackages } from './key-packages.ts'
import { load } from './load.ts'
import { createOutbox } from './outbox.ts'
import type { CoreDeps } from './ports.ts'
import { createReconciler, tidy } from './reconcile.ts'

/**
 * The part of the messenger that moves messages: durable before shown, exactly once, in the order of their positions,
 * whatever is cut or killed. One per device; the caller sees to it that no two run on one vault.
 *
 * Order of life: `start`, then `online` and `offline` as the connection tells, frames by `frame`, `stop`. A vault that
 * fails stops the core by itself: what is stored is then for the next start to find out.
 */
export function createCore(deps: CoreDeps): Core {
  const context = createContext(deps)
  let inbox: Inbox | undefined

  const reconciler = createReconciler(context, {
    isInboxIdle: () => inbox?.isIdle() ?? true,
    ready: (conversation) => outbox.pump(conversation),
    moved: (conversation) => outbox.hurry(conversation),
  })
  const keyPackages = createKeyPackages(context)
  const outbox = createOutbox(context, {
    stuck(conversation, isRefused) {
      if (isRefused) context.background('list', reconciler.refreshed)
      else reconciler.consider(conversation)
    },
    sent: reconciler.consider,
  })

  /** Title and timer were told before the newcomers' time, and reach them like everything else: as messages. */
  async function introduce(conversationId: ConversationId): Promise<void> {
    const { server, title, timerSeconds } = context.conversations.get(conversationId)?.record ?? {}
    if (server?.kind === 'group' && title) await outbox.send(conversationId, { kind: 'title', text: title })
    if (timerSeconds) await outbox.send(conversationId, { kind: 'timer', seconds: timerSeconds })
  }
  /**
   * Whether this account shares files, told again for newcomers. Every device says only what it knows of its own account,
   * and names when it was said: a device that has not heard of a later word cannot undo it.
   */
  async function tellSharing(conversationId: ConversationId): Promise<void> {
    const said = context.conversations.get(conversationId)?.record.sharing?.[deps.self.accountId]
    const isUnderWay = outbox
      .outboxOf(conversationId)
      .some(({ content, state }) => content.kind === 'sharing' && content.since !== undefined && state === 'waiting')
    if (!said || isUnderWay) return
    await outbox.send(conversationId, { kind: 'sharing', on: said.on, since: said.position })
  }
  context.on((event) => {
    if (event.kind === 'grown') context.background('introduce', () => introduce(event.conversationId))
    if (event.kind === 'newcomers') context.background('sharing', () => tellSharing(event.conversationId))
  })

  async function start(): Promise<void> {
    const durableSeq = await load(context)
    inbox = createInbox(context, {
      durableSeq,
      refresh: reconciler.refreshed,
      moved(conversation) {
        reconciler.moved(conversation)
        keyPackages.refillSoon()
      },
    })
    for (const conversation of context.conversations.values()) await tidy(context, conversation)
    context.emit({ kind: 'conversations' })
    if (context.isOnline()) online()
  }

  function online(): void {
    context.setOnline(true)
    if (!inbox) return
    reconciler.encourage()
    context.background('list', reconciler.refreshed)
    inbox.wake()
    keyPackages.refill()
    for (const conversation of context.conversations.values()) outbox.hurry(conversation)
  }

  return {
    start,
    stop: () => context.stop(),
    on: (listener) => context.on(listener),
    conversations: () => [...context.conversations.values()].map(({ record }) => record),
    isSecuring: (conversationId) => reconciler.isSecuring(conversationId),
    refresh: () => reconciler.refresh(),
    send: (conversationId, content, how) => outbox.send(conversationId, content, how),
    release: (messageId, content) => outbox.release(messageId, content),
    retry: (messageId) => outbox.retry(messageId),
    discard: (messageId) => outbox.discard(messageId),
    outboxOf: (conversationId) => outbox.outboxOf(conversationId),
    async update(conversationId, change) {
      const conversation = context.conversations.get(conversationId)
      if (conversation) await storeRecord(context, conversation, change, { kind: 'marks', conversationId })
    },
    online,
    offline: () => context.setOnline(false),
    frame: (frame) => takeFrame(context, frame, inbox, reconciler),
    durableSeq: () => inbox?.durableSeq() ?? 0,
  }
}

function takeFrame(
  context: CoreContext,
  frame: ServerFrame,
  inbox: Inbox | undefined,
  reconciler: ReturnType<typeof createReconciler>,
): void {
  if (frame.name === 'entry') inbox?.take(frame.body)
  else if (frame.name === 'conversation.delivered')
    context.background('delivered', () => delivered(context, frame.body))
  else if (frame.name === 'conversation.typing') context.emit({ kind: 'typing', ...frame.body })
  else if (frame.name === 'changed' || frame.name === 'contact.made') {
    reconciler.encourage()
    context.background('list', reconciler.refreshed)
  }
}

async function delivered(
  context: CoreContext,
  { conversationId, accountId, position }: { conversationId: ConversationId; accountId: string; position: number },
): Promise<void> {
  const conversation = context.conversations.get(conversationId)
  if (!conversation) return
  const { deliveredTo } = conversation.record
  if ((deliveredTo[accountId] ?? 0) >= position) return
  await storeRecord(
    context,
    conversation,
    { deliveredTo: { ...deliveredTo, [accountId]: position } },
    { kind: 'marks', conversationId },
  )
}
