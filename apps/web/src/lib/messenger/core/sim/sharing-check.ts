import type { AccountId, ConversationId } from '@visavis/wire'
import type { MessageRecord } from '../../core-types.ts'
import { messagesAt } from './people.ts'
import type { World } from './world.ts'

/** Everybody's words about sharing, in the order of their positions, as the devices have them. */
type Word = {
  readonly accountId: AccountId
  readonly on: boolean
  readonly position: number
  readonly heardBy: ReadonlySet<string>
}

async function wordsIn({ live, model }: World, conversationId: ConversationId): Promise<readonly Word[]> {
  const records = new Map<string, MessageRecord>()
  for (const device of live())
    for (const record of await messagesAt(device, conversationId))
      if (record.content) records.set(record.messageId, record)
  return model.taken.flatMap((taken) => {
    const { content, senderAccount: accountId } = records.get(taken.messageId) ?? {}
    if (content?.kind !== 'sharing' || content.since !== undefined || accountId === undefined) return []
    const { position, recipients, sender } = taken
    return [{ accountId, on: content.on, position, heardBy: new Set([...recipients, sender]) }]
  })
}

/** The last word of an account about sharing is what every device goes by that had it. */
export async function checkSharing(
  world: World,
  /** Who was ever taken out of which conversation. */
  parted: ReadonlyMap<string, number>,
  broken: Set<string>,
): Promise<void> {
  for (const conversationId of world.model.conversations.keys()) {
    const words = await wordsIn(world, conversationId)
    for (const { core, isDamaged, model, name } of world.live()) {
      const record = core?.conversations().find(({ server }) => server.conversationId === conversationId)
      if (!record || isDamaged || parted.has(`${conversationId} ${model.accountId}`)) continue
      for (const accountId of world.model.accounts.keys()) {
        const last = words.findLast((word) => word.accountId === accountId)
        if (!last?.heardBy.has(model.deviceId)) continue
        const known = record.sharing?.[accountId]
        if (known?.on !== last.on || known.position !== last.position)
          broken.add(`${name} does not know the last word of ${accountId.slice(0, 4)} about sharing`)
      }
    }
  }
}
