import type { Clock, Random } from '@visavis/ports'
import {
  CONVERSATION_ACCOUNTS_MAX,
  CONVERSATIONS_MAX,
  fail,
  ok,
  type AccountId,
  type ConversationId,
  type Result,
} from '@visavis/wire'
import type { Apart } from './apart.ts'
import type { Book } from './book.ts'
import type { ConversationStore, MemberChange } from './store.ts'
import type { Actor, Conversation, TellChanged } from './types.ts'

export type GroupDeps = {
  readonly clock: Clock
  readonly random: Random
  readonly book: Book
  readonly store: ConversationStore
  readonly apart: Apart
  readonly isContact: (account: AccountId, other: AccountId) => Promise<boolean>
  readonly tellChanged: TellChanged
}

const ROUNDS_MAX = 8

/** Who is in a group. Whoever leaves gets nothing more from that moment; the group's keys follow by a member's commit. */
export function createGroups(deps: GroupDeps) {
  const { clock, random, book, store } = deps

  /** Errors: DEVICE_REQUIRED, NOT_ALLOWED (no contact, or people who must not meet), CONTACT_LIMIT (too many groups). */
  async function create(
    owner: Actor,
    wanted: readonly AccountId[],
  ): Promise<Result<{ conversationId: ConversationId }>> {
    if (!owner.isRegistered) return fail('DEVICE_REQUIRED')
    const members = [...new Set(wanted)].filter((account) => account !== owner.accountId)
    if (members.length === 0) return fail('NOT_ALLOWED')
    if (!(await mayJoin(deps, owner.accountId, [owner.accountId], members))) return fail('NOT_ALLOWED')
    if ((await store.countOf(owner.accountId)) >= CONVERSATIONS_MAX) return fail('CONTACT_LIMIT')
    const conversationId = random.uuid() as ConversationId
    await store.createGroup({ conversationId, owner: owner.accountId, members, nowMs: clock.nowMs() })
    deps.tellChanged([owner.accountId, ...members])
    return ok({ conversationId })
  }

  /** Errors: DEVICE_REQUIRED, CONVERSATION_UNKNOWN, NOT_ALLOWED, CONVERSATION_FULL. */
  async function change(
    actor: Actor,
    conversationId: ConversationId,
    wish: { readonly add: readonly AccountId[]; readonly remove: readonly AccountId[] },
  ): Promise<Result<Record<string, never>>> {
    if (!actor.isRegistered) return fail('DEVICE_REQUIRED')
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const conversation = await book.load(conversationId)
      if (!conversation?.members.has(actor.accountId)) return fail('CONVERSATION_UNKNOWN')
      const judged = await judge(deps, conversation, actor.accountId, wish)
      if (!judged.ok) return judged
      if (!judged.value) return ok({})
      const isDone = await store.changeMembers(conversationId, conversation.version, judged.value)
      if (!isDone) {
        book.forget(conversationId)
        continue
      }
      book.changed(conversationId)
      deps.tellChanged([...conversation.members.keys(), ...judged.value.add])
      return ok({})
    }
    throw new Error('a conversation never came to rest')
  }

  return { create, change }
}

/** What is to be done; undefined when it is done already. */
async function judge(
  deps: GroupDeps,
  conversation: Conversation,
  actor: AccountId,
  wish: { readonly add: readonly AccountId[]; readonly remove: readonly AccountId[] },
): Promise<Result<MemberChange | undefined>> {
  const { kind, members } = conversation
  if (kind !== 'group') return fail('NOT_ALLOWED')
  const remove = [...new Set(wish.remove)].filter((account) => members.has(account))
  const add = [...new Set(wish.add)].filter((account) => !members.has(account))
  const isLeaving = wish.add.length === 0 && wish.remove.length === 1 && wish.remove[0] === actor
  if (!isLeaving && !members.get(actor)?.isOwner) return fail('NOT_ALLOWED')
  if (add.length === 0 && remove.length === 0) return ok(undefined)
  const staying = [...members.keys()].filter((account) => !remove.includes(account))
  if (staying.length + add.length > CONVERSATION_ACCOUNTS_MAX) return fail('CONVERSATION_FULL')
  if (!(await mayJoin(deps, actor, staying, add))) return fail('NOT_ALLOWED')
  // Members are in the order in which they came: whoever has been there longest follows an owner who leaves.
  const owner = remove.some((account) => members.get(account)?.isOwner) ? (staying[0] ?? add[0]) : undefined
  return ok({ add, remove, owner, nowMs: deps.clock.nowMs() })
}

/** Contacts of whoever adds them, and nobody who must not meet one of the others [M7]. */
async function mayJoin(
  { isContact, apart }: GroupDeps,
  actor: AccountId,
  staying: readonly AccountId[],
  joining: readonly AccountId[],
): Promise<boolean> {
  const everybody = new Set([...staying, ...joining])
  for (const account of joining) {
    if (!(await isContact(actor, account))) return false
    const others = await apart.load(account)
    if ([...everybody].some((other) => others.has(other))) return false
  }
  return true
}
