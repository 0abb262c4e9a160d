import type { Result } from '@visavis/wire'

/** What a passkey is to be asked for, for a slot that has `salt` (SPEC EB12). */
export type PasskeyAsk = { readonly salt: Uint8Array; readonly input: Uint8Array }

/** What opens a backup. `answer`: the 32 bytes that the passkey gave to `PasskeyAsk.input`; overwritten once used (EB15). */
export type BackupSecret =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | {
      readonly kind: 'passkey'
      readonly credentialId: Uint8Array
      readonly salt: Uint8Array
      readonly answer: Uint8Array
    }

/** Which secrets open the backup that the server has. */
export type BackupWays = {
  readonly hasPassphrase: boolean
  readonly passkey?: PasskeyAsk & { readonly credentialId: Uint8Array }
}

/**
 * What this device has noticed about its backup (SPEC EB8). `older`: the server handed out an older one than it was given;
 * `gone`: it has none, before its days were over; `replaced`: what it has was not made under this device's key.
 */
export type BackupAlarm = 'older' | 'gone' | 'replaced'

/** What screens see of the encrypted backup [K9], and what may be asked. */
export type BackupState = {
  /** This device keeps it up to date. */
  readonly isOn: boolean
  /** What the server has, whichever device made it. Without `ways` it is damaged. */
  readonly kept?: { readonly madeAtMs: number; readonly expiresAtMs: number; readonly ways?: BackupWays }
  /** Until the person has read it. */
  readonly alarm?: BackupAlarm
}

/** Part of the messenger. */
export type BackupWishes = {
  /** Of the encrypted backup; also on a device that is not linked. */
  backupState(): Promise<Result<BackupState>>
  /** For a passkey that is to open the next backup. */
  askForPasskey(): Promise<Result<PasskeyAsk>>
  /**
   * Turns the backup on, or changes what opens it: these secrets, one or two of different kinds, and no other. A new key
   * either way. A passphrase has to be a strong one.
   */
  makeBackup(secrets: readonly BackupSecret[]): Promise<Result<true>>
  /** Has the backup opened by this, too. Errors: BACKUP_CHANGED when this device keeps none, NOT_ALLOWED for a second of a kind. */
  addBackupSecret(secret: BackupSecret): Promise<Result<true>>
  /** Now instead of within a day. Errors: BACKUP_CHANGED when this device keeps none. */
  renewBackup(): Promise<Result<true>>
  /** Takes it off the server. */
  removeBackup(): Promise<Result<true>>
  /** The person has read the alarm. */
  readBackupAlarm(): Promise<Result<true>>
  /**
   * On a device that is not linked: makes it a device of the account, with the contacts and messages of the backup. Errors:
   * VAULT_LOCKED for another secret, E2EE_OPEN_FAILED for a damaged backup, NOT_FOUND for none.
   */
  restoreBackup(secret: BackupSecret, deviceName: string): Promise<Result<true>>
}
