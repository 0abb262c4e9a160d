import type { AccountId, ConversationId } from '@visavis/wire'
import type { ConversationRecord, Core } from '../core-types.ts'
import type { ConversationSummary, Member, Trust } from '../types.ts'
import { sharingOf } from '../../trust-steps/steps.ts'
import type { Brief } from './briefs.ts'
import { deliveryOf, wordsOf } from './project.ts'

/** What summaries are made from; all of it is in memory. */
export type SummaryDeps = {
  readonly me: AccountId
  readonly core: Pick<Core, 'conversations' | 'isSecuring' | 'outboxOf'>
  readonly brief: (conversation: ConversationRecord) => Brief
  readonly draft: (conversation: ConversationRecord) => string
  readonly handleOf: (accountId: AccountId) => string
  readonly trustOf: (accountId: AccountId) => Trust
  readonly mutedOf: (conversationId: ConversationId) => ConversationSummary['mutedFlags']
}

/** All conversations, the one with the latest line first. */
export function summarize(deps: SummaryDeps): readonly ConversationSummary[] {
  return deps.core
    .conversations()
    .map((record) => ({ summary: summaryOf(record, deps), atMs: latestMs(record, deps) }))
    .toSorted((left, right) => right.atMs - left.atMs)
    .map(({ summary }) => summary)
}

/** Lines that wait for a reader; what is muted does not count. */
export function totalUnread(conversations: readonly ConversationSummary[]): number {
  return conversations.reduce((total, { isMuted, unread }) => total + (isMuted ? 0 : unread), 0)
}

function summaryOf(record: ConversationRecord, deps: SummaryDeps): ConversationSummary {
  const { server } = record
  const last = lastOf(record, deps)
  const sharing = sharingOf(record, deps.core.outboxOf(server.conversationId), deps.me)
  return {
    conversationId: server.conversationId,
    kind: server.kind,
    state: server.state,
    title: titleOf(record, deps),
    members: server.members.map((member) => memberOf(member, deps)),
    ...(last && { last }),
    unread: deps.brief(record).unread,
    draft: deps.draft(record),
    isMuted: record.isMuted,
    isSecuring: deps.core.isSecuring(server.conversationId),
    timerSeconds: record.timerSeconds,
    mutedFlags: deps.mutedOf(server.conversationId),
    ...(sharing && { sharing }),
  }
}

function memberOf(
  { accountId, handle, isOwner }: ConversationRecord['server']['members'][number],
  { me, trustOf }: SummaryDeps,
): Member {
  return { accountId, handle, isMe: accountId === me, isOwner, trust: trustOf(accountId) }
}

function titleOf({ server, title }: ConversationRecord, { me }: SummaryDeps): string {
  if (server.kind === 'group' && title !== '') return title
  const others = server.members.filter(({ accountId }) => accountId !== me)
  return others.map(({ handle }) => handle).join(', ')
}

/** What waits to be sent is the latest there is. */
function lastOf(record: ConversationRecord, deps: SummaryDeps): ConversationSummary['last'] {
  const waiting = lastWaiting(record, deps)
  if (waiting && (waiting.content.kind === 'text' || waiting.content.kind === 'file')) {
    const { content, createdAtMs, state } = waiting
    const isText = content.kind === 'text'
    return {
      text: isText ? content.text : content.caption,
      kind: isText ? 'text' : content.file.role,
      fromMe: true,
      atMs: createdAtMs,
      state: state === 'failed' ? 'failed' : 'sending',
    }
  }
  const { last } = deps.brief(record)
  if (!last) return undefined
  const fromMe = last.record.senderAccount === deps.me
  return {
    ...wordsOf(last.record, last.effects),
    fromMe,
    atMs: last.record.sentAtMs,
    ...(fromMe && { state: deliveryOf(last.record.position, record, deps.me) }),
  }
}

function lastWaiting({ server }: ConversationRecord, { core }: SummaryDeps) {
  return core
    .outboxOf(server.conversationId)
    .findLast(({ content }) => content.kind === 'text' || content.kind === 'file')
}

function latestMs(record: ConversationRecord, deps: SummaryDeps): number {
  return lastOf(record, deps)?.atMs ?? record.server.createdAtMs
}
