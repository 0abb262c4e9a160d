import { createPool } from '@visavis/matching'
import { MINUTE } from '@visavis/ports'
import {
  createFakeClock,
  createFakeLog,
  createFakeRelay,
  createSeededRandom,
  type FakeClock,
  type FakeLog,
  type TestPerson,
} from '@visavis/testkit'
import {
  BOUNDARIES_DEFAULT,
  type AccountId,
  type ClientFrameBody,
  type DeviceId,
  type LegId,
  type TicketId,
} from '@visavis/wire'
import { callsListener, createCallFrames, type TurnIssuer } from '../src/calls/index.ts'
import { createContactFrames } from '../src/contacts/index.ts'
import { createConversationFrames, createConversations } from '../src/conversations/index.ts'
import { createGateway, type ConnectionLimits, type Person } from '../src/gateway/index.ts'
import { createMailbox, createMailboxFrames, mailboxListener } from '../src/mailbox/index.ts'
import { createMatching, createMatchingFrames, matchingListener } from '../src/matching/index.ts'
import { createMemoryCallStore, type MemoryCallStore } from './calls-memory.ts'
import { createMemoryConversationStore, type MemoryConversationStore } from './conversations-memory.ts'
import { createTestClient, type TestClient } from './gateway-client.ts'
import { conversationPeople, deviceOf, type WorldPeople } from './world-people.ts'
import { createMemoryMailboxStore, type MemoryMailboxStore } from './mailbox-memory.ts'
import { mortal } from './mortal-store.ts'
import { worldCalls } from './world-calls.ts'
import { worldContacts } from './world-contacts.ts'

/** The realtime subjects joined as the server joins them, on fakes: no network, no database, time that stands still. */
export type World = Awaited<ReturnType<typeof createWorld>>

export type WorldOptions = {
  readonly seed?: number
  readonly relay?: 'splice' | 'turn' | 'none'
  readonly limits?: Partial<ConnectionLimits>
  readonly meetAgainMs?: number
  readonly standing?: (account: AccountId) => { readonly trust: number; readonly pool: string }
  /** The stores of a former world: a server that was stopped and started. */
  readonly former?: {
    readonly clock: FakeClock
    readonly log: FakeLog
    readonly mailboxStore: MemoryMailboxStore
    readonly callStore: MemoryCallStore
    readonly conversationStore: MemoryConversationStore
    readonly people: WorldPeople
  }
}

export const MEET_AGAIN_MS = 30 * MINUTE
export const TURN_ADDRESS = '192.0.2.77'

export async function createWorld(options: WorldOptions = {}) {
  const clock = options.former?.clock ?? createWholeClock()
  const log = options.former?.log ?? createFakeLog()
  const random = createSeededRandom(options.seed ?? 1)
  const mailboxStore = options.former?.mailboxStore ?? createMemoryMailboxStore()
  const callStore = options.former?.callStore ?? createMemoryCallStore()
  const conversationStore = options.former?.conversationStore ?? createMemoryConversationStore(mailboxStore)
  const people: WorldPeople = options.former?.people ?? { devices: new Map(), handles: new Map(), strangers: new Set() }
  const relay = createFakeRelay(() => clock.nowMs())
  const kind = options.relay ?? 'splice'
  const blocks = new Map<AccountId, Set<AccountId>>()
  const storage = { blocksDown: false }
  const defer = (work: () => void) => void setImmediate(work)
  const turn: TurnIssuer = {
    issue: (name, nowMs) => ({ urls: ['turn:192.0.2.77'], username: name, credential: 'c', expiresAtMs: nowMs + 1 }),
    isRelayAddress: (address) => address === TURN_ADDRESS,
  }

  const gateway = createGateway({ clock, random, log, ...(options.limits ? { limits: options.limits } : {}) })
  const path = kind === 'splice' ? { relay } : kind === 'turn' ? { turn } : {}
  const life = { over: false }
  const { calls, stampKeys } = worldCalls({
    clock,
    random,
    log,
    gateway,
    store: mortal(callStore, life),
    stampKeyStore: mortal(conversationStore.stampKeys, life),
    meetAgainMs: options.meetAgainMs ?? MEET_AGAIN_MS,
    ...path,
  })
  const mailbox = createMailbox({
    clock,
    log,
    store: mortal(mailboxStore, life),
    recipientOf: calls.recipientOf,
    deliverDurable: gateway.deliverDurable,
    deliverReceipt: (device, body) => void gateway.deliver(device, 'receipt', body),
    waits: () => undefined,
    defer,
    spacing: { writeMs: 0, tellMs: 0, eraseMs: 0 },
  })
  const apartFrom = async (account: AccountId): Promise<ReadonlySet<AccountId>> => {
    await Promise.resolve()
    if (storage.blocksDown) throw new Error('Connection terminated')
    return new Set(blocks.get(account))
  }
  const tellChanged = (accounts: readonly AccountId[]): void => {
    for (const device of accounts.flatMap(gateway.devicesOf))
      gateway.deliver(device, 'changed', { what: 'conversations' })
  }
  const conversations = createConversations({
    clock,
    random,
    log,
    store: mortal(conversationStore, life),
    stampKeys,
    mailbox,
    ...conversationPeople(people),
    apartFrom,
    tellChanged,
    tellDelivered: (devices, body) => devices.forEach((to) => gateway.deliver(to, 'conversation.delivered', body)),
    tellTyping: (devices, body) => devices.forEach((to) => gateway.deliverOnce(to, 'conversation.typing', body)),
    tellOutdated: () => undefined,
  })
  const { deliver } = gateway
  const { handlesOf } = conversationPeople(people)
  const contacts = worldContacts({
    clock,
    log,
    random,
    calls,
    conversations,
    deliver,
    apartFrom,
    handlesOf,
    tellChanged,
  })
  const matching = createMatching({
    clock,
    log,
    pool: createPool({ seed: options.seed ?? 1 }),
    blockedWith: apartFrom,
    standing: async (account) => options.standing?.(account) ?? { trust: 1, pool: 'general' },
    recentPartners: calls.recentPartners,
    readyFor: calls.readyFor,
    open: calls.open,
    deliverOnce: gateway.deliverOnce,
    defer,
  })
  gateway.wire({
    handlers: {
      ...createMatchingFrames(matching),
      ...createCallFrames(calls),
      ...createMailboxFrames(mailbox),
      ...createConversationFrames(conversations),
      ...createContactFrames(contacts),
    },
    liveCalls: (person, named, resumed) => calls.liveCalls(person.deviceId, named, resumed),
    listeners: [callsListener(calls), matchingListener(matching), mailboxListener(mailbox)],
  })
  const stopCalls = await calls.start()
  const stopMailbox = mailbox.start()
  const stopConversations = conversations.start()
  const stopStampKeys = stampKeys.start()

  /** A block that is in storage and of which nobody here has heard. */
  function remember(one: AccountId, other: AccountId): void {
    blocks.set(one, (blocks.get(one) ?? new Set()).add(other))
    blocks.set(other, (blocks.get(other) ?? new Set()).add(one))
  }

  function block(one: AccountId, other: AccountId): void {
    remember(one, other)
    matching.block(one, other)
    calls.closeBetween(one, other)
    conversations.parted(one, other)
  }

  async function stop(): Promise<void> {
    await gateway.drain()
    matching.stop()
    stopCalls()
    stopMailbox()
    stopConversations()
    stopStampKeys()
    await calls.settled()
    await conversations.settled()
  }

  /** Dies as by kill -9: what was not written by now never will be, and nothing more is said to anybody. */
  function kill(): void {
    life.over = true
    matching.stop()
    stopCalls()
    stopMailbox()
    stopConversations()
    stopStampKeys()
  }

  function client(person: TestPerson, more: Partial<Person> = {}): TestClient {
    const made = createTestClient(() => gateway.accept, person, more)
    const { accountId, deviceId, isRegistered } = made.person
    people.handles.set(accountId, person.handle)
    const mine = people.devices.get(accountId) ?? []
    if (isRegistered && mine.every((device) => device.deviceId !== deviceId))
      people.devices.set(accountId, [...mine, deviceOf(accountId, deviceId)])
    return made
  }

  /** What happens when a device is revoked: its group places and what waits for it are gone. */
  async function revoke(accountId: AccountId, deviceId: DeviceId): Promise<void> {
    const mine = people.devices.get(accountId) ?? []
    people.devices.set(
      accountId,
      mine.filter((device) => device.deviceId !== deviceId),
    )
    gateway.kickDevice(deviceId, 'AUTH_REQUIRED')
    await conversations.removeDevices([deviceId])
  }

  return {
    clock,
    log,
    random,
    kill,
    gateway,
    calls,
    matching,
    mailbox,
    mailboxStore,
    callStore,
    conversations,
    conversationStore,
    stampKeys,
    people,
    revoke,
    relay,
    storage,
    remember,
    block,
    stop,
    client,
  }
}

/** A simulated network moves time by fractions; wall clocks count whole milliseconds. */
function createWholeClock(): FakeClock {
  const clock = createFakeClock()
  return { ...clock, nowMs: () => Math.floor(clock.nowMs()) }
}

/** A seek as a client of this person makes it. */
export function seekOf(
  world: World,
  client: TestClient,
  more: Partial<ClientFrameBody<'match.seek'>> = {},
): ClientFrameBody<'match.seek'> {
  const { who } = client
  return {
    ticketId: world.random.uuid() as TicketId,
    mode: 'text',
    languages: [...who.languages],
    interests: [...who.interests],
    company: who.company,
    wish: [...who.wish],
    boundaries: BOUNDARIES_DEFAULT,
    keyPackage: new Uint8Array(world.random.bytes(16)),
    ...more,
  }
}

/** Leases a leg and fills in a video seek. */
export async function videoSeekOf(world: World, client: TestClient): Promise<ClientFrameBody<'match.seek'>> {
  const lease = await client.ask('relay.lease', {})
  if (!lease.ok) throw new Error(lease.code)
  const { legId } = lease.result as { legId: LegId }
  return seekOf(world, client, { mode: 'video', fingerprint: new Uint8Array(world.random.bytes(32)), legId })
}

/** Two people in a call with each other. */
export async function meet(world: World, a: TestClient, b: TestClient, mode: 'text' | 'video' = 'text') {
  const seeks =
    mode === 'text'
      ? [seekOf(world, a), seekOf(world, b)]
      : await Promise.all([videoSeekOf(world, a), videoSeekOf(world, b)])
  const before = a.of('match.found').length
  for (const [index, client] of [a, b].entries()) {
    const answer = await client.ask('match.seek', seeks[index] ?? seekOf(world, client))
    if (!answer.ok) throw new Error(`seek: ${answer.code}`)
  }
  for (let round = 0; round < 400 && a.of('match.found').length === before; round++) await world.clock.advance(100)
  const found = a.last('match.found')
  if (!found || a.of('match.found').length === before) throw new Error('not matched')
  return { callId: found.callId, seeks }
}
