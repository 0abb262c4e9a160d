import type * as E2ee from '@visavis/e2ee'
import { DAY, HOUR, type Clock, type Log, type Random } from '@visavis/ports'
import { BACKUP_DAYS, fail, fromB64, ok, toB64, type AccountId, type Result, type RouteResponse } from '@visavis/wire'
import type { Api } from '../../account/api.ts'
import type { Stretch } from '../../vault/argon2.ts'
import type { Change, Vault, VaultKey, VaultValue } from '../../vault/types.ts'
import { createSerial } from '../core/serial.ts'
import type { BackupState } from '../backup-types.ts'
import { packBackup } from './backup-content.ts'
import type { Identity } from './identity.ts'

/** While a backup is on, this device renews it so often. */
export const RENEW_EVERY_MS = DAY
/** As for the app lock: the second recommendation of RFC 9106 section 4, on one lane. */
const COST = { memoryKib: 64 * 1024, passes: 3 } as const
const SALT_BYTES = 16
const KEY: VaultKey = ['backup']

/** What a device that keeps a backup up to date remembers of it: with the version it notices an older one. */
export type KeptBackup = {
  readonly key: Uint8Array
  readonly slot: Uint8Array
  readonly version: number
  readonly madeAtMs: number
}
export type BackupE2ee = Pick<
  typeof E2ee,
  | 'BACKUP_CONTENT_BYTES_MAX'
  | 'createBackupKey'
  | 'openBackup'
  | 'openBackupKey'
  | 'readBackupManifest'
  | 'readStretchCost'
  | 'sealBackup'
  | 'sealBackupKey'
>
export type BackupDeps = {
  readonly api: Api
  readonly clock: Clock
  readonly e2ee: BackupE2ee
  readonly log: Log
  readonly random: Random
  readonly stretch: Stretch
  readonly serverNowMs: () => number
}
type Found = NonNullable<RouteResponse<'getBackup'>['backup']>

/** The encrypted backup of this account as this device sees it [K9]; one wish after the other. */
export type Backups = {
  readonly state: () => Promise<Result<BackupState>>
  /** Under a fresh key, in the place of any backup before. The caller has seen to it that the passphrase is strong. */
  readonly make: (passphrase: string) => Promise<Result<true>>
  /** Errors: BACKUP_CHANGED when this device keeps none, or another device has put its own there. */
  readonly renew: () => Promise<Result<true>>
  readonly remove: () => Promise<Result<true>>
  /** Renews what is due, now and from now on. */
  readonly online: () => void
  readonly stop: () => void
}

export function createBackups(deps: BackupDeps & { readonly vault: Vault; readonly identity: Identity }): Backups {
  const { api, e2ee, identity, log, random, serverNowMs, vault } = deps
  const accountId = identity.device.accountId as AccountId
  const inTurn = createSerial()
  let stopTicks: (() => void) | undefined
  const read = async () => (await vault.get('self', KEY)) as KeptBackup | undefined
  const forget = () => vault.write([{ shelf: 'self', key: KEY, value: undefined }])

  /** What this device keeps, looked at beside what the server has: forgotten when it was removed or replaced elsewhere. */
  async function present(
    found: Found | null,
  ): Promise<{ readonly kept: KeptBackup; readonly version: number } | undefined> {
    const kept = await read()
    if (!kept) return undefined
    const manifest = found && fromB64(found.manifest)
    if (!manifest) {
      // Past its days it is gone by rule, and this device goes on.
      if (serverNowMs() - kept.madeAtMs >= BACKUP_DAYS * DAY) return { kept, version: kept.version }
      await forget()
      return undefined
    }
    const told = await e2ee.readBackupManifest({ accountId, backupKey: kept.key, manifest })
    if (told.ok) return { kept, version: told.value.version }
    await forget()
    return undefined
  }

  async function upload({ key, slot }: Pick<KeptBackup, 'key' | 'slot'>, after: number): Promise<Result<true>> {
    const madeAtMs = serverNowMs()
    const version = after + 1
    const bytesMax = e2ee.BACKUP_CONTENT_BYTES_MAX
    const content = await packBackup(vault, { accountId, account: identity.account, nowMs: madeAtMs, bytesMax })
    const { manifest, segments } = await e2ee.sealBackup({ accountId, backupKey: key, version, madeAtMs, content })
    const uploadId = random.uuid()
    for (const [segment, bytes] of segments.entries()) {
      const params = { uploadId, segment: String(segment) }
      const put = await api.call('putBackupSegment', { params, body: bytes as Uint8Array<ArrayBuffer> })
      if (!put.ok) return put
    }
    const body = { uploadId, version, segments: segments.length, slot: toB64(slot), manifest: toB64(manifest) }
    const committed = await api.call('commitBackup', { body })
    if (!committed.ok) return committed
    await vault.write([keepChange({ key, slot, version, madeAtMs })])
    return ok(true)
  }

  async function make(passphrase: string): Promise<Result<true>> {
    if (passphrase === '') return fail('WIRE_INVALID')
    const found = await api.call('getBackup')
    if (!found.ok) return found
    const cost = { ...COST, salt: random.bytes(SALT_BYTES) }
    const secret = await deps.stretch(passphrase.normalize('NFKC'), cost.salt, cost)
    const key = e2ee.createBackupKey()
    const slot = await e2ee.sealBackupKey({ accountId, secret, cost, backupKey: key })
    secret.fill(0)
    return upload({ key, slot }, Math.max(found.value.backup?.version ?? 0, (await read())?.version ?? 0))
  }

  async function renew(): Promise<Result<true>> {
    const found = await api.call('getBackup')
    if (!found.ok) return found
    const mine = await present(found.value.backup)
    if (!mine) return fail('BACKUP_CHANGED')
    return upload(mine.kept, Math.max(mine.version, mine.kept.version, found.value.backup?.version ?? 0))
  }

  async function renewDue(): Promise<void> {
    const kept = await read()
    if (!kept || serverNowMs() - kept.madeAtMs < RENEW_EVERY_MS) return
    const renewed = await renew()
    if (!renewed.ok) log.info('backup.not-renewed', { code: renewed.code })
  }

  function tick(): void {
    inTurn(renewDue).catch((err: unknown) => log.error('backup.renewal-failed', { err }))
  }

  return {
    state: () =>
      inTurn(async () => {
        const found = await api.call('getBackup')
        if (!found.ok) return found
        const { backup } = found.value
        const mine = await present(backup)
        return ok({
          isOn: mine !== undefined,
          ...(backup && { kept: { madeAtMs: backup.updatedAtMs, expiresAtMs: backup.expiresAtMs } }),
          ...(mine && mine.version < mine.kept.version && { isOlder: true }),
        })
      }),
    make: (passphrase) => inTurn(() => make(passphrase)),
    renew: () => inTurn(renew),
    remove: () =>
      inTurn(async () => {
        const removed = await api.call('deleteBackup')
        if (!removed.ok) return removed
        await forget()
        return ok(true as const)
      }),
    online() {
      stopTicks ??= deps.clock.every(HOUR, tick)
      tick()
    },
    stop: () => stopTicks?.(),
  }
}

export function keepChange(kept: KeptBackup): Change {
  return { shelf: 'self', key: KEY, value: kept as VaultValue }
}
