import type { AccountId, ConversationId } from '@visavis/wire'
import type { Base } from './app.ts'
import type { BlockStore } from './blocks/index.ts'
import { createConversations, createConversationStore, type Conversations } from './conversations/index.ts'
import type { Devices } from './devices/index.ts'
import type { Mailbox } from './mailbox/index.ts'
import type { Reach } from './nodes.ts'
import type { StampKeys } from './stamps/index.ts'

/** Conversations over the real storage, and what they ask of devices, contacts and blocks. */
export function createCorrespondence(
  base: Base,
  parts: {
    readonly mailbox: Mailbox
    readonly stampKeys: StampKeys
    readonly blocks: Pick<BlockStore, 'apartFrom'>
    readonly devices: Pick<Devices, 'devicesOf'>
    readonly reach: Reach
    readonly tellOutdated: (conversationId: ConversationId) => void
    readonly isContact: (account: AccountId, other: AccountId) => Promise<boolean>
  },
): Conversations {
  const { accounts, clock, log, random, storage } = base
  const { mailbox, stampKeys, blocks, devices, reach, isContact, tellOutdated } = parts
  return createConversations({
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
}
