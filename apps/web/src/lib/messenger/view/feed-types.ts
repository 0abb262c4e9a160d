import type { Clock, Log } from '@visavis/ports'
import type { AccountId, ConversationId, DeviceId } from '@visavis/wire'
import type { Steps } from '../../trust-steps/steps.ts'
import type { Vault } from '../../vault/types.ts'
import type { ConversationRecord, Core, CoreEvent, MessageRecord } from '../core-types.ts'
import type { FileTransfers } from '../files-port.ts'
import type { SafetyWatch } from '../safety/safety-watch.ts'
import type { ConversationView } from '../types.ts'
import type { Brief } from './briefs.ts'
import type { OpenView } from './conversation-view.ts'
import type { Reading } from './reading.ts'
import type { RowStore } from './rows.ts'

export type FeedDeps = {
  readonly clock: Clock
  readonly log: Log
  readonly vault: Vault
  readonly core: Core
  readonly transfers: FileTransfers
  readonly me: AccountId
  readonly deviceId: DeviceId
  readonly serverNowMs: () => number
  readonly handleOf: (accountId: AccountId) => string
  readonly sendsRead: () => boolean
  readonly isHeld: (conversation: ConversationRecord) => boolean
  /** What was found in messages, which goes with them. */
  readonly safety: Pick<SafetyWatch, 'marksOf' | 'forget' | 'forgetHistory' | 'sweep'>
  /** What lists of conversations show has changed. */
  readonly changed: () => void
}

/**
 * Messages as they are shown: follows the core, keeps briefs for lists, one window for each conversation on screen, and
 * sees to it that what had its time goes.
 */
export type Feed = {
  readonly store: RowStore
  readonly steps: Steps
  readonly start: () => Promise<void>
  readonly handle: (event: CoreEvent) => void
  readonly brief: (conversationId: ConversationId) => Brief
  /** Several may watch the same conversation; each hears of it soon and after each change. */
  readonly watch: (conversationId: ConversationId, listener: (view: ConversationView) => void) => () => void
  readonly view: (conversationId: ConversationId) => OpenView | undefined
  /** Handles, trust or transfers: what stands around messages. */
  readonly stale: (conversationId?: ConversationId) => void
  readonly keyChanged: (conversationId: ConversationId, accountId: AccountId) => Promise<void>
  readonly markRead: Reading['markRead']
  readonly deleteHistory: (conversationId: ConversationId) => Promise<void>
  /** A view-once file was looked at: nothing of it stays but that it was there. */
  readonly opened: (conversationId: ConversationId, record: MessageRecord) => Promise<void>
  readonly stop: () => void
}
