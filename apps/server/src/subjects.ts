import { checkKeyPackage, verifyDeviceCredential, verifySessionBinding } from '@visavis/e2ee'
import { createPool } from '@visavis/matching'
import type { Bus, RelayStats } from '@visavis/ports'
import { FRAMES_BURST, FRAMES_PER_SECOND, type AccountId, type DeviceId } from '@visavis/wire'
import type { Base, Subjects } from './app.ts'
import { createAroundConversations } from './around-conversations.ts'
import { createBlockStore, type BlockStore } from './blocks/index.ts'
import { createNews, type News } from './bus/index.ts'
import {
  callsListener,
  createCallFrames,
  createCallReceipts,
  createCalls,
  createCallStore,
  type Calls,
} from './calls/index.ts'
import type { Config } from './config.ts'
import { createContactFrames } from './contacts/index.ts'
import { conversationRoutes, createConversationFrames, type Conversations } from './conversations/index.ts'
import { createCorrespondence } from './correspondence.ts'
import { devicesListener, type DeviceProofs, type Devices } from './devices/index.ts'
import { openPartStore } from './files/index.ts'
import { createGateway, createSocketEdge, type Gateway } from './gateway/index.ts'
import {
  createMailbox,
  createMailboxFrames,
  createMailboxStore,
  mailboxListener,
  type Mailbox,
} from './mailbox/index.ts'
import { createMatching, createMatchingFrames, matchingListener, type Matching } from './matching/index.ts'
import { openPath, type MediaPath, type PathOutside } from './media-path.ts'
import { createNode, createReach, type Reach } from './nodes.ts'
import { createOwnDevices, createPeople, type People } from './people.ts'
import { createReporting } from './reporting.ts'
import { createReportStore, type ReportStore } from './reports/index.ts'
import { createSafetyPacks, safetyPackRoutes } from './safety-packs/index.ts'
import { createStampKeys, createStampKeyStore, type StampKeys } from './stamps/index.ts'
import { createStanding } from './standing/index.ts'
import { pushListener, type Push, type PushPost } from './push/index.ts'
import { isStorageFailure } from './storage/index.ts'
import { createWaking } from './waking.ts'

/** The outside world as far as the subjects need it; `main.ts` passes the real one. */
export type Outside = PathOutside & {
  /** Runs work after the events at hand. */
  readonly defer: (work: () => void) => void
  /** The way to the other nodes. Closed by whoever made it. */
  readonly bus: Bus
  /** The way to a store for files outside. */
  readonly fetch: typeof fetch
  /** The way to the push services. */
  readonly postPush: PushPost
}

type Stores = { readonly blocks: BlockStore; readonly reports: ReportStore }
/** What lasts longer than a call. */
type Lasting = { readonly conversations: Conversations; readonly devices: Devices; readonly people: People }
type Realtime = Lasting & {
  readonly gateway: Gateway
  readonly calls: Calls
  readonly stampKeys: StampKeys
  readonly mailbox: Mailbox
  readonly matching: Matching
  readonly reach: Reach
}

/**
 * Joins everything that lives on the socket: gateway, matching, calls, mailbox, relay, and with them what lasts longer:
 * devices, contacts, conversations, blocks and reports.
 * Subjects do not know each other; who is told what is written here and nowhere else.
 */
export async function createSubjects(base: Base, outside: Outside): Promise<Subjects> {
  const { accounts, log, storage } = base
  const { defer } = outside
  const stores = { blocks: createBlockStore(storage.db), reports: createReportStore(storage.db) }
  const fileParts = await openPartStore({ ...base, fetch: outside.fetch })
  const path = await openPath(base, outside)
  const part: Part = (one, other) => node.part(one, other)
  const news = createNews({ bus: outside.bus, log, node: base.random.uuid() })
  const waking = createWaking(base, outside.postPush)
  const realtime = createRealtime(base, { defer, path, stores, part, news, push: waking.push })
  const { gateway, calls, conversations, matching } = realtime
  const around = createAroundConversations(base, { ...realtime, ...stores, fileParts })
  const node = createNode(realtime, news)
  const stops = [
    await calls.start(),
    realtime.mailbox.start(),
    conversations.start(),
    realtime.stampKeys.start(),
    realtime.people.start(),
    realtime.reach.start(),
    around.start(),
    waking.push.stop,
    accounts.onSessionEnded(({ deviceId, sessionId, reason }) => {
      const code = reason === 'expired' ? 'AUTH_EXPIRED' : 'AUTH_REQUIRED'
      // A socket that was opened before the session was bound goes by the session's id.
      for (const device of new Set([deviceId, sessionId as DeviceId])) node.endDevice(device, code)
    }),
    node.stop,
    createSocketEdge({
      gateway,
      log,
      defer,
      allowsOrigin: base.allowsOrigin,
      admitAddress: base.admitAddress,
      authenticate: accounts.authenticate,
    }).attach(base.server),
  ]
  watch(base, realtime, path)
  waking.watch()
  let accepting = true

  return {
    handlers: {
      ...realtime.people.handlers,
      ...conversationRoutes(conversations),
      ...createReporting(base, { ...realtime, store: stores.reports }),
      ...around.handlers,
      ...waking.handlers,
      ...safetyPackRoutes(createSafetyPacks({ ...base, folder: base.config.safetyPacksDir })),
    },
    accepting: () => accepting,
    async drain() {
      accepting = false
      matching.stop() // Nobody is brought together on a node that is about to leave.
      await gateway.drain()
    },
    async close() {
      for (const stop of stops.toReversed()) stop()
      matching.stop() // Again: a seek that came during the drain has started it.
      await calls.settled()
      await conversations.settled()
      await path.relay?.close()
    },
  }
}

/** Parts two people everywhere at once. */
type Part = (one: AccountId, other: AccountId) => void

function createRealtime(
  base: Base,
  parts: { defer: (work: () => void) => void; path: MediaPath; stores: Stores; part: Part; news: News; push: Push },
): Realtime {
  const { defer, path, stores, part, news, push } = parts
  const { accounts, clock, log, random, storage } = base
  const codeOf = (error: unknown) => (isStorageFailure(error) ? 'SERVER_STORAGE' : undefined)
  const gateway = createGateway({ clock, random, log, codeOf, limits: frameLimits(base.config) })
  const stampKeys = createStampKeys({
    clock,
    random,
    log,
    store: createStampKeyStore(storage.db),
    sealKey: base.secrets.stampKeysKey,
  })
  const calls = createStampedCalls(base, { gateway, stampKeys, path })
  const mailbox = createMailbox({
    clock,
    log,
    store: createMailboxStore(storage.db),
    recipientOf: calls.recipientOf,
    deliverDurable: gateway.deliverDurable,
    deliverReceipt: (device, receipt) => void gateway.deliver(device, 'receipt', receipt),
    waits: push.waits,
    defer,
  })
  const standing = createStanding({
    clock,
    madeAtMs: accounts.madeAtMs,
    minuteCallsOf: calls.minuteCallsOf,
    blockersAmong: stores.blocks.blockersAmong,
    reportedIn: stores.reports.reportedIn,
    upheldAgainst: stores.reports.upheldAgainst,
  })
  const matching = createMatching({
    clock,
    log,
    pool: createPool({ seed: Math.floor(random.float() * 2 ** 32) }),
    blockedWith: stores.blocks.apartFrom,
    standing: standing.of,
    recentPartners: calls.recentPartners,
    readyFor: calls.readyFor,
    open: calls.open,
    deliverOnce: gateway.deliverOnce,
    defer,
  })
  const reach = createReach({ gateway, news, log, handlesOf: accounts.handlesOf })
  const lasting = createLasting(base, { calls, mailbox, stampKeys, blocks: stores.blocks, part, reach, news })
  gateway.wire({
    handlers: {
      ...createMatchingFrames(matching),
      ...createCallFrames(calls),
      ...createMailboxFrames(mailbox),
      ...createConversationFrames(lasting.conversations),
      ...createContactFrames(lasting.people.contacts),
    },
    liveCalls: (person, named, resumed) => calls.liveCalls(person.deviceId, named, resumed),
    listeners: [
      callsListener(calls),
      matchingListener(matching),
      mailboxListener(mailbox),
      devicesListener(lasting.devices),
      pushListener(push),
    ],
  })
  return { gateway, calls, stampKeys, mailbox, matching, reach, ...lasting }
}

function createStampedCalls(
  { clock, config, log, random, secrets, storage }: Base,
  { gateway, stampKeys, path }: { gateway: Gateway; stampKeys: StampKeys; path: MediaPath },
): Calls {
  return createCalls({
    clock,
    random,
    log,
    store: createCallStore(storage.db),
    deliver: gateway.deliver,
    deliverOnce: gateway.deliverOnce,
    stampKeys,
    receipts: createCallReceipts({ key: secrets.callReceiptsKey, random }),
    meetAgainMs: config.meetAgainMs,
    ...path,
  })
}

const PROOFS: DeviceProofs = {
  verifyDevice: verifyDeviceCredential,
  verifyBinding: verifySessionBinding,
  checkKeyPackage,
}

/** Conversations ask contacts who may be in a group, and contacts open conversations: hence the function for later. */
function createLasting(
  base: Base,
  parts: {
    calls: Calls
    mailbox: Mailbox
    stampKeys: StampKeys
    blocks: BlockStore
    part: Part
    reach: Reach
    news: News
  },
): Lasting {
  const own = createOwnDevices(base, PROOFS)
  const conversations = createCorrespondence(base, {
    ...parts,
    ...own,
    isContact: (account, other) => people.contacts.areContacts(account, other),
    tellOutdated: (conversationId) => parts.news.tell('conversation.changed', { conversationId }),
  })
  const people = createPeople(base, { ...parts, ...own, proofs: PROOFS, conversations })
  return { conversations, devices: own.devices, people }
}

const NO_RELAY: RelayStats = { legs: 0, splices: 0, packetsForwarded: 0, packetsDropped: 0 }

/** Figures for the operator: how many, never who. */
function watch({ metrics }: Base, { gateway, calls, matching }: Realtime, { relay }: MediaPath): void {
  metrics.watch(
    {
      visavis_sockets: 'Open WebSockets',
      visavis_sessions: 'Devices whose deliveries are kept, with or without a socket',
      visavis_waiting: 'Tickets waiting to be matched',
      visavis_calls: 'Calls that go on',
      visavis_relay_legs: 'Legs the embedded relay knows an address of',
      visavis_relay_splices: 'Pairs of legs the embedded relay forwards between',
      visavis_relay_packets_forwarded: 'Packets the embedded relay has forwarded since it started',
      visavis_relay_packets_dropped: 'Packets the embedded relay has dropped since it started',
    },
    async () => {
      const { sockets, sessions } = gateway.stats()
      const { legs, splices, packetsForwarded, packetsDropped } = (await relay?.stats()) ?? NO_RELAY
      return {
        visavis_sockets: sockets,
        visavis_sessions: sessions,
        visavis_waiting: matching.waiting(),
        visavis_calls: calls.count(),
        visavis_relay_legs: legs,
        visavis_relay_splices: splices,
        visavis_relay_packets_forwarded: packetsForwarded,
        visavis_relay_packets_dropped: packetsDropped,
      }
    },
  )
}

/** A burst stays three times the lasting rate, as in the protocol's own limits. */
function frameLimits({ framesPerSecond = FRAMES_PER_SECOND }: Config): {
  framesPerSecond: number
  framesBurst: number
} {
  return { framesPerSecond, framesBurst: (framesPerSecond * FRAMES_BURST) / FRAMES_PER_SECOND }
}
