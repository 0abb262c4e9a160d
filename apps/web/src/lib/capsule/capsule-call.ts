import type { CallDetails } from '../engine/types.ts'
import type { CapsuleCall } from './capsules.ts'

/** What a capsule takes of a call that is on the screen: texts as they are shown, those that could not be opened left out. */
export function capsuleCallOf({ callId, partner, startedAtMs, messages }: CallDetails): CapsuleCall {
  const texts = messages.filter(({ text }) => text !== '').map(({ from, text, atMs }) => ({ from, text, atMs }))
  return { callId, pseudonym: partner.pseudonym, startedAtMs, texts }
}
