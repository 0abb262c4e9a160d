import type { AccountId, DeviceId, LinkId, SuiteKind } from '@visavis/wire'
import type { Contact, ContactStore } from '../../src/contacts/index.ts'
import type { Device, DeviceLink, DeviceStore, KeyPackageStore, LinkStore } from '../../src/devices/index.ts'

/** Stores of devices and contacts in memory, under the same contract as the real ones (`people-contracts.ts`). */

type Kept = { readonly deviceId: DeviceId; readonly suite: SuiteKind; readonly isLast: boolean } & {
  readonly bytes: Uint8Array
  readonly addedAtMs: number
}

const same = (one: Uint8Array, other: Uint8Array) => Buffer.from(one).equals(other)

export function createMemoryDeviceStores(): { devices: DeviceStore; keyPackages: KeyPackageStore; links: LinkStore } {
  const devices = new Map<DeviceId, Device>()
  let packages: Kept[] = []
  const forget = (deviceId: DeviceId) => {
    packages = packages.filter((kept) => kept.deviceId !== deviceId)
    return devices.delete(deviceId)
  }
  return {
    devices: createMemoryDevices(devices, forget),
    keyPackages: {
      async add({ deviceId, suite, packages: fresh, last, keptMax, nowMs }) {
        if (!devices.has(deviceId)) return
        const isOf = (kept: Kept, isLast: boolean) =>
          kept.deviceId === deviceId && kept.suite === suite && kept.isLast === isLast
        const keep = (bytes: Uint8Array, isLast: boolean): Kept => ({
          deviceId,
          suite,
          isLast,
          bytes,
          addedAtMs: nowMs,
        })
        if (last) packages = [...packages.filter((kept) => !isOf(kept, true)), keep(last, true)]
        packages = [...packages, ...fresh.map((bytes) => keep(bytes, false))]
        const once = packages.filter((kept) => isOf(kept, false))
        const dropped = new Set(once.slice(0, Math.max(0, once.length - keptMax)))
        packages = packages.filter((kept) => !dropped.has(kept))
      },
      async count(deviceId) {
        const of = (suite: SuiteKind, isLast: boolean) =>
          packages.filter((kept) => kept.deviceId === deviceId && kept.suite === suite && kept.isLast === isLast).length
        const hasLast = { pair: of('pair', true) > 0, group: of('group', true) > 0 }
        return { pair: of('pair', false), group: of('group', false), hasLast }
      },
      async claim(wanted, suite) {
        const claimed = new Map<DeviceId, Uint8Array>()
        for (const deviceId of wanted) {
          const own = packages.filter((kept) => kept.deviceId === deviceId && kept.suite === suite)
          const found = own.find((kept) => !kept.isLast) ?? own[0]
          if (found) claimed.set(deviceId, found.bytes)
          if (found && !found.isLast) packages = packages.filter((kept) => kept !== found)
        }
        return claimed
      },
      async forget({ onceMs, lastMs }) {
        packages = packages.filter((kept) => kept.addedAtMs >= (kept.isLast ? lastMs : onceMs))
      },
    },
    links: createMemoryLinks(),
  }
}

function createMemoryDevices(devices: Map<DeviceId, Device>, forget: (deviceId: DeviceId) => boolean): DeviceStore {
  const keys = new Map<AccountId, Uint8Array>()
  const revoked = new Map<DeviceId, number>()
  const ofAccount = (account: AccountId) => [...devices.values()].filter((device) => device.accountId === account)
  return {
    async add({ device, accountKey, startAfresh, devicesMax }) {
      const { accountId, deviceId } = device
      const standing = devices.get(deviceId)
      const isSame = standing?.accountId === accountId && same(standing.deviceKey, device.deviceKey)
      const isSameKey = same(keys.get(accountId) ?? accountKey, accountKey)
      if ((standing && !isSame) || revoked.has(deviceId)) return { kind: 'taken' }
      if (isSame) return { kind: isSameKey ? 'known' : 'taken' }
      if (!isSameKey && !startAfresh) return { kind: 'other-key' }
      const others = ofAccount(accountId).map((one) => one.deviceId)
      if (!startAfresh && others.length >= devicesMax) return { kind: 'too-many' }
      keys.set(accountId, accountKey)
      const removed = startAfresh ? others : []
      for (const id of removed) {
        forget(id)
        revoked.set(id, device.createdAtMs)
      }
      devices.set(deviceId, device)
      return { kind: 'added', removed }
    },
    find: async (deviceId) => devices.get(deviceId),
    async ofAccounts(accounts) {
      const known = accounts.flatMap((account) => {
        const accountKey = keys.get(account)
        return accountKey ? [[account, { accountKey, devices: ofAccount(account) }] as const] : []
      })
      return new Map(known)
    },
    async rename(accountId, deviceId, name) {
      const device = devices.get(deviceId)
      if (device?.accountId !== accountId) return false
      devices.set(deviceId, { ...device, name })
      return true
    },
    async revoke(accountId, deviceId, revokedAtMs) {
      if (devices.get(deviceId)?.accountId !== accountId) return false
      revoked.set(deviceId, revokedAtMs)
      return forget(deviceId)
    },
    async seen(deviceId, lastSeenMs) {
      const device = devices.get(deviceId)
      if (device && device.lastSeenMs < lastSeenMs) devices.set(deviceId, { ...device, lastSeenMs })
    },
    async forgetRevoked(beforeMs) {
      for (const [deviceId, atMs] of revoked) if (atMs < beforeMs) revoked.delete(deviceId)
    },
  }
}

function createMemoryLinks(): LinkStore {
  const links = new Map<LinkId, DeviceLink & { sealed: Uint8Array | null }>()
  return {
    async open(link) {
      for (const [id, former] of links) if (former.sessionId === link.sessionId) links.delete(id)
      links.set(link.linkId, { ...link, sealed: null })
    },
    async answer(accountId, linkId, sealed, nowMs) {
      const link = links.get(linkId)
      if (!link || link.accountId !== accountId || link.sealed || link.expiresAtMs <= nowMs) return false
      link.sealed = sealed
      return true
    },
    async read(sessionId, linkId, nowMs) {
      const link = links.get(linkId)
      if (!link || link.sessionId !== sessionId || link.expiresAtMs <= nowMs) return undefined
      if (link.sealed) links.delete(linkId)
      return link.sealed
    },
    async forgetExpired(nowMs) {
      for (const [id, link] of links) if (link.expiresAtMs <= nowMs) links.delete(id)
    },
  }
}

export function createMemoryContactStore(): ContactStore {
  const contacts = new Map<string, Contact>()
  const codes = new Map<AccountId, { hash: string; sealed: Uint8Array }>()
  const keeps = new Map<string, Map<AccountId, number>>()
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  const of = (account: AccountId, state: Contact['state']) =>
    [...contacts.values()].filter(({ a, b, state: its }) => its === state && (a === account || b === account))
  return {
    find: async ({ a, b }) => contacts.get(`${a} ${b}`),
    findByConversation: async (id) => [...contacts.values()].find((contact) => contact.conversationId === id),
    ofAccount: async (account, state, max) =>
      of(account, state)
        .toSorted((one, other) => other.sinceMs - one.sinceMs)
        .slice(0, max),
    count: async (account, state) => of(account, state).length,
    async change({ a, b }, rule) {
      const next = rule(contacts.get(`${a} ${b}`))
      if (next) contacts.set(`${a} ${b}`, next)
      return next
    },
    async setCode(account, hash, sealed) {
      codes.set(account, { hash: hex(hash), sealed })
    },
    async clearCode(account) {
      codes.delete(account)
    },
    codeOf: async (account) => codes.get(account)?.sealed,
    ownerOf: async (hash) => [...codes].find(([, code]) => code.hash === hex(hash))?.[0],
    async keep(callId, account, saidAtMs) {
      const said = keeps.get(callId) ?? new Map<AccountId, number>()
      keeps.set(callId, said.set(account, said.get(account) ?? saidAtMs))
    },
    async unkeep(callId, account) {
      keeps.get(callId)?.delete(account)
    },
    keepers: async (callId) => [...(keeps.get(callId)?.keys() ?? [])],
    async takeKeeps(callId) {
      const said = keeps.get(callId)
      keeps.delete(callId)
      return (said?.size ?? 0) > 0
    },
    async forgetKeeps(saidBeforeMs) {
      for (const said of keeps.values()) for (const [who, atMs] of said) if (atMs < saidBeforeMs) said.delete(who)
    },
  }
}
