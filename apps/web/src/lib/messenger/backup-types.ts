import type { Result } from '@visavis/wire'

/** What screens see of the encrypted backup [K9], and what may be asked. */
export type BackupState = {
  /** This device keeps it up to date. */
  readonly isOn: boolean
  /** What the server has, whichever device made it. */
  readonly kept?: { readonly madeAtMs: number; readonly expiresAtMs: number }
  /** The server shows an older backup than it was given. */
  readonly isOlder?: boolean
}

/** Part of the messenger. */
export type BackupWishes = {
  /** Of the encrypted backup; also on a device that is not linked. */
  backupState(): Promise<Result<BackupState>>
  /** Turns the backup on, or gives it another passphrase: a new key either way. The passphrase has to be a strong one. */
  makeBackup(passphrase: string): Promise<Result<true>>
  /** Now instead of within a day. Errors: BACKUP_CHANGED when this device keeps none. */
  renewBackup(): Promise<Result<true>>
  /** Takes it off the server. */
  removeBackup(): Promise<Result<true>>
  /**
   * On a device that is not linked: makes it a device of the account, with the contacts and messages of the backup. Errors:
   * VAULT_LOCKED for another passphrase, E2EE_OPEN_FAILED for a damaged backup, NOT_FOUND for none.
   */
  restoreBackup(passphrase: string, deviceName: string): Promise<Result<true>>
}
