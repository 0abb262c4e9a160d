import type { AccountId, ConversationId } from '@visavis/wire'
import type { Base } from './app.ts'
import type { BlockStore } from './blocks/index.ts'
import {
  createConversations,
  createConversationStore,
  createStampKeys,
  createStampKeyStore,
  type Conversations,
  type StampKeys,
} from './conversations/index.ts'
import type { Devices } from './devices/index.ts'
import type { Mailbox } from './mailbox/index.ts'
import type { Reach } from './nodes.ts'

export type Correspondence = { readonly conversations: Conversations; readonly stampKeys: StampKeys }

/** Conversations over the real storage, and what they ask of devices, contacts and blocks. */
export function createCorrespondence(
  base: Base,
  parts: {
    readonly mailbox: Mailbox
    readonly blocks: Pick<BlockStore, 'apartFrom'>
    readonly devices: Pick<Devices, 'devicesOf'>
    readonly reach: Reach
    readonly tellOutdated: (conversationId: ConversationId) => void
    readonly isContact: (account: AccountId, other: AccountId) => Promise<boolean>
  },
): Correspondence {
  const { accounts, clock, log, random, secrets, storage } = base
  const { mailbox, blocks, devices, reach, isContact, tellOutdated } = parts
  const store = createStampKeyStore(storage.db)
  const stampKeys = createStampKeys({ clock, random, log, store, sealKey: secrets.stampKeysKey })
  const conversations = createConversations({
    clock,
    random,
    log,
    store: createConversationStore(storage.db),
    stampKeys,
    mailbox,
    devicesOf: devices.devicesOf,
    handlesOf: accounts.handlesOf,
    apartFrom: blocks.apartFrom,
    isContact,
    tellChanged: (people) => reach.tellChanged(people, 'conversations'),
    tellDelivered: reach.tellDelivered,
    tellTyping: reach.tellTyping,
    tellOutdated,
  })
  return { conversations, stampKeys }
}
