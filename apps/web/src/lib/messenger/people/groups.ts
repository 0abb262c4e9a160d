import { TITLE_CHARS_MAX } from '@visavis/e2ee'
import { CONVERSATION_ACCOUNTS_MAX, fail, ok, type AccountId, type ConversationId, type Result } from '@visavis/wire'
import type { Api } from '../../account/api.ts'
import type { Core } from '../core-types.ts'

/** Groups of contacts: the server says who belongs to one, the core makes the encryption follow. */
export type Groups = {
  readonly create: (title: string, members: readonly AccountId[]) => Promise<Result<ConversationId>>
  readonly rename: (conversationId: ConversationId, title: string) => Promise<Result<true>>
  readonly change: (
    conversationId: ConversationId,
    change: { readonly add: readonly AccountId[] } | { readonly remove: readonly AccountId[] },
  ) => Promise<Result<true>>
}

export function createGroups(deps: { readonly api: Api; readonly core: Core }): Groups {
  const { api, core } = deps

  async function rename(conversationId: ConversationId, title: string): Promise<Result<true>> {
    const text = title.trim()
    if (text === '' || !isTitle(text)) return fail('WIRE_INVALID')
    const conversation = core.conversations().find(({ server }) => server.conversationId === conversationId)?.server
    if (conversation?.kind !== 'group' || conversation.state !== 'open') return fail('CONVERSATION_UNKNOWN')
    const sent = await core.send(conversationId, { kind: 'title', text })
    return sent.ok ? ok(true) : sent
  }

  return {
    async create(title, members) {
      const others = [...new Set(members)]
      if (others.length === 0) return fail('WIRE_INVALID')
      if (others.length >= CONVERSATION_ACCOUNTS_MAX) return fail('CONVERSATION_FULL')
      if (!isTitle(title.trim())) return fail('WIRE_INVALID')
      const answer = await api.call('createGroup', { body: { members: others } })
      if (!answer.ok) return answer
      await core.refresh()
      const { conversationId } = answer.value
      if (title.trim() !== '') await rename(conversationId, title)
      return ok(conversationId)
    },
    rename,
    async change(conversationId, change) {
      const named = 'add' in change ? change.add : change.remove
      if (named.length === 0) return fail('WIRE_INVALID')
      if (named.length >= CONVERSATION_ACCOUNTS_MAX) return fail('CONVERSATION_FULL')
      const body = 'add' in change ? { add: [...named] } : { remove: [...named] }
      const answer = await api.call('changeMembers', { params: { conversationId }, body })
      if (!answer.ok) return answer
      await core.refresh()
      return ok(true)
    },
  }
}

/** One line, without marks that turn the direction of writing; counted in code points (e2ee SPEC EF1). */
function isTitle(text: string): boolean {
  return Array.from(text).length <= TITLE_CHARS_MAX && !/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(text)
}
