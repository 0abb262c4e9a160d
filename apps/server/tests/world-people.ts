import type { AccountId, DeviceId } from '@visavis/wire'
import type { Device } from '../src/devices/index.ts'

/** What other subjects know of people, as far as conversations ask for it. Devices are added by `client`. */
export type WorldPeople = {
  readonly devices: Map<AccountId, Device[]>
  readonly handles: Map<AccountId, string>
  /** Who are no contacts of each other: `${account} ${other}`. All others are. */
  readonly strangers: Set<string>
}

/** A device whose keys mean nothing: the server checks none where it does not make groups. */
export function deviceOf(accountId: AccountId, deviceId: DeviceId): Device {
  const bytes = (length: number) => new Uint8Array(length).fill(1)
  const keys = { deviceKey: bytes(32), signature: bytes(64), name: bytes(0) }
  return { deviceId, accountId, ...keys, createdAtMs: 0, lastSeenMs: 0 }
}

/** As conversations are given it. */
export function conversationPeople({ devices, handles, strangers }: WorldPeople) {
  return {
    async devicesOf(accounts: readonly AccountId[]) {
      await Promise.resolve()
      const known = accounts.map((account) => [account, devices.get(account) ?? []] as const)
      const accountKey = new Uint8Array(32).fill(2)
      return new Map(
        known.filter(([, mine]) => mine.length > 0).map(([id, mine]) => [id, { accountKey, devices: mine }]),
      )
    },
    async handlesOf(accounts: readonly AccountId[]) {
      await Promise.resolve()
      return new Map(accounts.flatMap((account): [AccountId, string][] => [[account, handles.get(account) ?? '']]))
    },
    isContact: async (account: AccountId, other: AccountId) => !strangers.has(`${account} ${other}`),
  }
}
