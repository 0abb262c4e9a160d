import type { E2eeResult, GroupCode } from '../result.ts'

/**
 * What a lasting conversation's encryption gives to its caller. Ids are plain strings here: this package imports nothing
 * of ours, and the wire's branded ids are strings. See SPEC, part "Conversations".
 */

/** X-Wing (post-quantum hybrid) for two people and their devices, X25519 for larger groups, whose states stay small. */
export type SuiteKind = 'pair' | 'group'

/** Says which key belongs to which account and device; signed by the account's key. Public. */
export type DeviceCredential = {
  readonly accountId: string
  readonly deviceId: string
  /** Ed25519, 32 bytes each. */
  readonly accountKey: Uint8Array
  readonly deviceKey: Uint8Array
  /** By the account key over ids and device key, 64 bytes. */
  readonly signature: Uint8Array
}

/** A credential with the private half of the device key. Kept in the vault only. */
export type DeviceKeys = DeviceCredential & { readonly devicePrivateKey: Uint8Array }
export type AccountKeys = { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array }

/** `secret` is the private half: kept until used, then destroyed with the state it led to (SPEC). */
export type KeyPackage = {
  /** Names it on this device: 64 lower-case hex digits of its MLS reference, by which a welcome says whom it is for. */
  readonly id: string
  readonly suite: SuiteKind
  readonly bytes: Uint8Array
  readonly secret: Uint8Array
  readonly isLast: boolean
}

export type GroupName = { readonly conversationId: string; readonly generation: number }

/** Whether this device may be in this group: known account, account key not changed unseen. Nobody by default. */
export type AdmitDevice = (credential: DeviceCredential) => boolean

/**
 * A change of the group that waits for its caller. The order is: store `nextState`, then `apply` (which swaps and only
 * then wipes used keys). A step that is not applied changes nothing; one that comes after another was applied throws.
 */
export type Step = {
  readonly nextState: Uint8Array
  apply(): void
}

export type OpenedMessage = Step & {
  readonly plain: Uint8Array
  /** Authenticated, not secret: what the sender put beside the ciphertext. */
  readonly additional: Uint8Array
  readonly sender: DeviceCredential
  readonly epoch: number
}

export type PreparedCommit = Step & {
  /** The epoch it was made in; it leads to the next. Apply once the server has taken it; otherwise forget it. */
  readonly epoch: number
  readonly commit: Uint8Array
  /** For those added; absent when nobody is. */
  readonly welcome?: Uint8Array
}

export type ProcessedCommit =
  | (Step & {
      readonly kind: 'changed'
      readonly committer: DeviceCredential
      readonly added: readonly DeviceCredential[]
      readonly removed: readonly DeviceCredential[]
    })
  /** This device was taken out: its state is to be deleted. */
  | { readonly kind: 'removed' }

/**
 * One generation of a conversation on this device. Calls run one after the other (the caller queues). Refusals of
 * anything a stranger sent are `E2EE_OPEN_FAILED` and leave everything as it was.
 */
export type Group = {
  readonly name: GroupName
  readonly suite: SuiteKind
  epoch(): number
  roster(): readonly DeviceCredential[]
  /**
   * @throws while an earlier seal is neither applied nor abandoned: both would use the same key. RangeError for more than
   * 23 KiB, or 256 bytes beside it; that spends nothing.
   */
  seal(plain: Uint8Array, additional: Uint8Array): Promise<Step & { readonly ciphertext: Uint8Array }>
  /** `E2EE_EPOCH_AHEAD`: made in an epoch whose commit has not come yet; keep it and try again after that. */
  open(ciphertext: Uint8Array): Promise<E2eeResult<OpenedMessage, GroupCode>>
  /**
   * Gives up a seal that was not applied because its `nextState` could not be stored. Its ciphertext must never have left
   * this device: the next seal uses the same key.
   */
  abandonSeal(): void
  /**
   * Adds by key package, removes by device id; renews own keys unless it only adds (RFC 9420 section 12.4), so an update
   * is a commit of nobody. Until it is applied, messages may be opened and sealed, and `nextState` follows: read it
   * once more before `apply`. Refused for key packages that must not be added.
   * @throws on a device to be removed that is not in the roster, or is this one
   */
  commit(change: {
    readonly add: readonly Uint8Array[]
    readonly remove: readonly string[]
    readonly nowMs: number
  }): Promise<E2eeResult<PreparedCommit>>
  /** Somebody else's commit of the present epoch; one's own is applied by its step. `E2EE_EPOCH_AHEAD` as with `open`. */
  process(commit: Uint8Array, nowMs: number): Promise<E2eeResult<ProcessedCommit, GroupCode>>
  /** RFC 9420 section 8.5; 1 to 255 bytes. */
  exporter(label: string, context: Uint8Array, length: number): Promise<Uint8Array>
  /** Wipes what is in memory; everything else throws from then on. What was stored is the caller's to delete. */
  destroy(): void
}
