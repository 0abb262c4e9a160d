import type { FrameHandlers } from '../gateway/index.ts'
import type { Conversations } from './service.ts'

/** Who may: registered devices of members; the service asks for each frame. */
export function createConversationFrames(
  conversations: Conversations,
): Pick<FrameHandlers, 'conversation.commit' | 'conversation.send' | 'conversation.typing'> {
  return {
    'conversation.commit': ({ person }, body) => conversations.commit(person, body),
    'conversation.send': ({ person }, body) => conversations.send(person, body),
    'conversation.typing': ({ person }, body) => conversations.typing(person, body.conversationId),
  }
}
