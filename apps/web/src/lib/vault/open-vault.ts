import type { Clock, Log } from '@visavis/ports'
import { fail, ok, VisavisError, type Result } from '@visavis/wire'
import type { Stretch } from './argon2.ts'
import { createDatabase } from './database.ts'
import { createKeyWrapping, readKeyRecord, waitMs, type KeyRecord, type PassphraseKeyRecord } from './lock.ts'
import { createSealing } from './sealing.ts'
import type { Vault, VaultDoor } from './types.ts'
import { createVault } from './vault.ts'

/** Keys and nonces come from the platform's generator, never from the port of chance: a seed must not decide a key. */
export type VaultDoorDeps = {
  /** Undefined where the browser has none. */
  readonly indexedDb: IDBFactory | undefined
  readonly crypto: Crypto
  readonly clock: Clock
  readonly log: Log
  readonly stretch: Stretch
  /** Each account of this browser has a vault of its own. */
  readonly accountId: string
}

type Held = { readonly vault: Vault; readonly dataKey: CryptoKey }

/** The door to the vault of one account: makes it, opens it, locks it, wipes it. See ADR 0009. */
export function createVaultDoor(deps: VaultDoorDeps): VaultDoor {
  const { clock, log } = deps
  const database = createDatabase({ indexedDb: deps.indexedDb, name: `visavis-vault-${deps.accountId}` })
  const wrapping = createKeyWrapping({ crypto: deps.crypto, stretch: deps.stretch, owner: deps.accountId })
  let held: Held | undefined
  /** Beside the stored time, which a changed clock moves. */
  let refusedUntilMonotonicMs = 0
  let lastStep: Promise<unknown> = Promise.resolve()

  /** One step at a time: two attempts at once would be one attempt for the delay. */
  function inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = lastStep.then(step)
    lastStep = turn.catch(() => undefined)
    return turn
  }

  async function hold(dataKey: CryptoKey): Promise<Result<Vault>> {
    await database.claim(deps.crypto.randomUUID())
    const sealing = createSealing({
      subtle: deps.crypto.subtle,
      randomBytes: (count) => deps.crypto.getRandomValues(new Uint8Array(count)),
      key: dataKey,
    })
    const vault = createVault({
      database,
      sealing,
      log,
      closed: () => {
        if (held?.vault === vault) held = undefined
      },
    })
    held = { vault, dataKey }
    return ok(vault)
  }

  async function openNew(): Promise<Result<Vault>> {
    const dataKey = await wrapping.freshDataKey()
    await database.begin(await wrapping.wrapForDevice(dataKey))
    return hold(dataKey)
  }

  function refusedForMs(record: PassphraseKeyRecord): number {
    // A clock that was set back must not lock a person out for longer than the attempts are worth.
    const storedMs = Math.min(record.refusedUntilMs - clock.nowMs(), waitMs(record.failures))
    return Math.ceil(Math.max(0, storedMs, refusedUntilMonotonicMs - clock.monotonicMs()))
  }

  async function openLocked(record: PassphraseKeyRecord, passphrase: string | undefined): Promise<Result<Vault>> {
    if (passphrase === undefined) return fail('VAULT_LOCKED')
    const refusedMs = refusedForMs(record)
    if (refusedMs > 0) return fail('VAULT_LOCKED', refusedMs)
    const failures = record.failures + 1
    const nextMs = waitMs(failures)
    await database.writeKey({ ...record, failures, refusedUntilMs: clock.nowMs() + nextMs } satisfies KeyRecord)
    const dataKey = await wrapping.unwrapForPassphrase(record, passphrase)
    if (dataKey === 'wrong') {
      refusedUntilMonotonicMs = clock.monotonicMs() + nextMs
      return fail('VAULT_LOCKED', nextMs)
    }
    if (!dataKey) return fail('VAULT_UNAVAILABLE')
    await database.writeKey({ ...record, failures: 0, refusedUntilMs: 0 } satisfies KeyRecord)
    return hold(dataKey)
  }

  async function open(passphrase: string | undefined): Promise<Result<Vault>> {
    if (held) return ok(held.vault)
    const record = readKeyRecord(await database.readKey())
    if (record === undefined) return openNew()
    if (record === 'damaged') return fail('VAULT_UNAVAILABLE')
    if (record.kind === 'passphrase') return openLocked(record, passphrase)
    const dataKey = await wrapping.unwrapForDevice(record)
    return dataKey ? hold(dataKey) : fail('VAULT_UNAVAILABLE')
  }

  async function setLock(passphrase: string | undefined): Promise<Result<true>> {
    if (!held) return fail('VAULT_LOCKED')
    const { dataKey } = held
    await database.writeKey(
      passphrase === undefined
        ? await wrapping.wrapForDevice(dataKey)
        : await wrapping.wrapForPassphrase(dataKey, passphrase),
    )
    return ok(true)
  }

  return {
    state: () =>
      inTurn(async () => {
        if (held) return 'open'
        const record = readKeyRecord(await database.readKey())
        if (record === undefined) return 'new'
        return record !== 'damaged' && record.kind === 'passphrase' ? 'locked' : 'open'
      }),
    open: (passphrase) => inTurn(() => refusals(() => open(passphrase))),
    setLock: (passphrase) => inTurn(() => refusals(() => setLock(passphrase))),
    destroy: () =>
      inTurn(async () => {
        held?.vault.close()
        refusedUntilMonotonicMs = 0
        await database.destroy()
      }),
  }
}

/** Storage that is refused is an outcome here: the person is told, and calls go on without messages. */
async function refusals<T>(step: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await step()
  } catch (error) {
    if (error instanceof VisavisError) return fail(error.code)
    // Some browsers refuse to store a key in a private window: as good as no storage.
    if (error instanceof DOMException) return fail('VAULT_UNAVAILABLE')
    throw error
  }
}
