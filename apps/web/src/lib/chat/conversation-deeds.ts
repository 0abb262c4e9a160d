import type { AccountId, Code, ConversationId, Result } from '@visavis/wire'
import type { Member, Messenger } from '../messenger/types.ts'
import type { Undo } from './undo.ts'

/** What can be done with a whole conversation and the people in it. */
export type ConversationDeeds = {
  accept(): Promise<void>
  /** Refuses a request, after the time to think better of it. */
  remove(): void
  report(): void
  setMuted(muted: boolean): void
  deleteHistory(): void
  rename(title: string): void
  addMembers(members: readonly AccountId[]): void
  removeMember(member: Member): void
  leave(): void
  removeContact(member: Pick<Member, 'accountId' | 'handle'>): void
  block(member: Pick<Member, 'accountId' | 'handle'>): void
  acceptKey(accountId: AccountId): void
  /** Says yes to sharing files with the other, or takes it back. */
  share(on: boolean): void
  putSharingAside(): void
  /** Shows files and links of somebody in this group. */
  showMember(accountId: AccountId): void
}

type Words = {
  readonly historyDeleted: () => string
  readonly requestDeleted: () => string
  readonly contactRemoved: (handle: string) => string
  readonly blocked: (handle: string) => string
}
type Deps = {
  readonly messenger: Messenger
  readonly conversationId: ConversationId
  readonly undo: Undo
  readonly words: Words
  readonly refuse: (code: Code | undefined) => void
  readonly chooseForReport: () => void
  /** The conversation is left: the list is shown. */
  readonly away: () => void
}

/**
 * Whatever deletes waits a few seconds, so that it can be undone. A block does not wait [M7]: it is undone in the
 * settings, where every block stands.
 */
export function createConversationDeeds(deps: Deps): ConversationDeeds {
  const { messenger, conversationId, undo, words } = deps
  async function ask(work: Promise<Result<unknown>>): Promise<boolean> {
    const answer = await work
    deps.refuse(answer.ok ? undefined : answer.code)
    return answer.ok
  }
  return {
    accept: async () => void (await ask(messenger.answerRequest(conversationId, true))),
    remove: () => {
      undo.later(words.requestDeleted(), () => void ask(messenger.answerRequest(conversationId, false)))
      deps.away()
    },
    report: deps.chooseForReport,
    setMuted: (muted) => void messenger.setMuted(conversationId, muted),
    deleteHistory: () => undo.later(words.historyDeleted(), () => void messenger.deleteHistory(conversationId)),
    rename: (title) => void ask(messenger.rename(conversationId, title)),
    addMembers: (members) => void ask(messenger.addMembers(conversationId, members)),
    removeMember: ({ accountId }) => void ask(messenger.removeMember(conversationId, accountId)),
    leave: () => {
      void ask(messenger.leave(conversationId)).then((isDone) => isDone && deps.away())
    },
    removeContact: ({ accountId, handle }) => {
      undo.later(words.contactRemoved(handle), () => void ask(messenger.removeContact(accountId)))
      deps.away()
    },
    block: ({ accountId, handle }) => {
      void ask(messenger.blockAccount(accountId)).then((isDone) => {
        if (!isDone) return
        undo.say(words.blocked(handle))
        deps.away()
      })
    },
    acceptKey: (accountId) => void ask(messenger.acceptNewKey(accountId)),
    share: (on) => void ask(messenger.setSharing(conversationId, on)),
    putSharingAside: () => void messenger.putSharingAside(conversationId),
    showMember: (accountId) => void messenger.showMember(conversationId, accountId),
  }
}
