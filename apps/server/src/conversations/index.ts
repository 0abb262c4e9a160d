export { createConversationFrames } from './frames.ts'
export { conversationRoutes } from './routes.ts'
export { createConversations, type Conversations, type ConversationsDeps } from './service.ts'
export {
  createStampKeys,
  createStampKeyStore,
  type StampKey,
  type StampKeys,
  type StampKeyStore,
  type StampKeyTables,
} from './stamp-keys.ts'
export { createConversationStore, type ConversationStore } from './store.ts'
export type { ConversationTables } from './tables.ts'
export { TYPING_MS } from './typing.ts'
export type { Actor, Conversation, GroupChange, Member } from './types.ts'
