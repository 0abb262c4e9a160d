import type * as E2ee from '@visavis/e2ee'
import type { Clock, Log, Random } from '@visavis/ports'
import type { AccountId, DeviceId, ServerFrame } from '@visavis/wire'
import type { Api } from '../account/api.ts'
import type { VaultDoor } from '../vault/types.ts'
import type { Uplink } from './core-types.ts'
import type { MessengerSafety } from './safety/ports.ts'
import type { Messenger } from './types.ts'

/** Who is signed in, as the server said when the page was loaded. */
export type SignedIn = {
  readonly accountId: AccountId
  /** The registered device this session was bound to when the messenger was started; null for none. */
  readonly deviceId: DeviceId | null
  /** What `bindDevice` signs. */
  readonly sessionId: string
  readonly handle: string
}

/** What comes from the connection, in order. */
export type DownlinkEvent =
  /** After each hello: not resumed means that lists are to be fetched again. Entries that were not stored come again. */
  | { readonly kind: 'online'; readonly resumed: boolean }
  | { readonly kind: 'offline' }
  /**
   * `entry`, `conversation.*`, `changed` and `contact.made` only. An entry may come again after `online`; one that is
   * stored already is dropped, and answered by `uplink.stored` all the same.
   */
  | { readonly kind: 'frame'; readonly frame: ServerFrame }
  /** Another tab took the vault: nothing may be written any more. The phase is `elsewhere` and stays so. */
  | { readonly kind: 'elsewhere' }

export type Downlink = {
  /** Events before the first listener are lost: listen before `createMessenger` returns. Gives the way out. */
  listen(listener: (event: DownlinkEvent) => void): () => void
}

/** Everything effectful that the messenger needs, as ports. The real ones are made in the worker's root. */
export type MessengerDeps = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly api: Api
  readonly e2ee: typeof E2ee
  readonly uplink: Uplink
  readonly downlink: Downlink
  readonly vaultFor: (accountId: AccountId) => VaultDoor
  readonly session: () => SignedIn
  /** What a new device of this account is called, like "Chrome on Linux". */
  readonly deviceName: string
  /** Red flags in what is written, found on this device. */
  readonly safety: MessengerSafety
  /** The server's wall clock, in milliseconds; before the first `online` it is this device's. */
  readonly serverNowMs: () => number
}

/**
 * `create-messenger.ts`. It begins by itself: `opening`, then `locked`, `unlinked`, `ready` or `failed`. `ready` means
 * that the session is bound to this device (`bindDevice` or `registerDevice` has answered): the page then opens its
 * socket, or opens it anew when it was open before, and `online` follows with `resumed` false.
 * `uplink.stored` is called with the vault's own number before `ready`, and after each entry.
 */
export type CreateMessenger = (deps: MessengerDeps) => Messenger
