import { createPool } from '@visavis/matching'
import type { AccountId, CallId } from '@visavis/wire'
import type { Base, Subjects } from './app.ts'
import { blockRoutes, createBlocks, createBlockStore } from './blocks/index.ts'
import { callsListener, createCallFrames, createCalls, createCallStore, type TurnIssuer } from './calls/index.ts'
import type { Config } from './config.ts'
import { createGateway, createSocketEdge, type Gateway } from './gateway/index.ts'
import { createMailbox, createMailboxFrames, createMailboxStore, mailboxListener } from './mailbox/index.ts'
import { createMatching, createMatchingFrames, matchingListener } from './matching/index.ts'
import {
  chooseAnnounce,
  createRelayAddresses,
  createSpliceRelay,
  turnCredentials,
  type Interfaces,
  type Resolver,
  type SpliceRelay,
} from './relay/index.ts'
import { createReports, createReportStore, createWordsSeal, reportRoutes } from './reports/index.ts'
import { isStorageFailure } from './storage/index.ts'

/** The outside world as far as the subjects need it; `main.ts` passes the real one. */
export type Outside = {
  readonly interfaces: Interfaces
  /** Addresses of a host name. */
  readonly resolve: Resolver
  /** Runs work after the events at hand. */
  readonly defer: (work: () => void) => void
}

/**
 * Joins everything that lives on the socket: gateway, matching, calls, mailbox, relay, and with them blocks and reports.
 * Subjects do not know each other; who is told what is written here and nowhere else.
 */
export async function createSubjects(base: Base, outside: Outside): Promise<Subjects> {
  const { accounts, clock, log, random, storage } = base
  const { defer } = outside
  const codeOf = (error: unknown) => (isStorageFailure(error) ? 'SERVER_STORAGE' : undefined)
  const gateway = createGateway({ clock, random, log, codeOf })
  const path = await openPath(base, outside)
  const calls = createCalls({
    clock,
    random,
    log,
    store: createCallStore(storage.db),
    deliver: gateway.deliver,
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
  const blockStore = createBlockStore(storage.db)
  const matching = createMatching({
    clock,
    log,
    pool: createPool({ seed: Math.floor(random.float() * 2 ** 32) }),
    blockedWith: blockStore.apartFrom,
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
  const otherInCall = async (callId: CallId, account: AccountId) =>
    (await calls.callForReport(callId, account, clock.nowMs()))?.partner
  const blocks = createBlocks({
    clock,
    random,
    log,
    store: blockStore,
    otherInCall,
    part(one, other) {
      matching.block(one, other)
      calls.closeBetween(one, other)
    },
  })
  const reports = createReports({
    clock,
    random,
    log,
    store: createReportStore(storage.db),
    seal: createWordsSeal({ key: base.secrets.wordsKey, random }),
    async reportableCall(callId, account) {
      const call = await calls.callForReport(callId, account, clock.nowMs())
      return call && { accountId: call.partner.accountId, mode: call.mode, startedAtMs: call.startedAtMs }
    },
  })
  const stopCalls = await calls.start()
  const stopMailbox = mailbox.start()
  const stopListening = kickOnSessionEnd(accounts, gateway)
  const detach = createSocketEdge({
    gateway,
    log,
    defer,
    allowsOrigin: base.allowsOrigin,
    authenticate: accounts.authenticate,
  }).attach(base.server)
  let accepting = true

  return {
    handlers: { ...blockRoutes(blocks), ...reportRoutes(reports) },
    accepting: () => accepting,
    async drain() {
      accepting = false
      await gateway.drain()
    },
    async close() {
      detach()
      stopListening()
      matching.stop()
      stopCalls()
      stopMailbox()
      await calls.settled()
      await path.relay?.close()
    },
  }
}

/** The way media takes: the embedded relay unless it is switched off, TURN if it is configured and the other is not. */
async function openPath(base: Base, outside: Outside): Promise<{ relay?: SpliceRelay; turn?: TurnIssuer }> {
  const { config, secrets, clock, log, port } = base
  if (config.turn) return { turn: await openTurn(config.turn, outside) }
  if (!config.relay) {
    log.warn('relay.none')
    return {}
  }
  const announce = chooseAnnounce(outside.interfaces, config.relay.host)
  const relay = await createSpliceRelay({
    ...announce,
    port: config.relay.port ?? port,
    ...(config.relay.publicPort === undefined ? {} : { announcePort: config.relay.publicPort }),
    secret: secrets.relayKey,
    clock,
    log,
  })
  log.info('relay.open', { port: relay.port })
  return { relay }
}

async function openTurn(turn: NonNullable<Config['turn']>, outside: Outside): Promise<TurnIssuer> {
  const addresses = await createRelayAddresses({
    configured: turn.relayAddresses,
    urls: turn.urls,
    resolve: outside.resolve,
  })
  return {
    issue: (name, nowMs) => turnCredentials(turn, name, nowMs),
    isRelayAddress: addresses.has,
  }
}

function kickOnSessionEnd(accounts: Base['accounts'], gateway: Gateway): () => void {
  return accounts.onSessionEnded(({ deviceId, reason }) =>
    gateway.kickDevice(deviceId, reason === 'expired' ? 'AUTH_EXPIRED' : 'AUTH_REQUIRED'),
  )
}
