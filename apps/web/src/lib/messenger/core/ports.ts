import type * as E2eePackage from '@visavis/e2ee'
import type { AdmitDevice, DeviceKeys } from '@visavis/e2ee'
import type { Clock, Log, Random } from '@visavis/ports'
import type { AccountId, ConversationId } from '@visavis/wire'
import type { Api } from '../../account/api.ts'
import type { Vault } from '../../vault/types.ts'
import type { Uplink } from '../core-types.ts'

/** The functions of `@visavis/e2ee` that the core uses; injected so that a simulation can count what is under way. */
export type E2ee = Pick<
  typeof E2eePackage,
  'createKeyPackage' | 'startConversation' | 'joinConversation' | 'restoreConversation' | 'sealMessage' | 'openMessage'
>

/** Everything effectful that the core needs. Real ones are made where the worker is composed. */
export type CoreDeps = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly vault: Vault
  readonly e2ee: E2ee
  readonly api: Api
  readonly uplink: Uplink
  readonly self: { readonly accountId: AccountId; readonly device: DeviceKeys }
  /** The server's time, in which lifetimes are counted. */
  readonly serverNowMs: () => number
  /** Who may be in the group of this conversation: pins account keys. */
  admit(conversationId: ConversationId): AdmitDevice
  /** One-time key packages kept at the server, per suite. 20 when absent. */
  readonly keyPackageCount?: number
}
