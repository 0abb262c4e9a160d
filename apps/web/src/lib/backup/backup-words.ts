import type { Code } from '@visavis/wire'
import { errorWords } from '#lib/app/words.ts'
import type { BackupAlarm } from '#lib/messenger/backup-types.ts'
import { m } from '#paraglide/messages.js'
import type { BackupChange, BackupProblem, PasskeyProblem } from './backup-model.ts'

/** Why a backup could not be restored: some codes mean something more exact here than elsewhere. */
export function restoreWords(code: Code, by: 'passphrase' | 'passkey'): string {
  if (code === 'VAULT_LOCKED') return by === 'passkey' ? m.backup_wrong_passkey() : m.backup_wrong()
  if (code === 'E2EE_OPEN_FAILED') return m.backup_damaged()
  if (code === 'DEVICE_OTHER_KEY') return m.backup_other_key()
  if (code === 'NOT_FOUND') return m.backup_gone()
  return errorWords(code)
}

/** Why the backup did not come to be as it was wished. */
export function makeWords(problem: BackupProblem): string {
  if ('passkey' in problem) return makePasskeyWords[problem.passkey]()
  return problem.code === 'BACKUP_CHANGED' ? m.backup_elsewhere() : errorWords(problem.code)
}

const makePasskeyWords: Readonly<Record<PasskeyProblem, () => string>> = {
  cancelled: m.backup_passkey_cancelled,
  none: m.backup_passkey_none,
  unable: m.backup_passkey_cannot,
}

export const restorePasskeyWords: Readonly<Record<PasskeyProblem, () => string>> = {
  cancelled: m.backup_restore_cancelled,
  none: m.backup_restore_cancelled,
  unable: m.backup_passkey_cannot,
}

/** What is asked for words has to know beside them. */
export const changeHint: Partial<Readonly<Record<BackupChange, () => string>>> = {
  'change-passkey': m.backup_words_again,
  'drop-passkey': m.backup_words_again,
}

export const alarmWords: Readonly<Record<BackupAlarm, { readonly title: () => string; readonly text: () => string }>> =
  {
    older: { title: m.backup_alarm_older_title, text: m.backup_alarm_older },
    gone: { title: m.backup_alarm_gone_title, text: m.backup_alarm_gone },
    replaced: { title: m.backup_alarm_replaced_title, text: m.backup_alarm_replaced },
  }

export const backupTime = (ms: number) =>
  new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
