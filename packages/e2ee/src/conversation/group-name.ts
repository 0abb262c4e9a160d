import { isId } from '../devices/credential.ts'
import { assert } from '../result.ts'
import type { GroupName } from './types.ts'

/** The MLS group id: UTF-8 of `${conversationId}/${generation}`. Conversation ids have no slash, so names never meet. */
export function groupIdOf({ conversationId, generation }: GroupName): Uint8Array {
  assert(isId(conversationId) && !conversationId.includes('/'), 'conversation id out of bounds')
  assert(Number.isSafeInteger(generation) && generation >= 0, 'generation out of bounds')
  return new TextEncoder().encode(`${conversationId}/${generation}`)
}
