import { conversationId as conversationIdSchema, fail } from '@visavis/wire'
import type { RouteHandlers } from '../http/index.ts'
import type { Conversations } from './service.ts'

/** HTTP edge of conversations; that somebody is signed in is told by `ROUTES`, the rest is asked by the service. */
export function conversationRoutes(
  conversations: Conversations,
): Pick<RouteHandlers, 'listConversations' | 'createGroup' | 'changeMembers'> {
  return {
    listConversations: ({ person }) => conversations.list(person),
    createGroup: ({ person, request }) => conversations.createGroup(person, request.members),
    async changeMembers({ person, request, params }) {
      const id = conversationIdSchema.safeParse(params['conversationId'])
      if (!id.success) return fail('CONVERSATION_UNKNOWN')
      return conversations.changeMembers(person, id.data, { add: request.add ?? [], remove: request.remove ?? [] })
    },
  }
}
