import type { Clock, Log, Random } from '@visavis/ports'
import {
  fail,
  type AccountId,
  type AckResult,
  type ClientFrameBody,
  type ConversationId,
  type DeviceId,
  type Result,
  type RouteResponse,
  type SuiteKind,
} from '@visavis/wire'
import type { Mailbox } from '../mailbox/index.ts'
import type { StampKeys } from '../stamps/index.ts'
import { createApart } from './apart.ts'
import { createArrivals } from './arrivals.ts'
import { createBook, type Book } from './book.ts'
import { createGroups } from './groups.ts'
import { listConversations, type ListingDeps } from './listing.ts'
import { createMessages } from './messages.ts'
import { createSteps } from './steps.ts'
import { judgeWriter, standingOf } from './rules.ts'
import type { ConversationStore } from './store.ts'
import { createTyping } from './typing.ts'
import type { Actor, DevicesOf, TellChanged, TellDevices } from './types.ts'

export type ConversationsDeps = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly store: ConversationStore
  readonly stampKeys: StampKeys
  readonly mailbox: Mailbox
  readonly devicesOf: DevicesOf
  readonly handlesOf: ListingDeps['handlesOf']
  /** Whoever has blocked this account, or was blocked by it. */
  readonly apartFrom: (account: AccountId) => Promise<ReadonlySet<AccountId>>
  readonly isContact: (account: AccountId, other: AccountId) => Promise<boolean>
  /** Tells the devices of these accounts to ask for their conversations again. */
  readonly tellChanged: TellChanged
  readonly tellDelivered: TellDevices<'conversation.delivered'>
  readonly tellTyping: TellDevices<'conversation.typing'>
  /** Tells the other nodes that what they know of this conversation is old. */
  readonly tellOutdated: (conversationId: ConversationId) => void
}

/**
 * Lasting conversations: who is in them, how far their group is, and in which order everything in them happened. Reads
 * nothing of what is said. See wire SPEC WV1-WV7. All reject when the storage is away.
 */
export type Conversations = {
  commit(actor: Actor, body: ClientFrameBody<'conversation.commit'>): Promise<Result<AckResult<'conversation.commit'>>>
  send(actor: Actor, body: ClientFrameBody<'conversation.send'>): Promise<Result<AckResult<'conversation.send'>>>
  typing(actor: Actor, conversationId: ConversationId): Promise<Result<Record<string, never>>>
  list(actor: Actor): Promise<Result<RouteResponse<'listConversations'>>>
  createGroup(actor: Actor, members: readonly AccountId[]): Promise<Result<{ conversationId: ConversationId }>>
  changeMembers(
    actor: Actor,
    conversationId: ConversationId,
    wish: { readonly add: readonly AccountId[]; readonly remove: readonly AccountId[] },
  ): Promise<Result<Record<string, never>>>

  /** The conversation of the two, made if there is none. Who may write to each other already is not put back to asking. */
  openPair(a: AccountId, b: AccountId, state: 'open' | 'request', requestedBy?: AccountId): Promise<ConversationId>
  setPairState(conversationId: ConversationId, state: 'open' | 'over'): Promise<void>
  /** Everybody this account shares a conversation with that is not over. */
  sharersOf(account: AccountId): Promise<readonly AccountId[]>
  /** Whether this account may add these devices to this conversation: its own and other members'. */
  mayClaim(account: AccountId, conversationId: ConversationId, devices: readonly DeviceId[]): Promise<boolean>
  /** Whether the two have, or had, a conversation in common. */
  mayBlock(account: AccountId, other: AccountId): Promise<boolean>
  isMember(conversationId: ConversationId, account: AccountId): Promise<boolean>
  /** Whether this member may write there now, as far as a message would be taken. Errors: those of WV7. */
  mayWrite(conversationId: ConversationId, account: AccountId): Promise<Result<true>>
  suiteOf(conversationId: ConversationId): Promise<SuiteKind | undefined>
  /** These devices are no more: they leave every group, and what waits for them is destroyed. */
  removeDevices(devices: readonly DeviceId[]): Promise<void>
  /** One has blocked the other. */
  parted(one: AccountId, other: AccountId): void
  /** Another node has changed this conversation. */
  outdated(conversationId: ConversationId): void
  /** Begins to store what arrives; returns what ends that. */
  start(): () => void
  /** Resolves when nothing is left that is only in memory. */
  settled(): Promise<void>
}

export function createConversations(deps: ConversationsDeps): Conversations {
  const { clock, log, store, stampKeys, mailbox, devicesOf, tellDelivered, tellTyping, tellOutdated } = deps
  const book = createBook({ load: store.load, tellOutdated })
  const apart = createApart({ clock, apartFrom: deps.apartFrom })
  const arrivals = createArrivals({ clock, log, book, store, tellDelivered })
  const messages = createMessages({ clock, book, apart, stampKeys, mailbox })
  const steps = createSteps({ ...deps, book })
  const groups = createGroups({ ...deps, book, apart })
  mailbox.watch({ advanced: book.advanced, stale: book.forget, arrived: arrivals.arrived })

  return {
    commit: steps.commit,
    send: messages.send,
    typing: createTyping({ clock, book, apart, tellTyping }),
    list: (actor) => listConversations({ ...deps, save: arrivals.save }, actor),
    createGroup: groups.create,
    changeMembers: groups.change,
    ...createRelations({ store, devicesOf, book, clock, random: deps.random }),
    async removeDevices(devices) {
      for (const id of await store.removeDevices(devices)) book.changed(id)
      await mailbox.forget(devices)
    },
    parted: apart.parted,
    outdated: book.forget,
    start: arrivals.start,
    settled: arrivals.save,
  }
}

/** What contacts, devices, blocks and reports ask of conversations. */
function createRelations({
  store,
  devicesOf,
  book,
  clock,
  random,
}: {
  store: ConversationStore
  devicesOf: DevicesOf
  book: Book
  clock: Clock
  random: Random
}): Pick<
  Conversations,
  'openPair' | 'setPairState' | 'sharersOf' | 'mayClaim' | 'mayBlock' | 'isMember' | 'mayWrite' | 'suiteOf'
> {
  async function othersIn(account: AccountId, isCounted: (state: string) => boolean): Promise<Set<AccountId>> {
    const counted = (await store.listOf(account)).filter(({ state }) => isCounted(state))
    const others = new Set(counted.flatMap(({ members }) => [...members.keys()]))
    others.delete(account)
    return others
  }

  return {
    async openPair(a, b, state, requestedBy) {
      const made = { conversationId: random.uuid() as ConversationId, accounts: [a, b], nowMs: clock.nowMs() } as const
      const conversationId = await store.openPair({ ...made, state, requestedBy })
      book.changed(conversationId)
      return conversationId
    },
    async setPairState(conversationId, state) {
      await store.setPairState(conversationId, state)
      book.changed(conversationId)
    },
    sharersOf: async (account) => [...(await othersIn(account, (state) => state !== 'over'))],
    mayBlock: async (account, other) => (await othersIn(account, () => true)).has(other),
    async mayClaim(account, conversationId, devices) {
      const conversation = await book.load(conversationId)
      if (!conversation?.members.has(account) || conversation.state === 'over') {
        // Who was declined is not told: their own group goes on as far as their own devices.
        if (conversation?.requestedBy !== account) return false
      }
      const known = await devicesOf([...conversation.members.keys()])
      const theirs = new Set([...known.values()].flatMap((each) => each.devices.map((device) => device.deviceId)))
      return devices.every((device) => theirs.has(device))
    },
    isMember: async (conversationId, account) => (await book.load(conversationId))?.members.has(account) ?? false,
    async mayWrite(conversationId, account) {
      const conversation = await book.load(conversationId)
      return conversation ? judgeWriter(standingOf(conversation, account)) : fail('CONVERSATION_UNKNOWN')
    },
    suiteOf: async (conversationId) => (await book.load(conversationId))?.kind,
  }
}
