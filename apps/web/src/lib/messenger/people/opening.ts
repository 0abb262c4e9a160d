import { fail, type AccountId, type ConversationId, type Result } from '@visavis/wire'
import type { MessageRecord } from '../core-types.ts'
import { reachOf } from '../view/project.ts'
import type { Session } from './session.ts'

/**
 * Fetches a file if need be. A view-once file of somebody else is gone from this device when this has answered. Nothing is
 * fetched that its recipient has not agreed to, or asked to see [M18], whatever a screen asks for. Errors: FILE_GONE, FILE_DAMAGED, FILE_LOCKED.
 */
export async function openFile(
  session: Session,
  conversationId: ConversationId,
  position: number,
): Promise<Result<Blob>> {
  const record = await session.feed.store.record(conversationId, position)
  if (record?.content?.kind !== 'file') return fail('FILE_GONE')
  const { messageId, content, senderAccount } = record
  if (isLocked(session, conversationId, record)) return fail('FILE_LOCKED')
  const fetched = await session.transfers.fetch(conversationId, messageId, content.file)
  if (!fetched.ok || !content.file.isViewOnce || senderAccount === session.identity.device.accountId) return fetched
  await session.feed.opened(conversationId, record)
  await session.transfers.forget(messageId)
  return fetched
}

function isLocked(session: Session, conversationId: ConversationId, record: MessageRecord): boolean {
  const { core, feed, identity, transfers } = session
  const conversation = core.conversations().find(({ server }) => server.conversationId === conversationId)
  if (!conversation) return true
  const me = identity.device.accountId
  const { files } = reachOf(record, { conversation, me, steps: feed.steps, transferOf: transfers.stateOf })
  return files === 'locked' || files === 'unshown'
}

/** From now on files and links of this member are shown in this group. */
export async function showMember(
  { core }: Session,
  conversationId: ConversationId,
  accountId: AccountId,
): Promise<void> {
  const shown = core.conversations().find(({ server }) => server.conversationId === conversationId)?.shownMembers ?? []
  if (!shown.includes(accountId)) await core.update(conversationId, { shownMembers: [...shown, accountId] })
}
