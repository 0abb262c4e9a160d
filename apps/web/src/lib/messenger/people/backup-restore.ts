import type { AccountKeys } from '@visavis/e2ee'
import { fail, fromB64, ok, type AccountId, type Result } from '@visavis/wire'
import type { Vault } from '../../vault/types.ts'
import type { Api } from '../../account/api.ts'
import type { BackupSecret, BackupState } from '../backup-types.ts'
import { keepChange, keptOf, type BackupDeps, type KeptBackup } from './backup.ts'
import { restoringChanges, unpackBackup, type BackupContent } from './backup-content.ts'
import { createBackupSlots, isSecret } from './backup-slots.ts'

/** Records written together: a backup may be larger than what a browser likes to take at once. */
const WRITTEN_AT_ONCE = 500

type Deps = Pick<BackupDeps, 'api' | 'e2ee' | 'stretch'> & { readonly accountId: AccountId }

/** What a device that is not linked can say: whether there is a backup, of when, and what opens it, in the server's words. */
export async function findBackup(deps: Deps): Promise<Result<BackupState>> {
  const found = await deps.api.call('getBackup')
  if (!found.ok) return found
  const { backup } = found.value
  return ok({ isOn: false, ...(backup && { kept: await keptOf(backup, createBackupSlots(deps)) }) })
}

/**
 * Writes contacts and history of the backup into a vault without any, and gives the account's keys for the device that is
 * to be registered. From then on this device keeps the backup up to date, too. Errors: NOT_FOUND when there is none;
 * VAULT_LOCKED for another secret; E2EE_OPEN_FAILED when what the server has is damaged; BACKUP_CHANGED when it was
 * replaced meanwhile.
 */
export async function restoreInto(deps: Deps, vault: Vault, secret: BackupSecret): Promise<Result<AccountKeys>> {
  const opened = await open(deps, secret)
  if (!opened.ok) return opened
  const { content, kept } = opened.value
  const changes = restoringChanges(content)
  for (let at = 0; at < changes.length; at += WRITTEN_AT_ONCE)
    await vault.write(changes.slice(at, at + WRITTEN_AT_ONCE))
  await vault.write([keepChange(kept)])
  return ok(content.account)
}

async function open(
  deps: Deps,
  secret: BackupSecret,
): Promise<Result<{ readonly content: BackupContent; readonly kept: KeptBackup }>> {
  const { accountId, api, e2ee } = deps
  if (!isSecret(secret)) return fail('VAULT_LOCKED')
  const found = await api.call('getBackup')
  if (!found.ok) return found
  const { backup } = found.value
  if (!backup) return fail('NOT_FOUND')
  const [manifest, slots] = [fromB64(backup.manifest), fromB64(backup.slot)]
  if (!manifest || !slots) return fail('E2EE_OPEN_FAILED')
  const key = await createBackupSlots(deps).open(slots, secret)
  if (!key.ok) return key
  const owner = { accountId, backupKey: key.value, slots, manifest }
  const told = await e2ee.readBackupManifest(owner)
  if (!told.ok) return told
  const segments = await download(api, backup.uploadId, told.value.segments)
  if (!segments.ok) return segments
  const bytes = await e2ee.openBackup({ ...owner, segments: segments.value })
  const content = bytes.ok ? unpackBackup(bytes.value, accountId) : undefined
  if (!content) return fail('E2EE_OPEN_FAILED')
  const { version, madeAtMs } = told.value
  return ok({ content, kept: { key: key.value, slots, version, madeAtMs } })
}

async function download(api: Api, uploadId: string, count: number): Promise<Result<readonly Uint8Array[]>> {
  const segments: Uint8Array[] = []
  for (let segment = 0; segment < count; segment += 1) {
    const answer = await api.call('getBackupSegment', { params: { uploadId, segment: String(segment) } })
    if (!answer.ok) return answer
    segments.push(answer.value.bytes)
  }
  return ok(segments)
}
