import { fail, ok, toB64, type AccountId, type Result, type RouteResponse } from '@visavis/wire'
import type { ConversationStore } from './store.ts'
import { standingOf } from './rules.ts'
import type { Actor, Conversation, DevicesOf } from './types.ts'

type Listed = RouteResponse<'listConversations'>['conversations'][number]

export type ListingDeps = {
  readonly store: Pick<ConversationStore, 'listOf'>
  readonly devicesOf: DevicesOf
  readonly handlesOf: (accounts: readonly AccountId[]) => Promise<ReadonlyMap<AccountId, string>>
  /** Stores what is only in memory yet. */
  readonly save: () => Promise<void>
}

/** The conversations of a person as they look from there. Errors: DEVICE_REQUIRED. Rejects when storage is away. */
export async function listConversations(
  deps: ListingDeps,
  { accountId, isRegistered }: Actor,
): Promise<Result<{ conversations: Listed[] }>> {
  if (!isRegistered) return fail('DEVICE_REQUIRED')
  await deps.save()
  const all = await deps.store.listOf(accountId)
  const people = [...new Set(all.flatMap((conversation) => [...conversation.members.keys()]))]
  const [devices, handles] = await Promise.all([deps.devicesOf(people), deps.handlesOf(people)])
  const conversations = all.flatMap((conversation): Listed[] => {
    const state = stateFor(conversation, accountId)
    if (!state) return []
    const { conversationId, kind, generation, epoch, position, createdAtMs, roster } = conversation
    const members = [...conversation.members].map(([member, { isOwner, deliveredPosition }]) => ({
      accountId: member,
      handle: handles.get(member) ?? '',
      isOwner,
      ...keysOf(devices.get(member)),
      deliveredPosition,
    }))
    const shared = { conversationId, kind, generation, epoch, position, createdAtMs }
    return [{ ...shared, state, members, roster: [...roster.keys()] }]
  })
  return ok({ conversations })
}

function stateFor(conversation: Conversation, account: AccountId): Listed['state'] | undefined {
  const standing = standingOf(conversation, account)
  // What was declined unseen is gone for the one who declined it.
  const isDeclined = standing.kind === 'over' && conversation.requestedBy !== undefined
  return standing.kind === 'none' || isDeclined ? undefined : standing.kind
}

type Known = Awaited<ReturnType<DevicesOf>> extends ReadonlyMap<AccountId, infer T> ? T : never

/** An account without devices has no key yet. */
function keysOf(known: Known | undefined): Pick<Listed['members'][number], 'accountKey' | 'devices'> {
  if (!known) return { accountKey: '', devices: [] }
  const devices = known.devices.map(({ deviceId, deviceKey, signature }) => ({
    deviceId,
    deviceKey: toB64(deviceKey),
    signature: toB64(signature),
  }))
  return { accountKey: toB64(known.accountKey), devices }
}
