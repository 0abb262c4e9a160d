import type { ConversationId } from '@visavis/wire'
import type { Page, PeopleWorld } from './people-world.ts'

/** Both people of a pair say yes to sharing files, and both have heard it. */
export async function agreeToShare(world: PeopleWorld, pages: readonly Page[], id: ConversationId): Promise<void> {
  for (const { messenger } of pages) {
    const said = await messenger.setSharing(id, true)
    if (!said.ok) throw new Error(said.code)
  }
  await world.until(() => pages.every((page) => isAgreed(page, id)))
}

export function isAgreed({ messenger }: Page, id: ConversationId): boolean {
  const { conversations } = messenger.snapshot()
  const sharing = conversations.find(({ conversationId }) => conversationId === id)?.sharing
  return sharing?.mine === true && sharing.theirs
}
