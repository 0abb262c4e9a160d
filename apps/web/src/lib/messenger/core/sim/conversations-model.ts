import {
  fail,
  ok,
  type AccountId,
  type AckResult,
  type ClientFrameBody,
  type ConversationId,
  type DeviceId,
  type Result,
  type RouteResponse,
  type ServerFrameBody,
  type SuiteKind,
} from '@visavis/wire'

/** A public device and what it left at the server. */
export type ModelDevice = {
  readonly deviceId: DeviceId
  readonly accountId: AccountId
  readonly deviceKey: string
  readonly signature: string
  readonly packages: Record<SuiteKind, string[]>
  readonly last: Partial<Record<SuiteKind, string>>
  seq: number
  mail: ServerFrameBody<'entry'>[]
  isRevoked: boolean
}
export type ModelAccount = { readonly accountId: AccountId; readonly accountKey: string; devices: ModelDevice[] }
/** A message the server has taken, and which devices must have it: those that were there when it was sealed. */
export type TakenMessage = {
  readonly conversationId: ConversationId
  readonly position: number
  readonly messageId: string
  readonly sender: string
  readonly recipients: readonly string[]
}
type ModelConversation = {
  readonly conversationId: ConversationId
  readonly kind: SuiteKind
  members: readonly AccountId[]
  generation: number
  epoch: number
  roster: DeviceId[]
  /** The first epoch of each device of the roster. */
  readonly since: Map<string, number>
  position: number
}

const EPOCHS_BEHIND_MAX = 3

/**
 * Conversations as the server keeps them: wire SPEC WV1-WV7 and the key packages, in memory, without a network. Every
 * call is one moment. What a device has asked is remembered, so that the same step or message gets the same answer.
 */
export function createConversationsModel(options: { nowMs(): number; delivered(device: ModelDevice): void }) {
  const accounts = new Map<AccountId, ModelAccount>()
  const conversations = new Map<ConversationId, ModelConversation>()
  const answers = new Map<string, Result<unknown>>()
  const taken: TakenMessage[] = []

  const deviceOf = (deviceId: string) =>
    [...accounts.values()].flatMap(({ devices }) => devices).find((device) => device.deviceId === deviceId)

  function deliver(to: DeviceId, entry: Omit<ServerFrameBody<'entry'>, 'seq'>): void {
    const device = deviceOf(to)
    if (!device || device.isRevoked) return
    device.seq += 1
    device.mail.push({ seq: device.seq, ...entry })
    options.delivered(device)
  }

  function once<T>(device: ModelDevice, messageId: string, work: () => Result<T>): Result<T> {
    if (device.isRevoked) return fail('DEVICE_REQUIRED')
    const key = `${device.deviceId} ${messageId}`
    const known = answers.get(key)
    if (known) return known as Result<T>
    const answer = work()
    if (answer.ok) answers.set(key, answer)
    return answer
  }

  const conversationFor = (device: ModelDevice, id: ConversationId) => {
    const conversation = conversations.get(id)
    return conversation?.members.includes(device.accountId) ? conversation : undefined
  }

  function commit(
    device: ModelDevice,
    body: ClientFrameBody<'conversation.commit'>,
  ): Result<AckResult<'conversation.commit'>> {
    return once(device, body.messageId, () => {
      const conversation = conversationFor(device, body.conversationId)
      if (!conversation) return fail('CONVERSATION_UNKNOWN')
      const isStart = body.epoch === 0 && body.generation === conversation.generation + 1
      const isNext =
        body.generation === conversation.generation &&
        body.epoch === conversation.epoch &&
        conversation.roster.includes(device.deviceId)
      if (!isStart && !isNext) return fail('CONVERSATION_EPOCH')
      const before = isStart ? [device.deviceId] : conversation.roster
      const adds = body.adds.filter((id) => {
        const added = deviceOf(id)
        return added?.isRevoked === false && conversation.members.includes(added.accountId)
      })
      const sentAtMs = options.nowMs()
      const entry = {
        conversationId: body.conversationId,
        generation: body.generation,
        epoch: body.epoch,
        messageId: body.messageId,
        senderAccount: device.accountId,
        senderDevice: device.deviceId,
        position: 0,
        sentAtMs,
      }
      conversation.generation = body.generation
      conversation.epoch = body.epoch + 1
      conversation.roster = [...before.filter((id) => !body.removes.includes(id)), ...adds]
      for (const id of isStart ? conversation.roster : adds) conversation.since.set(id, conversation.epoch)
      const { commit: bytes, welcome } = body
      if (bytes) for (const id of before) if (id !== device.deviceId) deliver(id, { ...entry, kind: 'commit', bytes })
      if (welcome) for (const id of adds) deliver(id, { ...entry, kind: 'welcome', bytes: welcome })
      return ok({ sentAtMs })
    })
  }

  function send(
    device: ModelDevice,
    body: ClientFrameBody<'conversation.send'>,
  ): Result<AckResult<'conversation.send'>> {
    return once(device, body.messageId, () => {
      const conversation = conversationFor(device, body.conversationId)
      if (!conversation) return fail('CONVERSATION_UNKNOWN')
      const isCurrent =
        body.generation === conversation.generation &&
        body.epoch <= conversation.epoch &&
        body.epoch >= conversation.epoch - EPOCHS_BEHIND_MAX &&
        conversation.roster.includes(device.deviceId)
      if (!isCurrent) return fail('CONVERSATION_EPOCH')
      conversation.position += 1
      const { position } = conversation
      const others = conversation.roster.filter((id) => id !== device.deviceId)
      const recipients = others.filter((id) => (conversation.since.get(id) ?? 0) <= body.epoch)
      const sentAtMs = options.nowMs()
      const stamped = { stampKeyId: 1, stamp: new Uint8Array(32).fill(position) }
      taken.push({ ...body, position, sender: device.deviceId, recipients })
      for (const id of others)
        deliver(id, {
          conversationId: body.conversationId,
          generation: body.generation,
          epoch: body.epoch,
          kind: 'message',
          messageId: body.messageId,
          senderAccount: device.accountId,
          senderDevice: device.deviceId,
          position,
          sentAtMs,
          commitment: body.commitment,
          ...stamped,
          bytes: body.ciphertext,
        })
      return ok({ position, sentAtMs, ...stamped })
    })
  }

  /** Whoever leaves gets nothing more from this moment; what is in its mailbox already stays there. */
  function setMembers(id: ConversationId, members: readonly AccountId[]): void {
    const conversation = conversations.get(id)
    if (!conversation) return
    conversation.members = members
    conversation.roster = conversation.roster.filter((device) => {
      const account = deviceOf(device)?.accountId
      return account !== undefined && members.includes(account)
    })
  }

  function list(device: ModelDevice): RouteResponse<'listConversations'> {
    const own = [...conversations.values()].filter(({ members }) => members.includes(device.accountId))
    return {
      conversations: own.map(({ conversationId, kind, generation, epoch, position, roster, members }) => ({
        conversationId,
        kind,
        generation,
        epoch,
        position,
        roster: [...roster],
        state: 'open' as const,
        createdAtMs: 0,
        members: members.map((accountId) => ({
          accountId,
          handle: 'somebody',
          isOwner: false,
          accountKey: accounts.get(accountId)?.accountKey ?? '',
          devices: (accounts.get(accountId)?.devices ?? [])
            .filter(({ isRevoked }) => !isRevoked)
            .map(({ deviceId, deviceKey, signature }) => ({ deviceId, deviceKey, signature })),
          deliveredPosition: 0,
        })),
      })),
    }
  }

  function claim(
    device: ModelDevice,
    body: { readonly conversationId: ConversationId; readonly devices: readonly DeviceId[] },
  ): Result<RouteResponse<'claimKeyPackages'>> {
    const conversation = conversationFor(device, body.conversationId)
    if (!conversation) return fail('CONVERSATION_UNKNOWN')
    return ok({
      packages: body.devices.flatMap((id) => {
        const owner = deviceOf(id)
        if (!owner || owner.isRevoked || !conversation.members.includes(owner.accountId)) return []
        const keyPackage = owner.packages[conversation.kind].shift() ?? owner.last[conversation.kind]
        return keyPackage === undefined ? [] : [{ accountId: owner.accountId, deviceId: id, keyPackage }]
      }),
    })
  }

  return { accounts, conversations, taken, deviceOf, setMembers, commit, send, list, claim }
}
export type ConversationsModel = ReturnType<typeof createConversationsModel>
