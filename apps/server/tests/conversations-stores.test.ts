import { alice, bob, carol, dave } from '@visavis/testkit'
import { afterEach, describe } from 'vitest'
import { createConversationStore, createStampKeyStore } from '../src/conversations/index.ts'
import { createMailboxStore } from '../src/mailbox/index.ts'
import type { Storage } from '../src/storage/index.ts'
import { conversationStoreContract, type ConversationStores } from './conversations-contract.ts'
import { createMemoryConversationStore } from './conversations-memory.ts'
import { createMemoryMailboxStore } from './mailbox-memory.ts'
import { eachStorage } from './support/storages.ts'

describe('in memory', () => {
  conversationStoreContract(async () => {
    const mailbox = createMemoryMailboxStore()
    const conversations = createMemoryConversationStore(mailbox)
    return { mailbox, conversations, stampKeys: conversations.stampKeys }
  })
})

eachStorage((_, open) => {
  const opened: Storage[] = []
  afterEach(async () => {
    for (const storage of opened.splice(0)) await storage.close()
  })

  async function withPeople(): Promise<ConversationStores> {
    const storage = await open()
    opened.push(storage)
    const at = new Date(0)
    const accounts = [alice, bob, carol, dave].map(({ accountId, handle }) => ({
      id: accountId,
      name: '',
      email: `${accountId}@none.invalid`,
      email_verified: false,
      username: handle,
      created_at: at,
      updated_at: at,
    }))
    await storage.db.insertInto('accounts').values(accounts).execute()
    return {
      mailbox: createMailboxStore(storage.db),
      conversations: createConversationStore(storage.db),
      stampKeys: createStampKeyStore(storage.db),
    }
  }

  conversationStoreContract(withPeople)
})
