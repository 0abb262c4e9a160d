import { CHAIN_START, type OpenedFranked, type Step } from '@visavis/e2ee'
import type { Code } from '@visavis/wire'
import { openAll } from '../../vault/record-kind.ts'
import type { Change } from '../../vault/types.ts'
import type { MessageRecord } from '../core-types.ts'
import { entryRecord, messageRecord } from '../stored-records.ts'
import { holdAhead } from './ahead.ts'
import type { CoreContext } from './context.ts'
import type { Conversation } from './conversation.ts'
import { effectsOf, isRepeated } from './effects.ts'
import { groupOf, putGroup } from './groups.ts'
import type { Entry, Taken } from './inbox.ts'
import { putChains } from './steps.ts'

type Opened =
  | { readonly kind: 'opened'; readonly value: OpenedFranked }
  | { readonly kind: 'refused'; readonly step: Step | undefined }
  | { readonly kind: 'ahead' }

/**
 * Opens a message and stores it under its position. One that cannot be opened, or that breaks a rule, is stored as just
 * that: it keeps its place in the order and never stands in the way of the next.
 */
export async function takeMessage(context: CoreContext, conversation: Conversation, entry: Entry): Promise<Taken> {
  // The device's own message is stored with its answer (outbox), not with a delivery.
  if (entry.senderDevice === context.deps.self.device.deviceId) return { changes: [] }
  // Sealed before this device came in, taken by the server after: it was never meant for it.
  const held = conversation.groups.get(entry.generation)
  if (held && entry.epoch < held.record.sinceEpoch) {
    context.dropped('before-joining')
    return { changes: [] }
  }
  // Told again because the cursor was lost: its key is spent, and what is stored must not become "could not be opened".
  if (entry.position <= conversation.record.lastPosition && (await isStored(context, entry))) return { changes: [] }
  const opened = await open(context, conversation, entry)
  if (opened.kind === 'ahead') {
    const kept = await holdAhead(context, conversation, entry)
    if (kept) return kept
  }
  return storeMessage(context, conversation, entry, opened)
}

async function isStored({ deps: { vault } }: CoreContext, entry: Entry): Promise<boolean> {
  const stored = messageRecord.read(await vault.get('messages', [entry.conversationId, entry.position]))
  return stored?.messageId === entry.messageId
}

/** Stores the message as one that could not be opened, with the group as it was. */
export function refuseMessage(context: CoreContext, conversation: Conversation, entry: Entry): Promise<Taken> {
  return storeMessage(context, conversation, entry, { kind: 'refused', step: undefined })
}

/** Undefined while its commit has still not come. */
async function takeHeld(
  context: CoreContext,
  conversation: Conversation,
  entry: Entry,
  isLastTry: boolean,
): Promise<Taken | undefined> {
  const opened = await open(context, conversation, entry)
  return opened.kind === 'ahead' && !isLastTry ? undefined : storeMessage(context, conversation, entry, opened)
}

async function open(context: CoreContext, conversation: Conversation, entry: Entry): Promise<Opened> {
  const group = await groupOf(context, conversation, entry.generation)
  if (!group || !entry.commitment) return { kind: 'refused', step: undefined }
  const { isFromStart, of } = conversation.chains
  const opened = await context.deps.e2ee.openMessage(group, {
    ciphertext: entry.bytes,
    commitment: entry.commitment,
    senderAccount: entry.senderAccount,
    senderDevice: entry.senderDevice,
    conversationId: entry.conversationId,
    generation: entry.generation,
    chain: (deviceId) => of[deviceId] ?? (isFromStart ? CHAIN_START : undefined),
  })
  if (opened.ok) return { kind: 'opened', value: opened.value }
  return opened.code === 'E2EE_EPOCH_AHEAD' ? { kind: 'ahead' } : { kind: 'refused', step: opened.step }
}

async function storeMessage(
  context: CoreContext,
  conversation: Conversation,
  entry: Entry,
  opened: Opened,
): Promise<Taken> {
  const record = recordOf(conversation, entry, opened.kind === 'opened' ? opened.value : undefined)
  const effects = await effectsOf(context, conversation, record)
  const step = opened.kind === 'opened' ? opened.value : opened.kind === 'refused' ? opened.step : undefined
  const moved = step && moveGroup(conversation, entry.generation, step)
  const changes: Change[] = [...effects.changes, ...(moved ? [moved.change] : [])]
  if (opened.kind === 'opened') {
    const { chains } = conversation
    changes.push(putChains(conversation, { ...chains, of: { ...chains.of, [entry.senderDevice]: opened.value.chain } }))
  }
  return {
    changes,
    apply: () => moved?.done(),
    tell: () => {
      const conversationId = conversation.id
      context.emit({ kind: 'message', conversationId, record })
      if (effects.unsent) context.emit({ kind: 'message', conversationId, record: effects.unsent })
      if (effects.movesMarks) context.emit({ kind: 'marks', conversationId })
    },
  }
}

/** The write and the swap for a step of a group whose members and epoch stay. */
export function moveGroup(
  conversation: Conversation,
  generation: number,
  step: Step,
  sentSince?: number,
): { readonly change: Change; done(): void } | undefined {
  const held = conversation.groups.get(generation)
  if (!held) return undefined
  const record = { ...held.record, state: step.nextState, sentSince: sentSince ?? held.record.sentSince }
  const put = putGroup(conversation, generation, record)
  return {
    change: put.change,
    done: () => {
      step.apply()
      put.done(held.group)
    },
  }
}

function recordOf({ record }: Conversation, entry: Entry, opened: OpenedFranked | undefined): MessageRecord {
  return {
    messageId: entry.messageId,
    position: entry.position,
    generation: entry.generation,
    senderAccount: entry.senderAccount,
    senderDevice: entry.senderDevice,
    sentAtMs: entry.sentAtMs,
    clientMs: opened?.clientMs ?? entry.sentAtMs,
    content: opened?.content,
    ...(opened ? {} : { code: 'E2EE_OPEN_FAILED' satisfies Code }),
    isAfterGap: opened?.isAfterGap ?? false,
    ...(isRepeated(record, opened?.content) && { isRepeat: true }),
    evidence: opened?.evidence,
    commitment: entry.commitment ?? new Uint8Array(0),
    stampKeyId: entry.stampKeyId ?? 0,
    stamp: entry.stamp ?? new Uint8Array(0),
  }
}

/** Tries the held ones again, each in a write of its own. Inside the lane, after a commit. */
export async function retryHeld(context: CoreContext, conversation: Conversation): Promise<void> {
  const listed = await context.deps.vault.list({ shelf: 'transfers', prefix: ['ahead', conversation.id] })
  const held = openAll(entryRecord, listed, context.deps.log)
  // The server has been told that these are stored, so that nothing brings them back.
  const lost = [...held.damaged, ...held.newer].map((key): Change => ({ shelf: 'transfers', key, value: undefined }))
  if (lost.length > 0) await context.write(lost)
  for (const { key, record: entry } of held.records) {
    const isLastTry = entry.generation < Math.max(0, ...conversation.groups.keys())
    const taken = await takeHeld(context, conversation, entry, isLastTry)
    if (!taken) continue
    await context.write([...taken.changes, { shelf: 'transfers', key, value: undefined }])
    await taken.apply?.()
    taken.tell?.()
  }
}
