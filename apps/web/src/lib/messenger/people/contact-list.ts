import {
  contactCode,
  fail,
  ok,
  type AccountId,
  type ConversationId,
  type Result,
  type RouteResponse,
} from '@visavis/wire'
import type { Api } from '../../account/api.ts'
import type { Contact, ContactRequest } from '../types.ts'
import type { Directory } from './directory.ts'

type Listed = RouteResponse<'listContacts'>

/** Who stays in touch and who asks to, as the server lists it; commands change the server first and the list after. */
export type ContactList = {
  readonly contacts: () => readonly Contact[]
  readonly requests: () => readonly ContactRequest[]
  readonly refresh: () => Promise<void>
  readonly answer: (conversationId: ConversationId, accept: boolean) => Promise<Result<true>>
  readonly request: (code: string) => Promise<Result<ConversationId>>
  readonly code: () => Promise<Result<string | undefined>>
  readonly setCode: (on: boolean) => Promise<Result<string | undefined>>
  readonly remove: (accountId: AccountId) => Promise<Result<true>>
  readonly block: (accountId: AccountId) => Promise<Result<true>>
}

export function createContactList(deps: {
  readonly api: Api
  readonly directory: Directory
  /** The list is another one; conversations may be, too. */
  readonly changed: () => void
}): ContactList {
  const { api, directory } = deps
  let listed: Listed = { contacts: [], requests: [] }
  let asked = 0

  async function refresh(): Promise<void> {
    asked += 1
    const own = asked
    const answer = await api.call('listContacts')
    // An older answer that comes late says nothing any more; after a failure the next `online` asks again.
    if (!answer.ok || own !== asked) return
    listed = answer.value
    deps.changed()
  }

  async function after<T>(answer: Result<unknown>, value: T): Promise<Result<T>> {
    if (!answer.ok) return answer
    await refresh()
    return ok(value)
  }

  return {
    contacts: () =>
      listed.contacts.map((contact) => ({
        ...contact,
        trust: directory.trustOf(contact.accountId),
        isMetInCall: directory.isMetInCall(contact.accountId),
      })),
    requests: () => listed.requests,
    refresh,
    answer: async (conversationId, accept) =>
      after(await api.call('answerRequest', { params: { conversationId }, body: { accept } }), true),
    async request(text) {
      const code = contactCode.safeParse(plainCode(text))
      if (!code.success) return fail('CONTACT_CODE_UNKNOWN')
      const answer = await api.call('requestContact', { body: { code: code.data } })
      return answer.ok ? after(answer, answer.value.conversationId) : answer
    },
    async code() {
      const answer = await api.call('getContactCode')
      return answer.ok ? ok(answer.value.code ?? undefined) : answer
    },
    async setCode(on) {
      const answer = await api.call('setContactCode', { body: { on } })
      return answer.ok ? ok(answer.value.code ?? undefined) : answer
    },
    remove: async (accountId) => after(await api.call('removeContact', { params: { accountId } }), true),
    block: async (accountId) => after(await api.call('createBlock', { body: { accountId } }), true),
  }
}

/** As people write it down: in groups, with capitals. */
function plainCode(text: string): string {
  return text.toLowerCase().replaceAll(/[\s-]/g, '')
}
