import type { E2eeResult } from '@visavis/e2ee'
import { CODES, fromB64, type DeviceId, type MessageId } from '@visavis/wire'
import type { Change } from '../../vault/types.ts'
import type { GroupRecord } from '../core-types.ts'
import { chainsRecord, pendingRecord } from '../stored-records.ts'
import type { CoreContext } from './context.ts'
import { changeRecord, devicesOf, type Conversation, type PendingStep } from './conversation.ts'
import { groupOf, noticeNumber, noticesOf, putGroup, restore, retireBefore } from './groups.ts'
import type { Plan } from './plan.ts'

/**
 * Own steps of a group: starting a generation, adding and removing devices, renewing keys. Each is made, stored, sent and
 * only then true here. All of it runs inside the conversation's lane.
 */
export type StepOutcome =
  /** The server took it; the group has moved on. */
  | 'done'
  /** Somebody else's step came first, or the server would not have it. */
  | 'refused'
  /** Nothing was asked: key packages are missing, or the group is not usable. */
  | 'impossible'
  /** No answer yet: the step is stored and will be asked for again. */
  | 'waiting'

/** After so many refusals that say "try again" a step is given up. */
const TRIES_MAX = 5
/** How long a device that may not be in the group is left alone, unless its account's devices change. */
export const SKIP_MS = 10 * 60_000

/** Asks for the pending step until it is answered. `waiting` when there is no connection; then nothing else may move the group. */
export async function settlePending(context: CoreContext, conversation: Conversation): Promise<StepOutcome> {
  const { clock, uplink, random } = context.deps
  for (let tries = 0; ; tries++) {
    const { pending } = conversation
    if (!pending) return 'done'
    if (!context.isOnline()) return 'waiting'
    const answer = await uplink.request('conversation.commit', {
      conversationId: conversation.id,
      generation: pending.generation,
      epoch: pending.epoch,
      messageId: pending.messageId as MessageId,
      ...(pending.commit && { commit: pending.commit as Uint8Array<ArrayBuffer> }),
      ...(pending.welcome && { welcome: pending.welcome as Uint8Array<ArrayBuffer> }),
      adds: pending.adds as DeviceId[],
      removes: pending.removes as DeviceId[],
    })
    if (answer.ok) {
      await become(context, conversation, pending)
      return 'done'
    }
    if (answer.code === 'NETWORK_OFFLINE') return 'waiting'
    if (!CODES[answer.code].retry || tries >= TRIES_MAX) {
      await forget(context, conversation, pending)
      return 'refused'
    }
    await clock.sleep(answer.retryAfterMs ?? 250 * 2 ** tries * (1 + random.float()))
  }
}

/** Makes a step that the server has taken true here. */
async function become(context: CoreContext, conversation: Conversation, pending: PendingStep): Promise<void> {
  const { generation, epoch, next } = pending
  const before = conversation.groups.get(generation)
  const sinceEpoch = before?.record.sinceEpoch ?? next.epoch
  const record: GroupRecord = { ...next, sinceEpoch, renewedAtMs: context.deps.serverNowMs(), sentSince: 0 }
  const put = putGroup(conversation, generation, record)
  const retired = retireBefore(context, conversation, generation)
  const { server } = conversation.record
  const changes: Change[] = [
    put.change,
    { shelf: 'groups', key: [conversation.id, generation, 'pending'], value: undefined },
    ...retired.changes,
    changeRecord(conversation, {
      server: { ...server, generation, epoch: next.epoch, roster: next.devices as DeviceId[] },
    }),
  ]
  if (epoch === 0) {
    changes.push(
      context.notice(conversation, noticeNumber(generation, 0), {
        kind: generation === 1 ? 'started' : 'secured-again',
      }),
    )
    if (generation === 1) changes.push(putChains(conversation, { ...conversation.chains, isFromStart: true }))
  } else {
    changes.push(...(await ownNotices(context, conversation, pending)))
  }
  await context.write(changes)
  const group = conversation.prepared?.apply() ?? (await restore(context, conversation, next.state))
  conversation.pending = undefined
  conversation.prepared = undefined
  put.done(group)
  retired.done()
  context.emit({ kind: 'notice', conversationId: conversation.id })
  context.emit({ kind: 'conversations' })
  if (pending.adds.length === 0) return
  context.emit({ kind: 'grown', conversationId: conversation.id })
  context.emit({ kind: 'newcomers', conversationId: conversation.id })
}

/** Lines for the devices this step adds and removes, as far as the group of before can still tell whose they are. */
async function ownNotices(
  context: CoreContext,
  conversation: Conversation,
  pending: PendingStep,
): Promise<readonly Change[]> {
  const group = await groupOf(context, conversation, pending.generation)
  const before = group?.roster() ?? []
  const accounts = devicesOf(conversation.record.server)
  const added = pending.adds.flatMap((deviceId) => {
    const accountId = accounts.get(deviceId)
    return accountId === undefined ? [] : [{ deviceId, accountId }]
  })
  const removed = before.filter(({ deviceId }) => pending.removes.includes(deviceId))
  return noticesOf(context, conversation, before, { added, removed }, noticeNumber(pending.generation, pending.epoch))
}

async function forget(context: CoreContext, conversation: Conversation, pending: PendingStep): Promise<void> {
  await context.write([{ shelf: 'groups', key: [conversation.id, pending.generation, 'pending'], value: undefined }])
  conversation.prepared?.drop()
  conversation.pending = undefined
  conversation.prepared = undefined
}

/** Stores the chains of a conversation with the write that moves them. */
export function putChains(conversation: Conversation, chains: Conversation['chains']): Change {
  conversation.chains = chains
  return { shelf: 'groups', key: [conversation.id, 'chains'], value: chainsRecord.write(chains) }
}

async function ask(
  context: CoreContext,
  conversation: Conversation,
  pending: PendingStep,
  prepared: NonNullable<Conversation['prepared']>,
): Promise<StepOutcome> {
  await context.write([
    { shelf: 'groups', key: [conversation.id, pending.generation, 'pending'], value: pendingRecord.write(pending) },
  ])
  conversation.pending = pending
  conversation.prepared = prepared
  return settlePending(context, conversation)
}

/** Starts the generation after the one the server has, with every device of every member that can be added. */
export async function startGeneration(context: CoreContext, conversation: Conversation): Promise<StepOutcome> {
  const { e2ee, self, random } = context.deps
  const { server } = conversation.record
  const wanted = [...devicesOf(server).keys()].filter((deviceId) => deviceId !== self.device.deviceId)
  const packages = await claim(context, conversation, wanted)
  const accounts = devicesOf(server)
  const isAnotherThere = [...packages.keys()].some((deviceId) => accounts.get(deviceId) !== self.accountId)
  if (!isAnotherThere) return 'impossible'
  const generation = server.generation + 1
  const start = (adding: Additions) =>
    e2ee.startConversation({
      name: { conversationId: conversation.id, generation },
      suite: server.kind,
      device: self.device,
      admit: context.deps.admit(conversation.id),
      members: adding.map(([, bytes]) => bytes),
      nowMs: context.deps.serverNowMs(),
    })
  const { adding, made: started } = await withFitting(context, conversation, [...packages], start, ({ group }) =>
    group.destroy(),
  )
  if (!started.ok || adding.every(([deviceId]) => accounts.get(deviceId) === self.accountId)) return 'impossible'
  const { group, first } = started.value
  const { nextState: state, welcome } = first
  const pending: PendingStep = {
    generation,
    epoch: 0,
    messageId: random.uuid(),
    ...(welcome && { welcome }),
    adds: adding.map(([deviceId]) => deviceId),
    removes: [],
    next: { state, epoch: 1, devices: [self.device.deviceId, ...adding.map(([deviceId]) => deviceId)] },
  }
  return ask(context, conversation, pending, {
    apply: () => {
      first.apply()
      return group
    },
    drop: () => group.destroy(),
  })
}

/** Commits the given change in the present generation, and renews own keys; without one it only does that. */
export async function commitChange(
  context: CoreContext,
  conversation: Conversation,
  change: (Plan & { readonly kind: 'change' }) | undefined,
): Promise<StepOutcome> {
  const { random, serverNowMs } = context.deps
  const { generation } = conversation.record.server
  const group = await groupOf(context, conversation, generation)
  if (!group) return 'impossible'
  const packages = await claim(context, conversation, change?.add ?? [])
  const present = new Set(group.roster().map(({ deviceId }) => deviceId))
  const removes = change?.remove.filter((deviceId) => present.has(deviceId)) ?? []
  const { adding, made: prepared } = await withFitting(
    context,
    conversation,
    [...packages].filter(([deviceId]) => !present.has(deviceId)),
    (some) => group.commit({ add: some.map(([, bytes]) => bytes), remove: removes, nowMs: serverNowMs() }),
    () => undefined,
  )
  if (change && adding.length + removes.length === 0) return 'impossible'
  if (!prepared.ok) return 'impossible'
  const { commit, welcome, epoch, nextState } = prepared.value
  const adds = adding.map(([deviceId]) => deviceId)
  const pending: PendingStep = {
    generation,
    epoch,
    messageId: random.uuid(),
    commit,
    ...(welcome && { welcome }),
    adds,
    removes,
    next: {
      state: nextState,
      epoch: epoch + 1,
      devices: [...[...present].filter((deviceId) => !removes.includes(deviceId)), ...adds],
    },
  }
  return ask(context, conversation, pending, {
    apply: () => {
      prepared.value.apply()
      return group
    },
    drop: () => undefined,
  })
}

type Additions = readonly (readonly [deviceId: string, keyPackage: Uint8Array])[]

/**
 * Makes a step with all that may be added. Usually everybody may; when the step is refused, each is tried alone, and those
 * that are malformed or not admitted are skipped.
 */
async function withFitting<T>(
  context: CoreContext,
  conversation: Conversation,
  all: Additions,
  make: (adding: Additions) => Promise<E2eeResult<T>>,
  discard: (made: T) => void,
): Promise<{ readonly adding: Additions; readonly made: E2eeResult<T> }> {
  const made = await make(all)
  if (made.ok || all.length === 0) return { adding: all, made }
  const fitting: (readonly [string, Uint8Array])[] = []
  for (const each of all) {
    const alone = await make([each])
    if (alone.ok) {
      discard(alone.value)
      fitting.push(each)
    } else conversation.skipped.set(each[0], context.deps.clock.nowMs() + SKIP_MS)
  }
  return { adding: fitting, made: await make(fitting) }
}

/** Key packages of the devices, as far as there are any: a new device is known a moment before it has left some. */
async function claim(
  context: CoreContext,
  conversation: Conversation,
  devices: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const usable = new Map<string, Uint8Array>()
  if (devices.length === 0) return usable
  const claimed = await context.deps.api.call('claimKeyPackages', {
    body: { conversationId: conversation.id, devices: devices as DeviceId[] },
  })
  if (!claimed.ok) return usable
  for (const { deviceId, keyPackage } of claimed.value.packages) {
    const bytes = fromB64(keyPackage)
    if (bytes && devices.includes(deviceId)) usable.set(deviceId, bytes)
  }
  return usable
}
