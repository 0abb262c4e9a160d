import { fail, type CallId, type Result } from '@visavis/wire'
import type { CallContact } from '../engine/types.ts'
import type { Messenger } from '../messenger/types.ts'

/** What the button "Stay in contact" says and does [M17]; nothing about the partner before both have said yes. */
export type KeepOffer = { readonly kind: 'ask' | 'asked' | 'made'; readonly href?: string }

export function keepOfferOf(contact: CallContact): KeepOffer {
  if (typeof contact === 'string') return { kind: contact === 'no' ? 'ask' : 'asked' }
  return { kind: 'made', href: `/chats?c=${contact.conversationId}` }
}

/** Says yes, or takes it back. A messenger whose code cannot be fetched is a network that is away. */
export async function keepInTouch(
  messenger: () => Promise<Pick<Messenger, 'keepInTouch'>>,
  callId: CallId,
  keep: boolean,
): Promise<Result<true>> {
  const opened = await messenger().catch(() => undefined)
  // The key of the partner comes inside the encryption of the call, once both have said yes: see engine/keeping.ts.
  return opened ? opened.keepInTouch(callId, keep, undefined) : fail('NETWORK_OFFLINE')
}
