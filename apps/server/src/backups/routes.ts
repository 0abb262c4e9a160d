import { BACKUP_SEGMENTS_MAX, fail, uuid } from '@visavis/wire'
import type { RateLimits, RouteHandlers } from '../http/index.ts'
import type { Backups } from './service.ts'
import type { SegmentPlace } from './store.ts'

/** HTTP edge of backups; that somebody is signed in is told by `ROUTES`, and everything is of their own account. */
export function backupRoutes(
  backups: Backups,
  limits: RateLimits,
): Pick<RouteHandlers, 'getBackup' | 'getBackupSegment' | 'putBackupSegment' | 'commitBackup' | 'deleteBackup'> {
  return {
    getBackup: ({ person }) => backups.find(person),
    async getBackupSegment({ person, params }) {
      const place = placeOf(params)
      return place ? backups.read(person, place) : fail('BACKUP_CHANGED')
    },
    async putBackupSegment({ person, params, request }) {
      const place = placeOf(params)
      if (!place) return fail('WIRE_INVALID')
      const limited = await limits.take('backupAccount', person.accountId)
      return limited.ok ? backups.put(person, place, request) : limited
    },
    commitBackup: ({ person, request }) => backups.commit(person, request),
    deleteBackup: ({ person }) => backups.remove(person),
  }
}

/** Undefined for anything that our own client would not have written. */
function placeOf(params: Readonly<Record<string, string>>): SegmentPlace | undefined {
  const uploadId = uuid.safeParse(params['uploadId'])
  const digits = params['segment'] ?? ''
  const segment = Number(digits)
  if (!uploadId.success || !/^(?:0|[1-9]\d{0,2})$/.test(digits) || segment >= BACKUP_SEGMENTS_MAX) return undefined
  return { uploadId: uploadId.data, segment }
}
