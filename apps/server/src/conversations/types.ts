import type { AccountId, ConversationId, DeviceId, ServerFrameBody, SuiteKind } from '@visavis/wire'
import type { Devices } from '../devices/index.ts'

export type Member = {
  readonly isOwner: boolean
  readonly joinedAtMs: number
  /** The last position that reached one of this member's devices. Runs ahead of storage by seconds. */
  deliveredPosition: number
}

/** A conversation as the server knows it. */
export type Conversation = {
  readonly conversationId: ConversationId
  readonly kind: SuiteKind
  /** `request`: one has asked, the other has not accepted. `over`: nothing is written any more. */
  readonly state: 'open' | 'request' | 'over'
  /** Who asked; stays when it was declined. Undefined once it was accepted. */
  readonly requestedBy: AccountId | undefined
  readonly requestFrom: number
  readonly generation: number
  readonly epoch: number
  readonly createdAtMs: number
  readonly members: ReadonlyMap<AccountId, Member>
  /** The devices that are in the group and get its entries. */
  readonly roster: ReadonlyMap<DeviceId, AccountId>
  /** Of those the ones that came after the generation had started, with the first epoch they can read. */
  readonly latecomers: ReadonlyMap<DeviceId, number>
  /** Of the latest message. */
  position: number
  readonly version: number
}

/** Registered devices by account; accounts without any are left out. Rejects when storage is away. */
export type DevicesOf = Devices['devicesOf']

/** Who acts, in a frame or a request. */
export type Actor = { readonly accountId: AccountId; readonly deviceId: DeviceId; readonly isRegistered: boolean }

/** What becomes of the group by a step that was taken. */
export type GroupChange = {
  readonly generation: number
  readonly epoch: number
  readonly isStart: boolean
  readonly adds: ReadonlyMap<DeviceId, AccountId>
  readonly removes: readonly DeviceId[]
}

/** Tells the devices of these accounts to ask for their conversations again. */
export type TellChanged = (accounts: readonly AccountId[]) => void
/** Tells these devices, wherever they are connected. */
export type TellDevices<N extends 'conversation.delivered' | 'conversation.typing'> = (
  devices: readonly DeviceId[],
  body: ServerFrameBody<N>,
) => void
