import { describe } from 'vitest'
import { createConversationStore } from '../src/conversations/index.ts'
import { createMailboxStore } from '../src/mailbox/index.ts'
import { createStampKeyStore } from '../src/stamps/index.ts'
import { conversationStoreContract } from './conversations-contract.ts'
import { createMemoryConversationStore } from './conversations-memory.ts'
import { createMemoryMailboxStore } from './mailbox-memory.ts'
import { closedAfterEach, eachStorage } from './support/storages.ts'

describe('in memory', () => {
  conversationStoreContract(async () => {
    const mailbox = createMemoryMailboxStore()
    const conversations = createMemoryConversationStore(mailbox)
    return { mailbox, conversations, stampKeys: conversations.stampKeys }
  })
})

eachStorage((_, open) => {
  const { withPeople } = closedAfterEach(open)
  conversationStoreContract(async () => {
    const db = await withPeople()
    return {
      mailbox: createMailboxStore(db),
      conversations: createConversationStore(db),
      stampKeys: createStampKeyStore(db),
    }
  })
})
