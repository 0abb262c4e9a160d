import { entryRecord } from '../stored-records.ts'
import type { CoreContext } from './context.ts'
import type { Conversation } from './conversation.ts'
import type { Entry, Taken } from './inbox.ts'

/**
 * Messages whose commit has not come yet. The server's order makes them rare: only a server that breaks it causes one. Kept
 * on the shelf `transfers` under ['ahead', conversationId, position], few per conversation, until a commit lets them be
 * opened, or a later generation makes clear that none will.
 */
export const AHEAD_MAX = 64

/** Undefined when there are too many: then it is stored as one that cannot be opened. */
export async function holdAhead(
  context: CoreContext,
  conversation: Conversation,
  entry: Entry,
): Promise<Taken | undefined> {
  const held = await context.deps.vault.list({ shelf: 'transfers', prefix: ['ahead', conversation.id] })
  if (held.length >= AHEAD_MAX) return undefined
  const key = ['ahead', conversation.id, entry.position]
  return { changes: [{ shelf: 'transfers', key, value: entryRecord.write(entry) }] }
}
