import { DAY } from '@visavis/ports'
import { BACKUP_DAYS, fail, ok, type AccountId, type RouteRequest, type RouteResponse } from '@visavis/wire'
import type { FakeSession } from './people-routes.ts'

type Kept = NonNullable<RouteResponse<'getBackup'>['backup']>
type Params = Readonly<Record<string, string>>

/** The server's side of backups, in memory. */
export function createBackupRoutes(nowMs: () => number) {
  const kept = new Map<AccountId, Kept>()
  const segments = new Map<string, Uint8Array>()
  const placeOf = ({ accountId }: FakeSession, { uploadId, segment }: Params) => `${accountId} ${uploadId} ${segment}`

  const routes = {
    getBackup: ({ accountId }: FakeSession) => ok({ backup: kept.get(accountId) ?? null }),
    getBackupSegment(session: FakeSession, _body: unknown, params: Params) {
      const bytes = segments.get(placeOf(session, params))
      return bytes ? ok({ bytes }) : fail('BACKUP_CHANGED')
    },
    putBackupSegment(session: FakeSession, bytes: Uint8Array, params: Params) {
      if (!session.deviceId) return fail('DEVICE_REQUIRED')
      segments.set(placeOf(session, params), bytes)
      return ok({})
    },
    commitBackup(session: FakeSession, body: RouteRequest<'commitBackup'>) {
      if (!session.deviceId) return fail('DEVICE_REQUIRED')
      if ((kept.get(session.accountId)?.version ?? 0) >= body.version) return fail('BACKUP_CHANGED')
      const expiresAtMs = nowMs() + BACKUP_DAYS * DAY
      kept.set(session.accountId, { ...body, updatedAtMs: nowMs(), expiresAtMs })
      return ok({ expiresAtMs })
    },
    deleteBackup({ accountId }: FakeSession) {
      kept.delete(accountId)
      return ok({})
    },
  }
  return { kept, segments, routes }
}
