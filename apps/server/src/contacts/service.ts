import { HOUR, type Clock, type Log } from '@visavis/ports'
import {
  CONTACTS_MAX,
  fail,
  ok,
  type AccountId,
  type CallId,
  type ConversationId,
  type DeviceId,
  type Result,
  type RouteResponse,
  type ServerFrameBody,
} from '@visavis/wire'
import type { ContactCodes } from './codes.ts'
import type { PairConversations } from './ports.ts'
import { answered, kept, otherOf, pairOf, removed, requested, type Contact } from './rules.ts'
import type { ContactStore } from './store.ts'

/** Requests that wait for one person; more are refused, so that nobody can be flooded with them. */
const REQUESTS_MAX = 200
/** How long a wish to stay in contact is kept, whatever became of its call. */
const KEEPS_KEPT_MS = 24 * HOUR

type Done = Result<Record<string, never>>
type MadeBody = ServerFrameBody<'contact.made'>

export type ContactsDeps = {
  readonly clock: Clock
  readonly log: Log
  readonly store: ContactStore
  readonly codes: ContactCodes
  readonly seal: {
    seal(subject: string, text: string): Uint8Array
    open(subject: string, sealed: Uint8Array): string | undefined
  }
  readonly conversations: PairConversations
  readonly handlesOf: (accounts: readonly AccountId[]) => Promise<ReadonlyMap<AccountId, string>>
  /** Whom this account has blocked. */
  readonly blockedBy: (account: AccountId) => Promise<ReadonlySet<AccountId>>
  /** Whom this account must not meet, whoever made the block. */
  readonly apartFrom: (account: AccountId) => Promise<ReadonlySet<AccountId>>
  /** The other side of a call this account is in, or was in until a short while ago. */
  readonly partnerIn: (
    callId: CallId,
    account: AccountId,
  ) => Promise<{ readonly accountId: AccountId; readonly deviceId: DeviceId } | undefined>
  /** Tells the devices of these accounts that their contacts and conversations have changed. */
  readonly changed: (accounts: readonly AccountId[]) => void
  readonly made: (side: { readonly accountId: AccountId; readonly deviceId: DeviceId }, body: MadeBody) => void
}

/**
 * People who stay in touch [M17] and those who ask to [K7]. Nothing here tells anybody that they were blocked, declined or
 * not kept. All reject when the storage is away.
 */
export type Contacts = {
  list(account: AccountId): Promise<RouteResponse<'listContacts'>>
  /** Errors: NOT_FOUND. */
  remove(account: AccountId, other: AccountId): Promise<Done>
  /** Null when it is off. */
  codeOf(account: AccountId): Promise<string | null>
  setCode(account: AccountId, on: boolean): Promise<string | null>
  /** Errors: CONTACT_CODE_UNKNOWN, CONTACT_LIMIT. */
  request(account: AccountId, code: string): Promise<Result<RouteResponse<'requestContact'>>>
  /** Errors: CONVERSATION_UNKNOWN, CONTACT_LIMIT. */
  answer(account: AccountId, conversationId: ConversationId, isAccepted: boolean): Promise<Done>
  /** What a side of a call says to "stay in contact?". An outsider's word is not even kept. */
  keep(account: AccountId, device: DeviceId, callId: CallId, isWished: boolean): Promise<void>
  /** Whether anything stands, or stood, between the two. */
  areKnown(one: AccountId, other: AccountId): Promise<boolean>
  /** Whether the two are contacts now; blocks are not asked. */
  areContacts(one: AccountId, other: AccountId): Promise<boolean>
  /** Begins to forget what is over; returns what ends that. */
  start(): () => void
}

export function createContacts(deps: ContactsDeps): Contacts {
  const { clock, store } = deps

  async function remove(account: AccountId, other: AccountId): Promise<Done> {
    if (account === other) return fail('NOT_FOUND')
    const over = await store.change(pairOf(account, other), (standing) => removed(standing, clock.nowMs()))
    if (!over) return fail('NOT_FOUND')
    await settle(deps, over)
    return ok({})
  }

  async function codeOf(account: AccountId): Promise<string | null> {
    const sealed = await store.codeOf(account)
    return (sealed && deps.seal.open(account, sealed)) ?? null
  }

  async function setCode(account: AccountId, on: boolean): Promise<string | null> {
    if (!on) {
      await store.clearCode(account)
      return null
    }
    const code = deps.codes.draw()
    await store.setCode(account, deps.codes.hash(code), deps.seal.seal(account, code))
    return code
  }

  const find = async (one: AccountId, other: AccountId) => (one === other ? undefined : store.find(pairOf(one, other)))

  return {
    list: (account) => list(deps, account),
    remove,
    codeOf,
    setCode,
    request: (account, code) => request(deps, account, code),
    answer: (account, conversationId, isAccepted) => answer(deps, account, { conversationId, isAccepted }),
    keep: (account, device, callId, isWished) => keep(deps, { account, device, callId, isWished }),
    areKnown: async (one, other) => (await find(one, other)) !== undefined,
    areContacts: async (one, other) => (await find(one, other))?.state === 'open',
    start: () =>
      clock.every(HOUR, () => {
        const work = store.forgetKeeps(clock.nowMs() - KEEPS_KEPT_MS)
        work.catch((error: unknown) => deps.log.warn('contacts.sweep-failed', { err: error }))
      }),
  }
}

/** A blocked person is in no list of the one who blocked, and notices nothing in the own list. */
async function list(deps: ContactsDeps, account: AccountId): Promise<RouteResponse<'listContacts'>> {
  const { store } = deps
  const [open, asked, blocked] = await Promise.all([
    store.ofAccount(account, 'open', CONTACTS_MAX),
    // The own requests are among them and shown nowhere here, so there is room for both.
    store.ofAccount(account, 'request', CONTACTS_MAX + REQUESTS_MAX),
    deps.blockedBy(account),
  ])
  const shown = (contact: Contact) => !blocked.has(otherOf(contact, account))
  const requests = asked.filter((contact) => contact.requestedBy !== account)
  const handles = await deps.handlesOf([...open, ...requests].map((contact) => otherOf(contact, account)))
  const describe = (contact: Contact) => {
    const accountId = otherOf(contact, account)
    return { accountId, handle: handles.get(accountId) ?? '', conversationId: contact.conversationId }
  }
  return {
    contacts: open.filter(shown).map((contact) => ({ ...describe(contact), sinceMs: contact.sinceMs })),
    requests: requests.filter(shown).map((contact) => ({ ...describe(contact), receivedAtMs: contact.sinceMs })),
  }
}

/**
 * Asks the owner of a code. A code nobody has, one's own and that of somebody who has blocked, or was blocked, are refused
 * alike, and after the same queries: for want of another the asker stands in.
 */
async function request(
  deps: ContactsDeps,
  asker: AccountId,
  code: string,
): Promise<Result<RouteResponse<'requestContact'>>> {
  const { store } = deps
  const owner = (await store.ownerOf(deps.codes.hash(code))) ?? asker
  const [apart, handles, standing, pending] = await Promise.all([
    deps.apartFrom(asker),
    deps.handlesOf([owner]),
    store.find(pairOf(asker, owner)),
    store.count(owner, 'request'),
  ])
  if (owner === asker || apart.has(owner)) return fail('CONTACT_CODE_UNKNOWN')
  const isFree = standing !== undefined || (pending < REQUESTS_MAX && (await hasRoom(deps, asker)))
  if (!isFree) return fail('CONTACT_LIMIT')
  const nowMs = deps.clock.nowMs()
  const pair = pairOf(asker, owner)
  // Not again where it is asked already: that would give the asker another few messages.
  const isAsked = standing !== undefined && (standing.state !== 'over' || standing.requestedBy !== undefined)
  const conversationId = isAsked
    ? standing.conversationId
    : await deps.conversations.openPair(asker, owner, 'request', asker)
  let before: Contact | undefined
  const now = await store.change(pair, (found) => {
    before = found
    return requested(found, asker, { ...pair, conversationId, nowMs })
  })
  // Also if nothing changed: making it true of the conversation may have failed the last time.
  if (now?.state === 'open') await align(deps, now)
  if (now !== before) deps.changed([asker, owner])
  return ok({
    accountId: owner,
    handle: handles.get(owner) ?? '',
    conversationId: now?.conversationId ?? conversationId,
  })
}

async function answer(
  deps: ContactsDeps,
  account: AccountId,
  { conversationId, isAccepted }: { conversationId: ConversationId; isAccepted: boolean },
): Promise<Done> {
  const standing = await deps.store.findByConversation(conversationId)
  const isMine = standing?.a === account || standing?.b === account
  if (!standing || !isMine) return fail('CONVERSATION_UNKNOWN')
  if ((await deps.blockedBy(account)).has(otherOf(standing, account))) return fail('CONVERSATION_UNKNOWN')
  // Sent again, or from another device: what was accepted is accepted.
  if (isAccepted && standing.state === 'open') {
    await settle(deps, standing)
    return ok({})
  }
  if (isAccepted && !(await hasRoom(deps, account))) return fail('CONTACT_LIMIT')
  const now = await deps.store.change(standing, (before) => answered(before, account, isAccepted, deps.clock.nowMs()))
  if (!now) return raced(deps, standing, isAccepted)
  if (now.state === 'open') await settle(deps, now)
  else {
    await align(deps, now)
    deps.changed([account])
  }
  return ok({})
}

/** Another device was quicker: the same answer is done, the opposite one comes too late. */
async function raced(deps: ContactsDeps, standing: Contact, isAccepted: boolean): Promise<Done> {
  const now = await deps.store.find(standing)
  return isAccepted && now?.state === 'open' ? ok({}) : fail('CONVERSATION_UNKNOWN')
}

/**
 * Brings the conversation into the state of the contact. May be done again, and is, when the contact has changed meanwhile:
 * of two who do this at once the later one must not be overtaken.
 */
async function align({ conversations, store }: ContactsDeps, contact: Contact): Promise<void> {
  for (let now = contact; ;) {
    if (now.state !== 'request') await conversations.setPairState(now.conversationId, now.state)
    const later = await store.find(now)
    if (!later || later.state === now.state) return
    now = later
  }
}

async function settle(deps: ContactsDeps, contact: Contact): Promise<void> {
  await align(deps, contact)
  deps.changed([contact.a, contact.b])
}

async function keep(
  deps: ContactsDeps,
  said: { account: AccountId; device: DeviceId; callId: CallId; isWished: boolean },
): Promise<void> {
  const { store } = deps
  const { account, callId } = said
  const partner = await deps.partnerIn(callId, account)
  if (!partner || partner.accountId === account) return
  if (!said.isWished) return store.unkeep(callId, account)
  // Written before it is read: of two who say yes at once, at least one sees both.
  await store.keep(callId, account, deps.clock.nowMs())
  const keepers = await store.keepers(callId)
  if (!keepers.includes(account) || !keepers.includes(partner.accountId)) return
  if ((await deps.apartFrom(account)).has(partner.accountId)) return
  const room = await Promise.all([hasRoom(deps, account), hasRoom(deps, partner.accountId)])
  if (room.includes(false)) return
  const pair = pairOf(account, partner.accountId)
  const conversationId = await deps.conversations.openPair(pair.a, pair.b, 'open')
  const nowMs = deps.clock.nowMs()
  const contact = await store.change(pair, (standing) => kept(standing, { ...pair, conversationId, nowMs }))
  if (!contact || !(await store.takeKeeps(callId))) return
  await settle(deps, contact)
  await tellMade(deps, contact, callId, [
    { accountId: account, deviceId: said.device },
    { accountId: partner.accountId, deviceId: partner.deviceId },
  ])
}

async function tellMade(
  deps: ContactsDeps,
  contact: Contact,
  callId: CallId,
  sides: readonly { readonly accountId: AccountId; readonly deviceId: DeviceId }[],
): Promise<void> {
  const handles = await deps.handlesOf([contact.a, contact.b])
  for (const side of sides) {
    const accountId = otherOf(contact, side.accountId)
    const { conversationId } = contact
    deps.made(side, { callId, accountId, handle: handles.get(accountId) ?? '', conversationId })
  }
}

async function hasRoom({ store }: ContactsDeps, account: AccountId): Promise<boolean> {
  return (await store.count(account, 'open')) < CONTACTS_MAX
}
