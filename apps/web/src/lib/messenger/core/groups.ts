import type { DeviceCredential, Group } from '@visavis/e2ee'
import { DAY } from '@visavis/ports'
import type { AccountId } from '@visavis/wire'
import type { Change } from '../../vault/types.ts'
import type { GroupRecord } from '../core-types.ts'
import { groupRecord } from '../stored-records.ts'
import type { CoreContext } from './context.ts'
import type { Conversation, HeldGroup } from './conversation.ts'

/** A generation that was replaced is kept for this long, so that what was under way still opens. */
export const RETIRED_GROUP_MS = DAY

/** The usable group of a generation, restored from its stored state on first use; undefined when there is none. */
export async function groupOf(
  context: CoreContext,
  conversation: Conversation,
  generation: number,
): Promise<Group | undefined> {
  const held = conversation.groups.get(generation)
  if (!held || held.group) return held?.group
  held.group = await restore(context, conversation, held.record.state)
  if (!held.group) {
    // A state that cannot be read is as good as lost: a new generation heals it.
    conversation.groups.delete(generation)
    await context.write([{ shelf: 'groups', key: [conversation.id, generation], value: undefined }])
  }
  return held.group
}

export async function restore(
  context: CoreContext,
  conversation: Conversation,
  state: Uint8Array,
): Promise<Group | undefined> {
  const { e2ee, self, log } = context.deps
  try {
    return await e2ee.restoreConversation({ state, device: self.device, admit: context.deps.admit(conversation.id) })
  } catch (err) {
    log.error('messages.group-damaged', { err })
    return undefined
  }
}

/** What to write for a group, and how to have it in memory once that is through. */
export function putGroup(
  conversation: Conversation,
  generation: number,
  record: GroupRecord,
): { readonly change: Change; done(group: Group | undefined): void } {
  return {
    change: { shelf: 'groups', key: [conversation.id, generation], value: groupRecord.write(record) },
    done(group) {
      const held: HeldGroup = conversation.groups.get(generation) ?? { record, group: undefined }
      held.record = record
      if (held.group !== group) held.group?.destroy()
      held.group = group
      conversation.groups.set(generation, held)
    },
  }
}

/** Retires every generation before this one; `done` follows the write. */
export function retireBefore(
  context: CoreContext,
  conversation: Conversation,
  generation: number,
): { readonly changes: readonly Change[]; done(): void } {
  const retired = [...conversation.groups]
    .filter(([each, held]) => each < generation && held.record.retiredAtMs === undefined)
    .map(([each, held]) => ({ each, held, record: { ...held.record, retiredAtMs: context.deps.serverNowMs() } }))
  return {
    changes: retired.map(({ each, record }) => ({
      shelf: 'groups',
      key: [conversation.id, each],
      value: groupRecord.write(record),
    })),
    done: () => {
      for (const { held, record } of retired) held.record = record
    },
  }
}

/** Forgets generations and their keys. */
export async function dropGroups(
  context: CoreContext,
  conversation: Conversation,
  which: (record: GroupRecord) => boolean,
): Promise<void> {
  const dropped = [...conversation.groups].filter(([, { record }]) => which(record))
  if (dropped.length === 0) return
  await context.write(
    dropped.map(([generation]): Change => ({ shelf: 'groups', key: [conversation.id, generation], value: undefined })),
  )
  for (const [generation, held] of dropped) {
    if (conversation.groups.get(generation) === held) conversation.groups.delete(generation)
    held.group?.destroy()
  }
}

export function isRetired(context: CoreContext, record: GroupRecord): boolean {
  return record.retiredAtMs !== undefined && record.retiredAtMs + RETIRED_GROUP_MS < context.deps.serverNowMs()
}

type Named = Pick<DeviceCredential, 'accountId' | 'deviceId'>

/** Lines for what a commit did to the people of a conversation, from the devices before and after. */
export function noticesOf(
  context: CoreContext,
  conversation: Conversation,
  before: readonly Named[],
  change: { readonly added: readonly Named[]; readonly removed: readonly Named[] },
  nFirst: number,
): readonly Change[] {
  const accountsOf = (devices: readonly Named[]) => new Set(devices.map(({ accountId }) => accountId))
  const gone = new Set(change.removed.map(({ deviceId }) => deviceId))
  const had = accountsOf(before)
  const have = accountsOf([...before.filter(({ deviceId }) => !gone.has(deviceId)), ...change.added])
  const lines = [
    ...[...accountsOf(change.added)].map((accountId) => ({
      kind: had.has(accountId) ? ('device-added' as const) : ('joined' as const),
      accountId: accountId as AccountId,
    })),
    ...[...accountsOf(change.removed)]
      .filter((accountId) => !have.has(accountId))
      .map((accountId) => ({ kind: 'left' as const, accountId: accountId as AccountId })),
  ]
  return lines.map((notice, at) => context.notice(conversation, nFirst + at, notice))
}

/** A number for a line about a step, unlike that of any other step of the conversation. */
export function noticeNumber(generation: number, epoch: number): number {
  return (generation * 1_000_000 + epoch) * 128
}
