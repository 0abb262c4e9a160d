import type { AccountId } from '@visavis/wire'
import type { BackupStore, StoredBackup } from '../../src/backups/index.ts'

type Segment = { readonly bytes: Uint8Array<ArrayBuffer>; readonly storedAtMs: number }

/** Backups in memory, for tests of what stands above the store. */
export function createMemoryBackupStore(): BackupStore {
  const backups = new Map<AccountId, StoredBackup>()
  const uploads = new Map<AccountId, Map<string, Map<number, Segment>>>()
  const uploadsOf = (accountId: AccountId) => {
    const found = uploads.get(accountId) ?? new Map<string, Map<number, Segment>>()
    uploads.set(accountId, found)
    return found
  }
  function keepOnly(accountId: AccountId, kept: readonly (string | undefined)[]): void {
    for (const uploadId of uploadsOf(accountId).keys())
      if (!kept.includes(uploadId)) uploadsOf(accountId).delete(uploadId)
  }
  return {
    find: async (accountId) => backups.get(accountId),
    async readSegment(accountId, { uploadId, segment }) {
      if (backups.get(accountId)?.uploadId !== uploadId) return undefined
      return uploadsOf(accountId).get(uploadId)?.get(segment)?.bytes
    },
    async putSegment(accountId, { uploadId, segment }, bytes, storedAtMs) {
      const present = backups.get(accountId)?.uploadId
      if (present === uploadId) return false
      keepOnly(accountId, [uploadId, present])
      const upload = uploadsOf(accountId).get(uploadId) ?? new Map<number, Segment>()
      uploadsOf(accountId).set(uploadId, upload.set(segment, { bytes: bytes.slice(), storedAtMs }))
      return true
    },
    async commit(accountId, backup) {
      if ((backups.get(accountId)?.version ?? 0) >= backup.version) return false
      const parts = [...(uploadsOf(accountId).get(backup.uploadId)?.keys() ?? [])].toSorted((a, b) => a - b)
      if (parts.length !== backup.segments || parts.some((segment, at) => segment !== at)) return false
      backups.set(accountId, backup)
      keepOnly(accountId, [backup.uploadId])
      return true
    },
    async remove(accountId) {
      backups.delete(accountId)
      uploads.delete(accountId)
    },
    async sweep({ nowMs, uploadsBeforeMs }) {
      for (const [accountId, { expiresAtMs }] of backups) if (expiresAtMs <= nowMs) backups.delete(accountId)
      for (const [accountId, own] of uploads) {
        for (const [uploadId, segments] of own) {
          if (backups.get(accountId)?.uploadId === uploadId) continue
          for (const [segment, { storedAtMs }] of segments) if (storedAtMs <= uploadsBeforeMs) segments.delete(segment)
        }
      }
    },
  }
}
