import type { Code } from '@visavis/wire'
import { errorWords } from '#lib/app/words.ts'
import { m } from '#paraglide/messages.js'

/** Why a backup could not be restored: some codes mean something more exact here than elsewhere. */
export function restoreWords(code: Code): string {
  if (code === 'VAULT_LOCKED') return m.backup_wrong()
  if (code === 'E2EE_OPEN_FAILED') return m.backup_damaged()
  if (code === 'DEVICE_OTHER_KEY') return m.backup_other_key()
  if (code === 'NOT_FOUND') return m.backup_gone()
  return errorWords(code)
}

/** Why a backup could not be made or renewed. */
export function makeWords(code: Code): string {
  return code === 'BACKUP_CHANGED' ? m.backup_elsewhere() : errorWords(code)
}

export const backupTime = (ms: number) =>
  new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
