import type { ConversationId, ServerFrame } from '@visavis/wire'
import type { ChainsRecord, ConversationRecord, Core, GroupRecord, OutboxRecord } from '../core-types.ts'
import { createContext, storeRecord, type CoreContext } from './context.ts'
import { createConversation, type Conversation, type PendingStep } from './conversation.ts'
import { createInbox, type Inbox } from './inbox.ts'
import { createKeyPackages } from './key-packages.ts'
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

/** Reads what is stored; group states stay bytes until they are needed. Returns the number deliveries are stored up to. */
async function load(context: CoreContext): Promise<number> {
  const { vault } = context.deps
  for (const { key, value } of await vault.list({ shelf: 'conversations', prefix: [] })) {
    if (key.length !== 1) continue
    const conversation = createConversation(value as unknown as ConversationRecord)
    context.conversations.set(conversation.id, conversation)
  }
  for (const { key, value } of await vault.list({ shelf: 'groups', prefix: [] })) {
    const conversation = context.conversations.get(key[0] as ConversationId)
    if (conversation) loadGroup(conversation, key, value)
  }
  for (const { key, value } of await vault.list({ shelf: 'outbox', prefix: [] })) {
    const conversation = context.conversations.get(key[0] as ConversationId)
    if (conversation) conversation.outbox = [...conversation.outbox, value as unknown as OutboxRecord]
  }
  for (const conversation of context.conversations.values())
    conversation.outbox = conversation.outbox.toSorted((a, b) => a.order - b.order)
  const cursor = (await vault.get('self', ['cursor'])) as { readonly durableSeq: number } | undefined
  return cursor?.durableSeq ?? 0
}

function loadGroup(conversation: Conversation, key: readonly (string | number)[], value: unknown): void {
  const [, generation, part] = key
  if (generation === 'chains') conversation.chains = value as ChainsRecord
  else if (part === 'pending') conversation.pending = value as PendingStep
  else if (typeof generation === 'number')
    conversation.groups.set(generation, { record: value as GroupRecord, group: undefined })
}
