import { trustSteps, type TrustSteps } from '@visavis/policy'
import { MINUTE } from '@visavis/ports'
import type { AccountId, ConversationId } from '@visavis/wire'
import type { ConversationRecord, Core, OutboxRecord } from '../messenger/core-types.ts'
import type { Reach, Sharing } from './types.ts'

/** What steps of trust are decided from on this device [M18]: the core's records, and the server's clock. */
export type StepsDeps = {
  readonly core: Pick<Core, 'conversations' | 'outboxOf'>
  readonly me: string
  readonly serverNowMs: () => number
}

export type Steps = {
  /** What messages of this account may do in this conversation, and what may be sent there. */
  readonly of: (conversation: ConversationRecord, accountId: AccountId) => TrustSteps
  readonly isSendingLocked: (conversationId: ConversationId) => boolean
}

/** Own messages, and lines that nobody wrote. */
export const ALL_OPEN: Reach = { links: 'open', files: 'open' }

export function createSteps(deps: StepsDeps): Steps {
  const { core, me } = deps

  function of(conversation: ConversationRecord, accountId: AccountId): TrustSteps {
    const { kind } = conversation.server
    const pair = kind === 'pair' ? conversation : core.conversations().find((each) => isPairWith(each, accountId))
    const sharing = pair && sharingOf(pair, core.outboxOf(pair.server.conversationId), me)
    const { knownSinceMs } = pair ?? {}
    return trustSteps({
      place: kind,
      minutesKnown: knownSinceMs === undefined ? 0 : (deps.serverNowMs() - knownSinceMs) / MINUTE,
      mineSharing: sharing?.mine ?? false,
      theirSharing: sharing?.theirs ?? false,
      isMemberShown: conversation.shownMembers?.includes(accountId) ?? false,
    })
  }

  return {
    of,
    isSendingLocked(conversationId) {
      const conversation = core.conversations().find(({ server }) => server.conversationId === conversationId)
      const other = conversation?.server.members.find(({ accountId }) => accountId !== me)
      // Everybody may send to a group; of a pair whose other is gone nobody is left who agrees.
      if (!conversation || conversation.server.kind === 'group') return false
      return !other || of(conversation, other.accountId).sending === 'locked'
    },
  }
}

/** What the two people of a pair have said; undefined for a group. An own no counts before it has arrived anywhere. */
export function sharingOf(
  { server, sharing, isSharingAside, knownSinceMs }: ConversationRecord,
  outbox: readonly OutboxRecord[],
  me: string,
): Sharing | undefined {
  if (server.kind !== 'pair') return undefined
  const waiting = outbox.flatMap(({ content }) =>
    content.kind === 'sharing' && content.since === undefined ? [content.on] : [],
  )
  const other = server.members.find(({ accountId }) => accountId !== me)?.accountId
  return {
    mine: (sharing?.[me]?.on ?? false) && !waiting.includes(false),
    theirs: (other !== undefined && sharing?.[other]?.on) ?? false,
    isTelling: waiting.length > 0,
    isAside: isSharingAside ?? false,
    ...(knownSinceMs !== undefined && { knownSinceMs }),
  }
}

function isPairWith({ server }: ConversationRecord, accountId: AccountId): boolean {
  return server.kind === 'pair' && server.members.some((member) => member.accountId === accountId)
}
