import * as z from 'zod/mini'
import { accountId, conversationId } from './ids.ts'
import * as limits from './limits.ts'
import { timeMs } from './values.ts'

/** What a person gives away so that somebody may send a request: can be switched off or renewed at any time. */
export const contactCode = z.string().check(z.regex(/^[a-z2-7]{16}$/))

/** People who stay in touch [M17], and those who ask to [K7]. A blocked person sees no difference. */
export const CONTACT_ROUTES = {
  listContacts: {
    method: 'GET',
    path: '/api/contacts',
    who: 'person',
    response: z.object({
      contacts: z
        .array(z.object({ accountId, handle: z.string(), conversationId, sinceMs: timeMs }))
        .check(z.maxLength(limits.CONTACTS_MAX)),
      /** Asked of this person, not answered yet. */
      requests: z.array(z.object({ accountId, handle: z.string(), conversationId, receivedAtMs: timeMs })),
    }),
  },
  /** For oneself and the other alike: neither can write to the other after. */
  removeContact: { method: 'DELETE', path: '/api/contacts/:accountId', who: 'person', response: z.object({}) },
  getContactCode: {
    method: 'GET',
    path: '/api/contact-code',
    who: 'person',
    response: z.object({ code: z.nullable(contactCode) }),
  },
  /** `on` makes a new code and forgets the old one. Off is the default. */
  setContactCode: {
    method: 'POST',
    path: '/api/contact-code',
    who: 'person',
    request: z.strictObject({ on: z.boolean() }),
    response: z.object({ code: z.nullable(contactCode) }),
  },
  /** Opens a conversation in which at most `REQUEST_MESSAGES_MAX` may be written before it is accepted. */
  requestContact: {
    method: 'POST',
    path: '/api/contact-requests',
    who: 'person',
    request: z.strictObject({ code: contactCode }),
    response: z.object({ accountId, handle: z.string(), conversationId }),
  },
  answerRequest: {
    method: 'POST',
    path: '/api/contact-requests/:conversationId',
    who: 'person',
    request: z.strictObject({ accept: z.boolean() }),
    response: z.object({}),
  },
} as const
