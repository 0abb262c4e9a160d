import { decode, encode } from 'cborg'
import { fail, ok, VisavisError, type Result } from '@visavis/wire'
import type { Shelf, Vault, VaultDoor, VaultKey, VaultRange, VaultValue } from '../types.ts'

/** The vault as a fake for tests: what it holds outlives `close`, as a database would, and copies are kept, not values. */
export type MemoryVault = Vault & {
  /** From now on every write fails, as after a crash or with a full disk. */
  refuseWrites(): void
}

type Shelves = Map<Shelf, Map<string, { readonly key: VaultKey; readonly bytes: Uint8Array }>>

export function createMemoryVault(shelves: Shelves = new Map(), closed: () => void = () => undefined): MemoryVault {
  let isOpen = true
  let isRefusing = false
  const shelfOf = (shelf: Shelf) => {
    const records = shelves.get(shelf) ?? new Map<string, { readonly key: VaultKey; readonly bytes: Uint8Array }>()
    shelves.set(shelf, records)
    return records
  }
  function mustBeOpen(): void {
    if (!isOpen) throw new VisavisError('VAULT_UNAVAILABLE')
  }
  function close(): void {
    isOpen = false
    closed()
  }
  return {
    async get(shelf, key) {
      mustBeOpen()
      const record = shelfOf(shelf).get(nameOf(key))
      return record && (decode(record.bytes) as VaultValue)
    },
    async list(range) {
      mustBeOpen()
      const found = [...shelfOf(range.shelf).values()]
        .filter(({ key }) => isWithin(key, range))
        .toSorted((one, other) => compareKeys(one.key, other.key))
      if (range.direction === 'down') found.reverse()
      return found.slice(0, range.limit).map(({ key, bytes }) => ({ key, value: decode(bytes) as VaultValue }))
    },
    async write(changes) {
      mustBeOpen()
      const encoded = changes.map(({ shelf, key, value }) => ({
        shelf,
        key,
        bytes: value === undefined ? undefined : encode(value, { ignoreUndefinedProperties: true }),
      }))
      if (isRefusing) throw new VisavisError('VAULT_UNAVAILABLE')
      for (const { shelf, key, bytes } of encoded) {
        if (bytes) shelfOf(shelf).set(nameOf(key), { key, bytes })
        else shelfOf(shelf).delete(nameOf(key))
      }
    },
    async destroy() {
      shelves.clear()
      close()
    },
    close,
    refuseWrites: () => void (isRefusing = true),
  }
}

/** A door to one memory vault; the passphrase is compared, not stretched, and attempts are not slowed down. */
export function createMemoryVaultDoor(): VaultDoor & { readonly vault: () => MemoryVault | undefined } {
  const shelves: Shelves = new Map()
  let isMade = false
  let lock: string | undefined
  let vault: MemoryVault | undefined
  async function open(passphrase?: string): Promise<Result<Vault>> {
    if (vault) return ok(vault)
    if (lock !== undefined && lock !== passphrase) return fail('VAULT_LOCKED')
    isMade = true
    const opened = createMemoryVault(shelves, () => (vault = undefined))
    vault = { ...opened, destroy }
    return ok(vault)
  }
  async function destroy(): Promise<void> {
    vault?.close()
    shelves.clear()
    isMade = false
    lock = undefined
  }
  return {
    vault: () => vault,
    async state() {
      if (vault) return 'open'
      if (!isMade) return 'new'
      return lock === undefined ? 'open' : 'locked'
    },
    open,
    async setLock(passphrase) {
      if (!vault) return fail('VAULT_LOCKED')
      lock = passphrase
      return ok(true)
    },
    destroy,
  }
}

const nameOf = (key: VaultKey) => JSON.stringify(key)

function compareKeys(one: VaultKey, other: VaultKey): number {
  for (const [at, part] of one.entries()) {
    const against = other[at]
    if (against === undefined) return 1
    const order = compareParts(part, against)
    if (order !== 0) return order
  }
  return one.length - other.length
}

function compareParts(one: string | number, other: string | number): number {
  if (typeof one !== typeof other) return typeof one === 'number' ? -1 : 1
  if (one === other) return 0
  return one < other ? -1 : 1
}

function isWithin(key: VaultKey, { prefix, from, to }: VaultRange): boolean {
  if (!prefix.every((part, at) => key[at] === part)) return false
  if (from === undefined && to === undefined) return true
  const part = key[prefix.length]
  if (part === undefined) return false
  return (from === undefined || compareParts(from, part) <= 0) && (to === undefined || compareParts(part, to) <= 0)
}
