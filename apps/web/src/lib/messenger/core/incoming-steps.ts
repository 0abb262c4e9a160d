import type { KeyPackage } from '@visavis/e2ee'
import type { DeviceId } from '@visavis/wire'
import type { Change } from '../../vault/types.ts'
import type { GroupRecord } from '../core-types.ts'
import type { CoreContext } from './context.ts'
import { changeRecord, type Conversation } from './conversation.ts'
import { groupOf, noticeNumber, noticesOf, putGroup, retireBefore } from './groups.ts'
import { retryHeld } from './incoming-messages.ts'
import type { Entry, Taken } from './inbox.ts'
import { findKeyPackage } from './key-packages.ts'
import { putChains } from './steps.ts'

const NOTHING: Taken = { changes: [] }

/** Lets this device into a generation. Undefined when it does not: a new generation heals that. */
export async function takeWelcome(
  context: CoreContext,
  conversation: Conversation,
  entry: Entry,
): Promise<Taken | undefined> {
  const { e2ee, self, serverNowMs } = context.deps
  const { generation } = entry
  const known = conversation.groups.get(generation)
  if (known && known.record.epoch > entry.epoch) return old(context)
  const suite = conversation.record.server.kind
  const joined = await e2ee.joinConversation({
    name: { conversationId: conversation.id, generation },
    suite,
    device: self.device,
    admit: context.deps.admit(conversation.id),
    keyPackage: (id) => findKeyPackage(context.deps.vault, suite, id),
    welcome: entry.bytes,
    nowMs: serverNowMs(),
  })
  if (!joined.ok) return undefined
  const { group, state, usedKeyPackage } = joined.value
  const record: GroupRecord = {
    state,
    epoch: group.epoch(),
    sinceEpoch: group.epoch(),
    devices: group.roster().map(({ deviceId }) => deviceId),
    renewedAtMs: serverNowMs(),
    sentSince: 0,
  }
  const put = putGroup(conversation, generation, record)
  const retired = retireBefore(context, conversation, generation)
  const isFirst = generation === 1 && record.epoch === 1
  return {
    changes: [
      put.change,
      ...retired.changes,
      ...burn(await findKeyPackage(context.deps.vault, suite, usedKeyPackage)),
      ...told(conversation, entry, record),
      ...(isFirst ? [putChains(conversation, { ...conversation.chains, isFromStart: true })] : []),
      context.notice(conversation, noticeNumber(generation, entry.epoch), {
        kind: generation === 1 ? 'started' : 'secured-again',
      }),
    ],
    apply: async () => {
      put.done(group)
      retired.done()
      await retryHeld(context, conversation)
    },
    tell: () => tellOfStep(context, conversation, true),
  }
}

/** A step that this device has taken already, or was let in behind. */
function old(context: CoreContext): Taken {
  context.dropped('old-step')
  return NOTHING
}

/** A key package is good for one joining, and its private half goes with the write that stores what it led to. */
function burn(keyPackage: KeyPackage | undefined): readonly Change[] {
  if (!keyPackage || keyPackage.isLast) return []
  return [{ shelf: 'key-packages', key: [keyPackage.suite, keyPackage.id], value: undefined }]
}

/** Follows a commit of another device. Undefined for one that is refused; at the last try that leaves the group behind for good: see `lost` in `plan`. */
export async function takeCommit(
  context: CoreContext,
  conversation: Conversation,
  entry: Entry,
  isLastTry: boolean,
): Promise<Taken | undefined> {
  const { generation, epoch } = entry
  const held = conversation.groups.get(generation)
  const group = await groupOf(context, conversation, generation)
  if (!held || !group) return NOTHING
  if (epoch < group.epoch()) return old(context)
  const before = group.roster()
  const processed = await group.process(entry.bytes, context.deps.serverNowMs())
  if (!processed.ok && !isLastTry) return undefined
  if (!processed.ok || processed.value.kind === 'removed') {
    group.destroy()
    conversation.groups.delete(generation)
    return { changes: [{ shelf: 'groups', key: [conversation.id, generation], value: undefined }] }
  }
  const { value } = processed
  const gone = new Set(value.removed.map(({ deviceId }) => deviceId))
  const devices = [
    ...before.map(({ deviceId }) => deviceId).filter((deviceId) => !gone.has(deviceId)),
    ...value.added.map(({ deviceId }) => deviceId),
  ]
  const record: GroupRecord = { ...held.record, state: value.nextState, epoch: epoch + 1, devices }
  const put = putGroup(conversation, generation, record)
  return {
    changes: [
      put.change,
      ...told(conversation, entry, record),
      ...noticesOf(context, conversation, before, value, noticeNumber(generation, epoch)),
    ],
    apply: async () => {
      value.apply()
      put.done(group)
      await retryHeld(context, conversation)
    },
    tell: () => tellOfStep(context, conversation, value.added.length > 0),
  }
}

/** What a step says of the server's own view of the group, unless a later view is known. */
function told(conversation: Conversation, { generation, epoch }: Entry, record: GroupRecord): readonly Change[] {
  const { server } = conversation.record
  const isLater = generation > server.generation || (generation === server.generation && epoch + 1 >= server.epoch)
  if (!isLater) return []
  const roster = record.devices as DeviceId[]
  return [changeRecord(conversation, { server: { ...server, generation, epoch: epoch + 1, roster } })]
}

function tellOfStep(context: CoreContext, conversation: Conversation, hasNewcomers: boolean): void {
  context.emit({ kind: 'notice', conversationId: conversation.id })
  context.emit({ kind: 'conversations' })
  if (hasNewcomers) context.emit({ kind: 'newcomers', conversationId: conversation.id })
}
