import type { ConversationId } from '@visavis/wire'

/** A message that has the words that were looked for. */
export type SearchHit = {
  readonly conversationId: ConversationId
  readonly title: string
  readonly position: number
  readonly text: string
  readonly atMs: number
}
