import type { ConversationId, DeviceId, AccountId, SuiteKind } from '@visavis/wire'
import type { Base } from './app.ts'
import { blockRoutes, createBlocks, type BlockStore } from './blocks/index.ts'
import type { Calls } from './calls/index.ts'
import {
  contactRoutes,
  createContactCodes,
  createContacts,
  createContactStore,
  type Contacts,
  type PairConversations,
} from './contacts/index.ts'
import {
  createDevices,
  createDeviceStore,
  createKeyPackages,
  createKeyPackageStore,
  createLinks,
  createLinkStore,
  deviceRoutes,
  type DeviceProofs,
  type Devices,
} from './devices/index.ts'
import type { RouteHandlers } from './http/index.ts'
import { createKeyLog, keyLogRoutes, type KeyLog } from './key-log/index.ts'
import type { Reach } from './nodes.ts'
import { createWordsSeal } from './reports/index.ts'

/** What devices, contacts and blocks need of conversations. */
export type PeopleConversations = PairConversations & {
  /** Everybody this account shares a conversation with. */
  sharersOf(account: AccountId): Promise<readonly AccountId[]>
  /** Whether this account may add these devices to this conversation. */
  mayClaim(account: AccountId, conversationId: ConversationId, devices: readonly DeviceId[]): Promise<boolean>
  /** Which key packages its groups are made of; undefined when there is no such conversation. */
  suiteOf(conversationId: ConversationId): Promise<SuiteKind | undefined>
  /** Whether the two have, or had, a conversation in common. */
  mayBlock(account: AccountId, other: AccountId): Promise<boolean>
  /** These devices are no more: they leave every group, and what waits for them is destroyed. */
  removeDevices(devices: readonly DeviceId[]): Promise<void>
}

/** Devices and the log of their keys: what conversations build upon. */
export type OwnDevices = { readonly devices: Devices; readonly keyLog: KeyLog }

export function createOwnDevices(base: Base, proofs: DeviceProofs): OwnDevices {
  const { accounts, clock, log, random, secrets, storage } = base
  const keyLog = createKeyLog({ db: storage.db, clock, random, seed: secrets.keyLogSeed })
  const devices = createDevices({
    clock,
    log,
    store: createDeviceStore(storage.db, keyLog),
    links: createLinkStore(storage.db),
    keyPackages: createKeyPackageStore(storage.db),
    proofs,
    names: createWordsSeal({ key: secrets.deviceNamesKey, random }),
    sessions: { bind: accounts.bindSession, endOf: accounts.endSessionsOf, exists: accounts.isSession },
  })
  return { devices, keyLog }
}

export type People = {
  readonly contacts: Contacts
  readonly handlers: RouteHandlers
  /** Begins to forget what is over and to tell of changes; returns what ends that. */
  start(): () => void
}

/** What people have lastingly: their devices, contacts and blocks. Who is told of a change is written here. */
export function createPeople(
  base: Base,
  parts: OwnDevices & {
    readonly reach: Pick<Reach, 'tellChanged' | 'tellMade'>
    readonly calls: Pick<Calls, 'callForReport'>
    readonly blocks: BlockStore
    readonly proofs: DeviceProofs
    readonly conversations: PeopleConversations
    /** Parts two people everywhere at once. */
    readonly part: (one: AccountId, other: AccountId) => void
  },
): People {
  const { accounts, log } = base
  const { conversations, devices } = parts
  const { tellChanged } = parts.reach
  const contacts = createPeopleContacts(base, parts)

  async function takeOver(account: AccountId, removed: readonly DeviceId[]): Promise<void> {
    await conversations.removeDevices(removed)
    tellChanged([account, ...(await conversations.sharersOf(account))], 'conversations')
  }

  function devicesChanged(account: AccountId, removed: readonly DeviceId[]): void {
    tellChanged([account], 'devices')
    takeOver(account, removed).catch((error: unknown) => log.warn('people.not-told', { err: error }))
  }

  return {
    contacts,
    handlers: createPeopleRoutes(base, parts, contacts),
    start() {
      const stops = [
        devices.start(),
        contacts.start(),
        devices.onDevicesChanged(devicesChanged),
        // Who signs out wipes the device, so nobody can read there what would still be sent to it.
        accounts.onSessionEnded(async ({ accountId, deviceId, isRegistered, reason }) => {
          if (isRegistered && reason === 'signed-out') await devices.revoke(accountId, deviceId)
        }),
      ]
      return () => stops.forEach((stop) => stop())
    },
  }
}

type Parts = Parameters<typeof createPeople>[1]

function createPeopleContacts(base: Base, { blocks, calls, conversations, reach }: Parts): Contacts {
  const { accounts, clock, log, random, secrets, storage } = base
  return createContacts({
    clock,
    log,
    store: createContactStore(storage.db),
    codes: createContactCodes({ key: secrets.contactCodesKey, random }),
    seal: createWordsSeal({ key: secrets.contactCodesSealKey, random }),
    conversations,
    handlesOf: accounts.handlesOf,
    blockedBy: async (account) => new Set((await blocks.madeBy(account)).map((block) => block.blocked)),
    apartFrom: blocks.apartFrom,
    partnerIn: async (callId, account) => (await calls.callForReport(callId, account, clock.nowMs()))?.partner,
    changed: (changed) => reach.tellChanged(changed, 'contacts', 'conversations'),
    made: reach.tellMade,
  })
}

function createPeopleRoutes(base: Base, parts: Parts, contacts: Contacts): RouteHandlers {
  const { accounts, clock, limits, log, random, storage } = base
  const { calls, conversations, devices, keyLog, proofs, reach } = parts
  const blocks = createBlocks({
    clock,
    random,
    log,
    store: parts.blocks,
    otherInCall: async (callId, account) => (await calls.callForReport(callId, account, clock.nowMs()))?.partner,
    part: parts.part,
    mayBlock: async (blocker, account) =>
      (await contacts.areKnown(blocker, account)) || (await conversations.mayBlock(blocker, account)),
    handleOf: async (account) => (await accounts.handlesOf([account])).get(account),
    changed: (blocker) => reach.tellChanged([blocker], 'contacts', 'conversations'),
  })
  const keyPackages = createKeyPackages({
    clock,
    store: createKeyPackageStore(storage.db),
    devices: createDeviceStore(storage.db),
    proofs,
    mayClaim: conversations.mayClaim,
    suiteOf: conversations.suiteOf,
    admit: (account) => limits.take('claimAccount', account),
  })
  const links = createLinks({ clock, random, store: createLinkStore(storage.db) })
  return {
    ...deviceRoutes({ devices, keyPackages, links }),
    ...contactRoutes(contacts, (account) => limits.take('requestAccount', account)),
    ...blockRoutes(blocks),
    // Whoever has somebody in a list of conversations finds their devices there.
    ...keyLogRoutes(keyLog, conversations.mayBlock),
  }
}
