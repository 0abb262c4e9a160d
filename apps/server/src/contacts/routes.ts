import {
  accountId as accountIdSchema,
  conversationId as conversationIdSchema,
  fail,
  ok,
  type AccountId,
  type Result,
} from '@visavis/wire'
import type { RouteHandlers } from '../http/index.ts'
import type { Contacts } from './service.ts'

/**
 * HTTP edge of contacts. Who may: anyone signed in, for the own account; asking takes a registered device, because what
 * follows is a conversation. `admit` takes one request from the budget of the account (RATE_LIMITED).
 */
export function contactRoutes(contacts: Contacts, admit: (account: AccountId) => Promise<Result<true>>) {
  return {
    listContacts: async ({ person }) => ok(await contacts.list(person.accountId)),

    async removeContact({ person, params }) {
      const other = accountIdSchema.safeParse(params['accountId'])
      return other.success ? contacts.remove(person.accountId, other.data) : fail('NOT_FOUND')
    },

    getContactCode: async ({ person }) => ok({ code: await contacts.codeOf(person.accountId) }),
    setContactCode: async ({ person, request }) => ok({ code: await contacts.setCode(person.accountId, request.on) }),

    async requestContact({ person, request }) {
      if (!person.isRegistered) return fail('DEVICE_REQUIRED')
      const admitted = await admit(person.accountId)
      return admitted.ok ? contacts.request(person.accountId, request.code) : admitted
    },

    async answerRequest({ person, request, params }) {
      const conversationId = conversationIdSchema.safeParse(params['conversationId'])
      if (!conversationId.success) return fail('CONVERSATION_UNKNOWN')
      return contacts.answer(person.accountId, conversationId.data, request.accept)
    },
  } satisfies RouteHandlers
}
