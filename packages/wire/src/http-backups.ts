import * as z from 'zod/mini'
import { uuid } from './ids.ts'
import * as limits from './limits.ts'
import { b64, count, timeMs } from './values.ts'

/** The backup's key, wrapped once for each secret that opens it (e2ee SPEC EB10): the server does not look inside. */
const slot = b64(limits.BACKUP_SLOT_BYTES_MAX)
const manifest = b64(limits.BACKUP_SLOT_BYTES_MAX)
const segments = count.check(z.minimum(1), z.maximum(limits.BACKUP_SEGMENTS_MAX))
/** Of this account's backups; each is larger than the one before. */
const version = z.number().check(z.int(), z.minimum(1))

/**
 * The encrypted backup of an account [K9], one at most. Segments go up under a fresh upload id; `commitBackup` puts the
 * whole upload in the place of the backup before, at once. A later upload ends one that was not committed.
 */
export const BACKUP_ROUTES = {
  /** For any session of the account: whoever restores has no device yet. Null when there is none. */
  getBackup: {
    method: 'GET',
    path: '/api/backup',
    who: 'person',
    response: z.object({
      backup: z.nullable(
        z.object({ uploadId: uuid, version, segments, slot, manifest, updatedAtMs: timeMs, expiresAtMs: timeMs }),
      ),
    }),
  },
  /** Of the backup as it is committed. Errors: BACKUP_CHANGED. */
  getBackupSegment: {
    method: 'GET',
    path: '/api/backup/:uploadId/segments/:segment',
    who: 'person',
    out: 'bytes',
    response: z.object({}),
  },
  /** By a registered device. Segments may come in any order and again, until the commit. Errors: DEVICE_REQUIRED, BACKUP_CHANGED. */
  putBackupSegment: {
    method: 'PUT',
    path: '/api/backup/:uploadId/segments/:segment',
    who: 'person',
    in: 'bytes',
    bodyBytesMax: limits.BACKUP_SEGMENT_BYTES_MAX,
    response: z.object({}),
  },
  /** Errors: DEVICE_REQUIRED, BACKUP_CHANGED when segments are missing or there is a backup with this or a later version. */
  commitBackup: {
    method: 'POST',
    path: '/api/backup',
    who: 'person',
    request: z.strictObject({ uploadId: uuid, version, segments, slot, manifest }),
    response: z.object({ expiresAtMs: timeMs }),
  },
  /** By a registered device. Errors: DEVICE_REQUIRED. */
  deleteBackup: { method: 'DELETE', path: '/api/backup', who: 'person', response: z.object({}) },
} as const
