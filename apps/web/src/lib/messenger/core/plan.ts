import { DAY, SECOND } from '@visavis/ports'
import type { GroupRecord, ServerConversation } from '../core-types.ts'
import { devicesOf } from './conversation.ts'

/** Own keys are renewed after so many own messages, or with the first one after so long. */
export const RENEW_AFTER_MESSAGES = 50
export const RENEW_AFTER_MS = DAY
/** How long a device waits for the welcome or the commit it lacks before it heals the group for everybody. */
export const LOST_WAIT_MS = 6 * SECOND
/** Between the devices that could all do the same step; a race that is lost costs only that step. */
export const TURN_MS = 2 * SECOND

/**
 * What a conversation's group needs from this device now:
 * - `first`: nobody has started a group.
 * - `lost`: this device cannot take part in the present generation; the one cure is a new generation.
 * - `change`: devices have come or gone.
 * - `renew`: own keys are used enough.
 */
export type Plan =
  | { readonly kind: 'none' }
  | { readonly kind: 'first' | 'lost' | 'renew'; readonly delayMs: number }
  | {
      readonly kind: 'change'
      readonly add: readonly string[]
      readonly remove: readonly string[]
      readonly delayMs: number
    }

export type Situation = {
  readonly self: { readonly accountId: string; readonly deviceId: string }
  readonly server: ServerConversation
  /** The latest generation on this device. */
  readonly group: { readonly generation: number; readonly record: GroupRecord } | undefined
  readonly wantsToSend: boolean
  /** Devices that could not be added lately. */
  readonly isSkipped: (deviceId: string) => boolean
  readonly nowMs: number
  /** In [0, 1). */
  readonly chance: number
}

const NONE: Plan = { kind: 'none' }

/** Pure: the caller waits `delayMs`, asks the server's list again, plans again and only then acts. */
export function plan(situation: Situation): Plan {
  const { self, server, group } = situation
  if (server.state === 'over' || server.state === 'request') return NONE
  const listed = devicesOf(server)
  if (!listed.has(self.deviceId)) return NONE
  if (![...listed.values()].some((accountId) => accountId !== self.accountId)) return alone(situation, listed)
  if (group && group.generation > server.generation) return NONE // The list is older than what is known here.
  if (server.generation === 0) return first(situation)
  if (!group || group.generation < server.generation) return lost(situation)
  if (!server.roster.some((deviceId) => deviceId === self.deviceId)) return lost(situation)
  if (group.record.epoch < server.epoch) return lost(situation)
  if (group.record.epoch > server.epoch) return NONE
  return change(situation, group.record, new Set(listed.keys())) ?? renew(situation, group.record)
}

/** Who is left alone in a group starts and heals nothing, but lets out whoever has gone. */
function alone(situation: Situation, listed: ReadonlyMap<string, string>): Plan {
  const { self, server, group } = situation
  const isCurrent = group?.generation === server.generation && group.record.epoch === server.epoch
  if (!isCurrent || !server.roster.some((deviceId) => deviceId === self.deviceId)) return NONE
  return change(situation, group.record, new Set(listed.keys())) ?? NONE
}

function first({ self, server, wantsToSend }: Situation): Plan {
  if (wantsToSend) return { kind: 'first', delayMs: 0 }
  const lowest = server.members.map(({ accountId }) => accountId).toSorted()[0]
  if (lowest !== self.accountId) return NONE
  const own = server.members.find(({ accountId }) => accountId === self.accountId)?.devices ?? []
  return {
    kind: 'first',
    delayMs:
      rankOf(
        self.deviceId,
        own.map(({ deviceId }) => deviceId),
      ) * TURN_MS,
  }
}

function lost({ self, server, chance }: Situation): Plan {
  const rank = rankOf(self.deviceId, [...devicesOf(server).keys()])
  return { kind: 'lost', delayMs: Math.round(LOST_WAIT_MS + (rank + chance) * TURN_MS) }
}

function change(situation: Situation, record: GroupRecord, listed: ReadonlySet<string>): Plan | undefined {
  const { self, isSkipped, chance } = situation
  const inGroup = new Set(record.devices)
  const add = [...listed].filter((deviceId) => !inGroup.has(deviceId) && !isSkipped(deviceId))
  const remove = record.devices.filter((deviceId) => !listed.has(deviceId))
  if (add.length + remove.length === 0) return undefined
  const rank = rankOf(
    self.deviceId,
    record.devices.filter((deviceId) => listed.has(deviceId)),
  )
  return { kind: 'change', add, remove, delayMs: rank === 0 ? 0 : Math.round((rank + chance) * TURN_MS) }
}

function renew({ nowMs }: Situation, { sentSince, renewedAtMs }: GroupRecord): Plan {
  const isDue = sentSince >= RENEW_AFTER_MESSAGES || (sentSince > 0 && renewedAtMs + RENEW_AFTER_MS <= nowMs)
  return isDue ? { kind: 'renew', delayMs: 0 } : NONE
}

function rankOf(deviceId: string, among: readonly string[]): number {
  return Math.max(0, among.toSorted().indexOf(deviceId))
}
