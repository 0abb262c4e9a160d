import { fail, ok, REQUEST_MESSAGES_MAX, type AccountId, type ClientFrameBody, type Result } from '@visavis/wire'
import type { Actor, Conversation } from './types.ts'

/** Messages made in one of so many epochs before the present one are still taken: they were on their way. */
export const EPOCHS_BEHIND_MAX = 3

/** How a conversation looks to one of its members. */
export type Standing =
  | { readonly kind: 'open' }
  /** Asked, and not accepted, whether or not it was declined: who asked sees no difference. */
  | { readonly kind: 'requested'; readonly isDeclined: boolean }
  | { readonly kind: 'request' }
  | { readonly kind: 'over' }
  /** Not a member: the conversation does not exist for them [WV7]. */
  | { readonly kind: 'none' }

export function standingOf(conversation: Conversation, account: AccountId): Standing {
  if (!conversation.members.has(account)) return { kind: 'none' }
  const { state, requestedBy } = conversation
  if (state === 'open') return { kind: 'open' }
  const hasAsked = requestedBy === account
  if (state === 'request') return hasAsked ? { kind: 'requested', isDeclined: false } : { kind: 'request' }
  return hasAsked ? { kind: 'requested', isDeclined: true } : { kind: 'over' }
}

/** Whose devices get what this member sends: everybody's, or nobody else's when it was declined unseen. */
export function reaches(standing: Standing, sender: AccountId, recipient: AccountId): boolean {
  return recipient === sender || standing.kind !== 'requested' || !standing.isDeclined
}

/** Whether somebody of this standing writes there at all. Errors: those of WV7. */
export function judgeWriter(standing: Standing): Result<true> {
  if (standing.kind === 'none' || standing.kind === 'over') return fail('CONVERSATION_UNKNOWN')
  return standing.kind === 'request' ? fail('CONVERSATION_WAITS') : ok(true)
}

/** Whether this message may be taken as the one at `position`. Errors: those of WV2 and WV7. */
export function judgeMessage(
  conversation: Conversation,
  { accountId, deviceId }: Actor,
  { generation, epoch }: Pick<ClientFrameBody<'conversation.send'>, 'generation' | 'epoch'>,
  position: number,
): Result<Standing> {
  const standing = standingOf(conversation, accountId)
  const allowed = judgeWriter(standing)
  if (!allowed.ok) return allowed
  const behind = conversation.epoch - epoch
  if (generation !== conversation.generation || behind < 0 || behind > EPOCHS_BEHIND_MAX)
    return fail('CONVERSATION_EPOCH')
  if (!conversation.roster.has(deviceId)) return fail('CONVERSATION_EPOCH')
  if (standing.kind === 'requested' && position > conversation.requestFrom + REQUEST_MESSAGES_MAX)
    return fail('CONVERSATION_WAITS')
  return ok(standing)
}

type Step = ClientFrameBody<'conversation.commit'>

/** Whether a step says of itself what it must; what it says of the group is judged later. */
export function isWellFormed(step: Step, sender: Actor): boolean {
  const isStart = step.epoch === 0
  const { adds, removes } = step
  if (new Set(adds).size !== adds.length || new Set(removes).size !== removes.length) return false
  if (adds.includes(sender.deviceId) || removes.includes(sender.deviceId)) return false
  if ((step.welcome !== undefined) !== adds.length > 0) return false
  return isStart ? step.commit === undefined && removes.length === 0 : step.commit !== undefined
}

/** Whether the step is the one that comes next. Errors: those of WV1 and WV7; WIRE_INVALID for a device that is in already. */
export function judgeStep(conversation: Conversation, { accountId, deviceId }: Actor, step: Step): Result<Standing> {
  const standing = standingOf(conversation, accountId)
  if (standing.kind === 'none' || standing.kind === 'over') return fail('CONVERSATION_UNKNOWN')
  if (step.epoch === 0)
    return step.generation === conversation.generation + 1 ? ok(standing) : fail('CONVERSATION_EPOCH')
  const isNext = step.generation === conversation.generation && step.epoch === conversation.epoch
  if (!isNext || !conversation.roster.has(deviceId)) return fail('CONVERSATION_EPOCH')
  // A device that lost its state is taken out and put in again by one commit.
  const isIn = (device: (typeof step.adds)[number]) => conversation.roster.has(device) && !step.removes.includes(device)
  return step.adds.some(isIn) ? fail('WIRE_INVALID') : ok(standing)
}
