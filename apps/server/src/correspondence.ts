import type { AccountId } from '@visavis/wire'
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
import type { Devices, TellChanged } from './devices/index.ts'
import type { Gateway } from './gateway/index.ts'
import type { Mailbox } from './mailbox/index.ts'

export type Correspondence = { readonly conversations: Conversations; readonly stampKeys: StampKeys }

/** Conversations over the real storage, and what they ask of devices, contacts and blocks. */
export function createCorrespondence(
  base: Base,
  parts: {
    readonly gateway: Pick<Gateway, 'deliver' | 'deliverOnce'>
    readonly mailbox: Mailbox
    readonly blocks: Pick<BlockStore, 'apartFrom'>
    readonly devices: Pick<Devices, 'devicesOf'>
    readonly tellChanged: TellChanged
    readonly isContact: (account: AccountId, other: AccountId) => Promise<boolean>
  },
): Correspondence {
  const { accounts, clock, log, random, secrets, storage } = base
  const { gateway, mailbox, blocks, devices, tellChanged, isContact } = parts
  const store = createStampKeyStore(storage.db)
  const stampKeys = createStampKeys({ clock, random, log, store, sealKey: secrets.stampKeysKey })
  const conversations = createConversations({
    clock,
    random,
    log,
    store: createConversationStore(storage.db),
    stampKeys,
    mailbox,
    deliver: gateway.deliver,
    deliverOnce: gateway.deliverOnce,
    devicesOf: devices.devicesOf,
    handlesOf: accounts.handlesOf,
    apartFrom: blocks.apartFrom,
    isContact,
    tellChanged: (people) => tellChanged(people, 'conversations'),
  })
  return { conversations, stampKeys }
}
