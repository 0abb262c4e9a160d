import { DAY, HOUR, type Clock, type Log } from '@visavis/ports'
import {
  BACKUP_DAYS,
  fail,
  fromB64,
  ok,
  toB64,
  type AccountId,
  type Result,
  type RouteRequest,
  type RouteResponse,
} from '@visavis/wire'
import type { BackupStore, SegmentPlace } from './store.ts'

/** Nobody goes on with an upload after this. */
const UPLOAD_MS_MAX = DAY

/** Who asks. */
export type BackupPerson = { readonly accountId: AccountId; readonly isRegistered: boolean }

/**
 * Encrypted backups [K9]: ciphertext under secrets the server never sees, for the account's own sessions. It is read
 * by sessions without a device, because who restores has none; changed only by registered devices. All reject when
 * storage is away.
 */
export type Backups = {
  find(person: BackupPerson): Promise<Result<RouteResponse<'getBackup'>>>
  read(person: BackupPerson, place: SegmentPlace): Promise<Result<RouteResponse<'getBackupSegment'>>>
  put(person: BackupPerson, place: SegmentPlace, bytes: Uint8Array): Promise<Result<Record<string, never>>>
  commit(person: BackupPerson, wish: RouteRequest<'commitBackup'>): Promise<Result<RouteResponse<'commitBackup'>>>
  remove(person: BackupPerson): Promise<Result<Record<string, never>>>
  /** Removes what is past its days and what was never committed, now and hourly; returns what ends that. */
  start(): () => void
}

export function createBackups(deps: {
  readonly clock: Clock
  readonly log: Log
  readonly store: BackupStore
}): Backups {
  const { clock, log, store } = deps

  /** What is past its days is gone, swept or not. */
  async function present(accountId: AccountId) {
    const backup = await store.find(accountId)
    return backup && backup.expiresAtMs > clock.nowMs() ? backup : undefined
  }

  function sweep(): void {
    const nowMs = clock.nowMs()
    store
      .sweep({ nowMs, uploadsBeforeMs: nowMs - UPLOAD_MS_MAX })
      .catch((error: unknown) => log.warn('backups.sweep-failed', { err: error }))
  }

  return {
    async find({ accountId }) {
      const backup = await present(accountId)
      if (!backup) return ok({ backup: null })
      return ok({ backup: { ...backup, slot: toB64(backup.slot), manifest: toB64(backup.manifest) } })
    },

    async read({ accountId }, place) {
      if (!(await present(accountId))) return fail('BACKUP_CHANGED')
      const bytes = await store.readSegment(accountId, place)
      return bytes ? ok({ bytes }) : fail('BACKUP_CHANGED')
    },

    async put({ accountId, isRegistered }, place, bytes) {
      if (!isRegistered) return fail('DEVICE_REQUIRED')
      return (await store.putSegment(accountId, place, bytes, clock.nowMs())) ? ok({}) : fail('BACKUP_CHANGED')
    },

    async commit({ accountId, isRegistered }, { uploadId, version, segments, ...sealed }) {
      if (!isRegistered) return fail('DEVICE_REQUIRED')
      const [slot, manifest] = [fromB64(sealed.slot), fromB64(sealed.manifest)]
      if (!slot || !manifest) return fail('WIRE_INVALID')
      const updatedAtMs = clock.nowMs()
      const expiresAtMs = updatedAtMs + BACKUP_DAYS * DAY
      const backup = { uploadId, version, segments, slot, manifest, updatedAtMs, expiresAtMs }
      return (await store.commit(accountId, backup)) ? ok({ expiresAtMs }) : fail('BACKUP_CHANGED')
    },

    async remove({ accountId, isRegistered }) {
      if (!isRegistered) return fail('DEVICE_REQUIRED')
      await store.remove(accountId)
      return ok({})
    },

    start() {
      sweep()
      return clock.every(HOUR, sweep)
    },
  }
}
