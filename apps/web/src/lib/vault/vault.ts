import type { Log } from '@visavis/ports'
import { VisavisError } from '@visavis/wire'
import type { Database } from './database.ts'
import type { Sealing } from './sealing.ts'
import type { Vault, VaultKey, VaultValue } from './types.ts'

/** The open vault: sealed records in a database. `closed` is told once, however it comes about. */
export function createVault(deps: {
  readonly database: Database
  readonly sealing: Sealing
  readonly log: Log
  readonly closed: () => void
}): Vault {
  const { database, sealing, log } = deps
  let isOpen = true
  let lastWrite: Promise<unknown> = Promise.resolve()

  function mustBeOpen(): void {
    if (!isOpen) throw new VisavisError('VAULT_UNAVAILABLE')
  }

  function close(): void {
    if (!isOpen) return
    isOpen = false
    database.close()
    deps.closed()
  }

  return {
    async get(shelf, key) {
      mustBeOpen()
      const stored = await database.get(shelf, key)
      if (stored === undefined) return undefined
      const opened = await sealing.open({ shelf, key }, stored)
      if (!opened) log.error('vault records damaged', { code: 'VAULT_UNAVAILABLE', count: 1 })
      return opened ? opened.value : null
    },
    async list(range) {
      mustBeOpen()
      const { shelf } = range
      const stored = await database.list(range)
      const opened = await Promise.all(stored.map(({ key, bytes }) => sealing.open({ shelf, key }, bytes)))
      const records: { key: VaultKey; value: VaultValue }[] = []
      for (const [at, { key }] of stored.entries()) {
        const record = opened[at]
        if (record) records.push({ key, value: record.value })
      }
      const count = stored.length - records.length
      if (count > 0) log.error('vault records damaged', { code: 'VAULT_UNAVAILABLE', count })
      return records
    },
    async write(changes) {
      mustBeOpen()
      if (changes.length === 0) return
      // Sealed at once, so that a value changed afterwards is not what is written; written in the order of the calls.
      const sealed = Promise.all(
        changes.map(async ({ shelf, key, value }) => ({
          shelf,
          key,
          bytes: value === undefined ? undefined : await sealing.seal({ shelf, key }, value),
        })),
      )
      const earlier = lastWrite
      const queued = (async () => {
        await earlier
        const stored = await sealed
        mustBeOpen()
        return { written: database.write(stored) }
      })()
      lastWrite = queued.catch(() => undefined)
      await (
        await queued
      ).written
    },
    async destroy() {
      isOpen = false
      deps.closed()
      await database.destroy()
    },
    close,
  }
}
