import type * as E2ee from '@visavis/e2ee'
import { DAY, HOUR, type Clock, type Log, type Random } from '@visavis/ports'
import { BACKUP_DAYS, fail, fromB64, ok, toB64, type AccountId, type Result, type RouteResponse } from '@visavis/wire'
import type { Api } from '../../account/api.ts'
import type { Stretch } from '../../vault/argon2.ts'
import { bytes, oneOf, recordKind, time, whole } from '../../vault/record-kind.ts'
import type { Change, Vault, VaultKey } from '../../vault/types.ts'
import { createSerial } from '../core/serial.ts'
import type { BackupAlarm, BackupSecret, BackupState, PasskeyAsk } from '../backup-types.ts'
import { packBackup } from './backup-content.ts'
import { areSecrets, createBackupSlots, isSecret, takingSecrets, type SlotsDeps } from './backup-slots.ts'
import type { Identity } from './identity.ts'

/** While a backup is on, this device renews it so often. */
export const RENEW_EVERY_MS = DAY
const KEY: VaultKey = ['backup']
const ALARM_KEY: VaultKey = ['backup-alarm']

/** What a device that keeps a backup up to date remembers of it: with the version it notices an older one. */
export type KeptBackup = {
  readonly key: Uint8Array
  readonly slots: Uint8Array
  readonly version: number
  readonly madeAtMs: number
}
const keptRecord = recordKind<KeptBackup>({
  name: 'backup',
  shape: { key: bytes, slots: bytes, version: whole, madeAtMs: time },
})
const alarmRecord = recordKind<{ readonly alarm: BackupAlarm }>({
  name: 'backup alarm',
  shape: { alarm: oneOf(['older', 'gone', 'replaced']) },
})
export type BackupE2ee = SlotsDeps['e2ee'] &
  Pick<typeof E2ee, 'BACKUP_CONTENT_BYTES_MAX' | 'createBackupKey' | 'openBackup' | 'readBackupManifest' | 'sealBackup'>
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
/** A backup under this device's key, with the slots that belong to it. */
type Present = Pick<KeptBackup, 'key' | 'slots' | 'version'>

/** The encrypted backup of this account as this device sees it [K9]; one wish after the other. */
export type Backups = {
  readonly state: () => Promise<Result<BackupState>>
  readonly ask: () => Promise<PasskeyAsk>
  /** Under a fresh key, in the place of any backup before. The caller has seen to it that a passphrase is strong. */
  readonly make: (secrets: readonly BackupSecret[]) => Promise<Result<true>>
  /** Errors: as `renew`; NOT_ALLOWED when the backup has a secret of this kind. */
  readonly add: (secret: BackupSecret) => Promise<Result<true>>
  /** Errors: BACKUP_CHANGED when this device keeps none, or another device has put its own there. */
  readonly renew: () => Promise<Result<true>>
  readonly remove: () => Promise<Result<true>>
  /** What was noticed and not read yet. */
  readonly alarm: () => BackupAlarm | undefined
  readonly readAlarm: () => Promise<Result<true>>
  /** Renews what is due, now and from now on. */
  readonly online: () => void
  readonly stop: () => void
}

export async function openBackups(
  deps: BackupDeps & { readonly vault: Vault; readonly identity: Identity; readonly changed: () => void },
): Promise<Backups> {
  const { api, e2ee, identity, log, random, serverNowMs, vault } = deps
  const accountId = identity.device.accountId as AccountId
  const slotsOf = createBackupSlots({ ...deps, accountId })
  const inTurn = createSerial()
  const alarms = await openAlarm(vault, deps.changed)
  let stopTicks: (() => void) | undefined
  const read = async () => keptRecord.read(await vault.get('self', KEY))
  const forget = () => vault.write([{ shelf: 'self', key: KEY, value: undefined }])

  /**
   * What this device keeps, looked at beside what the server has. What was removed or replaced elsewhere is forgotten; that,
   * and an older backup, is told (SPEC EB8).
   */
  async function present(found: Found | null): Promise<Present | undefined> {
    const kept = await read()
    if (!kept) return undefined
    // Past its days it is gone by rule, and this device goes on.
    if (!found && serverNowMs() - kept.madeAtMs >= BACKUP_DAYS * DAY) return kept
    const theirs = found && (await verified(found, kept.key))
    if (!theirs) {
      await alarms.raise(found ? 'replaced' : 'gone')
      await forget()
      return undefined
    }
    if (theirs.version >= kept.version) return theirs
    await alarms.raise('older')
    return kept
  }

  /** Undefined for one that was not made under this key, with these slots. */
  async function verified(found: Found, key: Uint8Array): Promise<Present | undefined> {
    const [manifest, slots] = [fromB64(found.manifest), fromB64(found.slot)]
    if (!manifest || !slots) return undefined
    const told = await e2ee.readBackupManifest({ accountId, backupKey: key, manifest, slots })
    return told.ok ? { key, slots, version: told.value.version } : undefined
  }

  async function upload({ key, slots, version: before }: Present): Promise<Result<true>> {
    const madeAtMs = serverNowMs()
    const version = before + 1
    const bytesMax = e2ee.BACKUP_CONTENT_BYTES_MAX
    const content = await packBackup(vault, { accountId, account: identity.account, nowMs: madeAtMs, bytesMax })
    const sealing = { accountId, backupKey: key, slots, version, madeAtMs, content }
    const { manifest, segments } = await e2ee.sealBackup(sealing)
    const uploadId = random.uuid()
    for (const [segment, sealed] of segments.entries()) {
      const params = { uploadId, segment: String(segment) }
      const put = await api.call('putBackupSegment', { params, body: sealed as Uint8Array<ArrayBuffer> })
      if (!put.ok) return put
    }
    const body = { uploadId, version, segments: segments.length, slot: toB64(slots), manifest: toB64(manifest) }
    const committed = await api.call('commitBackup', { body })
    if (!committed.ok) return committed
    await vault.write([keepChange({ key, slots, version, madeAtMs })])
    return ok(true)
  }

  async function make(secrets: readonly BackupSecret[]): Promise<Result<true>> {
    if (!areSecrets(secrets)) return fail('WIRE_INVALID')
    const found = await api.call('getBackup')
    if (!found.ok) return found
    const key = e2ee.createBackupKey()
    const slots = await slotsOf.seal(random, key, secrets)
    const version = Math.max(found.value.backup?.version ?? 0, (await read())?.version ?? 0)
    return upload({ key, slots, version })
  }

  /** A new backup under the same key, whose slots may be others. */
  async function renew(
    slotsAfter: (mine: Present) => Promise<Result<Uint8Array>> = async ({ slots }) => ok(slots),
  ): Promise<Result<true>> {
    const found = await api.call('getBackup')
    if (!found.ok) return found
    const mine = await present(found.value.backup)
    if (!mine) return fail('BACKUP_CHANGED')
    const slots = await slotsAfter(mine)
    if (!slots.ok) return slots
    const version = Math.max(mine.version, found.value.backup?.version ?? 0)
    return upload({ ...mine, slots: slots.value, version })
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

  async function state(): Promise<Result<BackupState>> {
    const found = await api.call('getBackup')
    if (!found.ok) return found
    const mine = await present(found.value.backup)
    const alarm = alarms.get()
    const kept = found.value.backup && (await keptOf(found.value.backup, slotsOf))
    return ok({ isOn: mine !== undefined, ...(kept && { kept }), ...(alarm && { alarm }) })
  }

  async function remove(): Promise<Result<true>> {
    const removed = await api.call('deleteBackup')
    if (!removed.ok) return removed
    await forget()
    return ok(true)
  }

  return {
    state: () => inTurn(state),
    ask: slotsOf.ask,
    make: (secrets) => inTurn(() => takingSecrets(secrets, () => make(secrets))),
    add: (secret) =>
      inTurn(() =>
        takingSecrets([secret], async () => {
          if (!isSecret(secret)) return fail('WIRE_INVALID')
          return renew(({ key, slots }) => slotsOf.add(random, key, { slots, secret }))
        }),
      ),
    renew: () => inTurn(() => renew()),
    remove: () => inTurn(remove),
    alarm: alarms.get,
    readAlarm: () => inTurn(() => alarms.read()),
    online() {
      stopTicks ??= deps.clock.every(HOUR, tick)
      tick()
    },
    stop: () => stopTicks?.(),
  }
}

/** What was noticed, until the person has read it: the last thing, through restarts. */
async function openAlarm(vault: Vault, changed: () => void) {
  let alarm = alarmRecord.read(await vault.get('self', ALARM_KEY))?.alarm
  async function set(next: BackupAlarm | undefined): Promise<void> {
    if (alarm === next) return
    await vault.write([{ shelf: 'self', key: ALARM_KEY, value: next && alarmRecord.write({ alarm: next }) }])
    alarm = next
    changed()
  }
  return {
    get: () => alarm,
    raise: (next: BackupAlarm) => set(next),
    async read(): Promise<Result<true>> {
      await set(undefined)
      return ok(true)
    },
  }
}

/** What the server says of the backup it has. */
export async function keptOf(
  { expiresAtMs, slot, updatedAtMs }: Found,
  { waysOf }: Pick<ReturnType<typeof createBackupSlots>, 'waysOf'>,
): Promise<NonNullable<BackupState['kept']>> {
  const slots = fromB64(slot)
  const ways = slots && (await waysOf(slots))
  return { madeAtMs: updatedAtMs, expiresAtMs, ...(ways && { ways }) }
}

export function keepChange(kept: KeptBackup): Change {
  return { shelf: 'self', key: KEY, value: keptRecord.write(kept) }
}
