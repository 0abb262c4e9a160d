import type { Result } from '@visavis/wire'

/**
 * What the app keeps on this device, sealed under a key the server never sees. Records live in named shelves, ordered by
 * key; keys are ids and numbers only, values are sealed. See `docs/adr/0009`.
 */

export type Shelf =
  /** One record each: device keys, account key, cursor of deliveries, settings of the messenger. */
  | 'self'
  /** Key packages by suite and id, with their private halves. */
  | 'key-packages'
  /** Group states by conversation and generation. */
  | 'groups'
  /** Summary and settings of conversations by id; contacts and what is verified of them by account id. */
  | 'conversations'
  | 'contacts'
  /** Messages by conversation and position; with the evidence that makes them reportable. */
  | 'messages'
  /** What is to be sent, in order. */
  | 'outbox'
  /** Drafts, what is to vanish, evidence capsules; transfers under way, pieces of files. */
  | 'drafts'
  | 'transfers'
  /** What was found in conversations and calls, and what the engine of red flags remembers of them [S12, S16]. */
  | 'safety'

/** Parts of a key, compared one by one: numbers as numbers, text by UTF-16 units, any number before any text; a key before its longer ones. */
export type VaultKey = readonly (string | number)[]

/** What CBOR can say: numbers, text, booleans, null, bytes, arrays and objects of these. */
export type VaultValue =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | readonly VaultValue[]
  | { readonly [name: string]: VaultValue | undefined }

export type Change =
  | { readonly shelf: Shelf; readonly key: VaultKey; readonly value: VaultValue }
  | { readonly shelf: Shelf; readonly key: VaultKey; readonly value: undefined }

export type VaultRange = {
  readonly shelf: Shelf
  /** Records whose key begins with these parts. */
  readonly prefix: VaultKey
  /** Bounds of the part after the prefix, both inclusive; longer keys with that part are inside too. */
  readonly from?: string | number
  readonly to?: string | number
  readonly limit?: number
  readonly direction?: 'up' | 'down'
}

/** An open vault. Every method rejects with VAULT_UNAVAILABLE when the browser refuses storage, and after `close`. */
export type Vault = {
  /** Undefined when there is none. Null, which no record is, for one that is damaged: it is logged, and never an error. */
  get(shelf: Shelf, key: VaultKey): Promise<VaultValue | undefined>
  /** In order of keys. Damaged records are left out and logged: one of them must not hide a conversation. */
  list(range: VaultRange): Promise<readonly { readonly key: VaultKey; readonly value: VaultValue }[]>
  /** All or nothing, and durable when it resolves. Writes become durable in the order in which they were called. */
  write(changes: readonly Change[]): Promise<void>
  /** Deletes everything, the key first. */
  destroy(): Promise<void>
  close(): void
}

/** The vault of one account on this device, open or not. */
export type VaultDoor = {
  /**
   * `new`: nothing is kept here yet. `locked`: `open` wants the passphrase. `open`: it needs none, or was opened and not
   * locked since. Rejects with VAULT_UNAVAILABLE when the browser refuses storage.
   */
  state(): Promise<'new' | 'locked' | 'open'>
  /**
   * Opens the vault, and makes it when it is new. One open vault at a time: a second call gives the same. After
   * `vault.close()` the key is out of memory and a locked one needs its passphrase again.
   * Errors: VAULT_LOCKED for no or the wrong passphrase (`retryAfterMs`: how long every further attempt is refused);
   * VAULT_UNAVAILABLE when storage is refused or the key that is kept there is damaged.
   */
  open(passphrase?: string): Promise<Result<Vault>>
  /** Sets, changes or (undefined) takes away the app lock of the open vault [K11]. Errors as `open`. */
  setLock(passphrase: string | undefined): Promise<Result<true>>
  /** Deletes key and records, whatever state they are in. Forgetting a passphrase ends here. */
  destroy(): Promise<void>
}
