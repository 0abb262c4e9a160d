import type { AccountKeys } from '@visavis/e2ee'
import { fail, fromB64, ok, type AccountId, type Result, type RouteResponse } from '@visavis/wire'
import type { Vault } from '../../vault/types.ts'
import type { Api } from '../../account/api.ts'
import type { BackupState } from '../backup-types.ts'
import { keepChange, type BackupDeps, type KeptBackup } from './backup.ts'
import { restoringChanges, unpackBackup, type BackupContent } from './backup-content.ts'

/** Records written together: a backup may be larger than what a browser likes to take at once. */
const WRITTEN_AT_ONCE = 500

type Found = NonNullable<RouteResponse<'getBackup'>['backup']>
type Deps = Pick<BackupDeps, 'api' | 'e2ee' | 'stretch'>

/** What a device that is not linked can say: whether there is a backup, and of when, in the server's words. */
export async function findBackup(api: Api): Promise<Result<BackupState>> {
  const found = await api.call('getBackup')
  if (!found.ok) return found
  const { backup } = found.value
  if (!backup) return ok({ isOn: false })
  return ok({ isOn: false, kept: { madeAtMs: backup.updatedAtMs, expiresAtMs: backup.expiresAtMs } })
}

/**
 * Writes contacts and history of the backup into a vault without any, and gives the account's keys for the device that is
 * to be registered. From then on this device keeps the backup up to date, too. Errors: NOT_FOUND when there is none;
 * VAULT_LOCKED for another passphrase; E2EE_OPEN_FAILED when what the server has is damaged; BACKUP_CHANGED when it was
 * replaced meanwhile.
 */
export async function restoreInto(
  deps: Deps,
  vault: Vault,
  given: { readonly accountId: AccountId; readonly passphrase: string },
): Promise<Result<AccountKeys>> {
  const opened = await open(deps, given)
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
  given: { readonly accountId: AccountId; readonly passphrase: string },
): Promise<Result<{ readonly content: BackupContent; readonly kept: KeptBackup }>> {
  const { api, e2ee } = deps
  const { accountId } = given
  const found = await api.call('getBackup')
  if (!found.ok) return found
  const { backup } = found.value
  if (!backup) return fail('NOT_FOUND')
  const manifest = fromB64(backup.manifest)
  const unwrapped = await unwrap(deps, backup, given)
  if (!unwrapped.ok) return unwrapped
  const { key, slot } = unwrapped.value
  const told = manifest && (await e2ee.readBackupManifest({ accountId, backupKey: key, manifest }))
  if (!manifest || !told?.ok) return fail('E2EE_OPEN_FAILED')
  const segments = await download(api, backup.uploadId, told.value.segments)
  if (!segments.ok) return segments
  const bytes = await e2ee.openBackup({ accountId, backupKey: key, manifest, segments: segments.value })
  const content = bytes.ok ? unpackBackup(bytes.value, accountId) : undefined
  if (!content) return fail('E2EE_OPEN_FAILED')
  const { version, madeAtMs } = told.value
  return ok({ content, kept: { key, slot, version, madeAtMs } })
}

async function unwrap(
  { e2ee, stretch }: Deps,
  backup: Found,
  { accountId, passphrase }: { readonly accountId: AccountId; readonly passphrase: string },
): Promise<Result<Pick<KeptBackup, 'key' | 'slot'>>> {
  const slot = fromB64(backup.slot)
  const cost = slot && e2ee.readStretchCost(slot)
  if (!cost) return fail('E2EE_OPEN_FAILED')
  const secret = await stretch(passphrase.normalize('NFKC'), cost.salt, cost)
  const key = await e2ee.openBackupKey({ accountId, secret, slot })
  secret.fill(0)
  return key.ok ? ok({ key: key.value, slot }) : fail('VAULT_LOCKED')
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
