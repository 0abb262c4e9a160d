import { createPool } from '@visavis/matching'
import type { Bus, RelayStats } from '@visavis/ports'
import { FRAMES_BURST, FRAMES_PER_SECOND, type AccountId, type DeviceId } from '@visavis/wire'
import type { Base, Subjects } from './app.ts'
import { blockRoutes, createBlocks, createBlockStore, type BlockStore } from './blocks/index.ts'
import { createNews, type News } from './bus/index.ts'
import { callsListener, createCallFrames, createCalls, createCallStore, type Calls } from './calls/index.ts'
import type { Config } from './config.ts'
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
import { createReports, createReportStore, createWordsSeal, reportRoutes, type ReportStore } from './reports/index.ts'
import { createStanding } from './standing/index.ts'
import { isStorageFailure } from './storage/index.ts'

/** The outside world as far as the subjects need it; `main.ts` passes the real one. */
export type Outside = PathOutside & {
  /** Runs work after the events at hand. */
  readonly defer: (work: () => void) => void
  /** The way to the other nodes. Closed by whoever made it. */
  readonly bus: Bus
}

type Stores = { readonly blocks: BlockStore; readonly reports: ReportStore }
type Realtime = {
  readonly gateway: Gateway
  readonly calls: Calls
  readonly mailbox: Mailbox
  readonly matching: Matching
}

/**
 * Joins everything that lives on the socket: gateway, matching, calls, mailbox, relay, and with them blocks and reports.
 * Subjects do not know each other; who is told what is written here and nowhere else.
 */
export async function createSubjects(base: Base, outside: Outside): Promise<Subjects> {
  const { accounts, log, storage } = base
  const { defer } = outside
  const stores = { blocks: createBlockStore(storage.db), reports: createReportStore(storage.db) }
  const path = await openPath(base, outside)
  const realtime = createRealtime(base, { defer, path, stores })
  const { gateway, calls, matching } = realtime
  const node = createNode(realtime, createNews({ bus: outside.bus, log }))
  const stops = [
    await calls.start(),
    realtime.mailbox.start(),
    accounts.onSessionEnded(({ deviceId, reason }) =>
      node.endDevice(deviceId, reason === 'expired' ? 'AUTH_EXPIRED' : 'AUTH_REQUIRED'),
    ),
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
  let accepting = true

  return {
    handlers: createRoutes(base, calls, stores, node.part),
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
      await path.relay?.close()
    },
  }
}

function createRealtime(
  base: Base,
  { defer, path, stores }: { defer: (work: () => void) => void; path: MediaPath; stores: Stores },
): Realtime {
  const { accounts, clock, log, random, storage } = base
  const codeOf = (error: unknown) => (isStorageFailure(error) ? 'SERVER_STORAGE' : undefined)
  const gateway = createGateway({ clock, random, log, codeOf, limits: frameLimits(base.config) })
  const calls = createCalls({
    clock,
    random,
    log,
    store: createCallStore(storage.db),
    deliver: gateway.deliver,
    meetAgainMs: base.config.meetAgainMs,
    ...path,
  })
  const mailbox = createMailbox({
    clock,
    log,
    store: createMailboxStore(storage.db),
    recipientOf: calls.recipientOf,
    deliverDurable: gateway.deliverDurable,
    deliverReceipt: (device, receipt) => void gateway.deliver(device, 'receipt', receipt),
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
  gateway.wire({
    handlers: { ...createMatchingFrames(matching), ...createCallFrames(calls), ...createMailboxFrames(mailbox) },
    liveCalls: (person, named, resumed) => calls.liveCalls(person.deviceId, named, resumed),
    listeners: [callsListener(calls), matchingListener(matching), mailboxListener(mailbox)],
  })
  return { gateway, calls, mailbox, matching }
}

/** What has to happen on every node: done here at once, and told to the others, who do the same. All of it may be repeated. */
function createNode({ gateway, calls, matching }: Realtime, news: News) {
  function partHere(one: AccountId, other: AccountId): void {
    matching.block(one, other)
    calls.closeBetween(one, other)
  }
  const endHere = gateway.kickDevice
  const ends = [
    news.on('accounts.parted', ({ one, other }) => partHere(one, other)),
    news.on('session.ended', ({ device, code }) => endHere(device, code)),
  ]
  return {
    part(one: AccountId, other: AccountId): void {
      partHere(one, other)
      news.tell('accounts.parted', { one, other })
    },
    endDevice(device: DeviceId, code: 'AUTH_REQUIRED' | 'AUTH_EXPIRED'): void {
      endHere(device, code)
      news.tell('session.ended', { device, code })
    },
    stop(): void {
      for (const end of ends) end()
    },
  }
}

function createRoutes(base: Base, calls: Calls, stores: Stores, part: (one: AccountId, other: AccountId) => void) {
  const { clock, log, random, secrets } = base
  const blocks = createBlocks({
    clock,
    random,
    log,
    store: stores.blocks,
    otherInCall: async (callId, account) => (await calls.callForReport(callId, account, clock.nowMs()))?.partner,
    part,
  })
  const reports = createReports({
    clock,
    random,
    log,
    store: stores.reports,
    seal: createWordsSeal({ key: secrets.wordsKey, random }),
    async reportableCall(callId, account) {
      const call = await calls.callForReport(callId, account, clock.nowMs())
      return call && { accountId: call.partner.accountId, mode: call.mode, startedAtMs: call.startedAtMs }
    },
  })
  return { ...blockRoutes(blocks), ...reportRoutes(reports) }
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
