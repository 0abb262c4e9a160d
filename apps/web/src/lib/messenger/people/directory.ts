import type { AdmitDevice, LinkedContact } from '@visavis/e2ee'
import type { Log } from '@visavis/ports'
import { CONTACTS_MAX, fromB64, toB64, type AccountId, type CallId, type ConversationId } from '@visavis/wire'
import { bytes, flag, maybe, openAll, recordKind, text } from '../../vault/record-kind.ts'
import type { Change, Vault } from '../../vault/types.ts'
import type { ServerConversation } from '../core-types.ts'
import type { Trust } from '../types.ts'

/**
 * Which account key belongs to whom, as this device knows it [K10]. The server hands out keys, so what it says is
 * believed once, and watched from then on:
 *
 * - The first key seen of an account is kept (`pinned`): `unverified`, and `verified` after codes were compared.
 * - Another key than the pinned one makes the account `changed` until the person accepts it (`accept`). It is shown
 *   in each conversation with that account as `key-changed`.
 * - Messages go on being received either way: devices under the pinned key and under the present one are admitted to
 *   groups, so that a person who had to start afresh is not cut off. Devices under any third key are not.
 * - Sending waits until `accept` if the pinned key was verified: who took the trouble to compare codes must not write to
 *   somebody else for one moment. If it was not verified, the notice is all: nothing was known about the key before.
 * - `isMetInCall`: inside the encryption of a call the partner named its account key, and the contact made from that
 *   very call has it.
 */
export type Known = {
  readonly pinned: Uint8Array
  readonly isVerified: boolean
  /** What the server says now, where it differs from `pinned`. */
  readonly present?: Uint8Array
  readonly met?: Uint8Array
  readonly handle: string
}

/** An account whose key is not the pinned one any more, found just now. */
export type KeyChange = { readonly accountId: AccountId; readonly conversationId: ConversationId }

export type Directory = {
  readonly handleOf: (accountId: AccountId) => string
  readonly known: (accountId: AccountId) => Known | undefined
  readonly trustOf: (accountId: AccountId) => Trust
  readonly isMetInCall: (accountId: AccountId) => boolean
  /** Whether sending to this conversation waits for `accept`. */
  readonly isHeld: (conversation: ServerConversation | undefined) => boolean
  /** Nobody but members of the conversation as it is listed when the question is asked, and own devices. */
  readonly admit: (present: () => ServerConversation | undefined) => AdmitDevice
  /** Looks at who the server says is in the conversations. */
  readonly observe: (conversations: readonly ServerConversation[]) => Promise<readonly KeyChange[]>
  /** Codes were compared with the key that the server names now: it is the pinned one from here on. */
  readonly verify: (accountId: AccountId) => Promise<void>
  readonly accept: (accountId: AccountId) => Promise<void>
  /** What another device of this account knew. */
  readonly learn: (contacts: readonly LinkedContact[]) => Promise<void>
  /** For another device of this account; verified ones first, as many as may be handed over. */
  readonly toHandOver: () => readonly LinkedContact[]
  /** The partner of this call named this key inside it. */
  readonly heardInCall: (callId: CallId, accountKey: Uint8Array) => Promise<void>
  readonly contactMade: (callId: CallId, accountId: AccountId) => Promise<void>
  /** The partner of a call, a contact now, named this key inside the call: another one of the server's makes it `changed`. */
  readonly metInCall: (accountId: AccountId, accountKey: Uint8Array) => Promise<void>
}

type Self = { readonly accountId: AccountId; readonly accountKey: Uint8Array; readonly handle: string }
const MET = 'met'

const contactRecord = recordKind<Known>({
  name: 'contact',
  shape: { pinned: bytes, isVerified: flag, present: maybe(bytes), met: maybe(bytes), handle: text },
})
/**
 * Of an account whose record cannot be read: no key is this one. Whatever the server names is then another one, and who
 * may have been verified is not written to before the person has looked: a damaged record must not become new trust.
 */
const FORGOTTEN: Known = { pinned: new Uint8Array(), isVerified: true, handle: '' }

/** Reads what is kept. */
export async function openDirectory(deps: {
  readonly vault: Vault
  readonly log: Log
  readonly self: Self
}): Promise<Directory> {
  const { vault, self } = deps
  const accounts = new Map<AccountId, Known>()
  const listed = await vault.list({ shelf: 'contacts', prefix: [] })
  const { records, damaged, newer } = openAll(
    contactRecord,
    listed.filter(({ key }) => key.length === 1),
    deps.log,
  )
  for (const { key, record } of records) accounts.set(key[0] as AccountId, record)
  for (const [accountId] of [...damaged, ...newer]) accounts.set(accountId as AccountId, FORGOTTEN)

  const unwritten = new Map<AccountId, Change>()
  const changed = new Set<AccountId>()

  /** True in memory at once, so that what is admitted next already knows it. */
  function set(accountId: AccountId, known: Known): Change {
    accounts.set(accountId, known)
    return { shelf: 'contacts', key: [accountId], value: contactRecord.write(known) }
  }

  async function change(accountId: AccountId, work: (known: Known) => Known): Promise<void> {
    const known = accounts.get(accountId)
    if (known) await vault.write([set(accountId, work(known))])
  }

  /** Takes note at once; what is to be written and told waits for `observe`. */
  function note(conversations: readonly ServerConversation[]): void {
    for (const { accountId, accountKey, handle } of conversations.flatMap(({ members }) => members)) {
      const key = fromB64(accountKey)
      if (key?.byteLength !== self.accountKey.byteLength || accountId === self.accountId) continue
      const before = accounts.get(accountId)
      const after = seen(before, key, handle)
      if (after === before) continue
      if (before && after.present && !sameKey(after.present, before.present)) changed.add(accountId)
      unwritten.set(accountId, set(accountId, after))
    }
  }

  async function observe(conversations: readonly ServerConversation[]): Promise<readonly KeyChange[]> {
    note(conversations)
    const found = [...changed]
    const changes = [...unwritten.values()]
    changed.clear()
    unwritten.clear()
    if (changes.length > 0) await vault.write(changes)
    return found.flatMap((accountId) =>
      conversations
        .filter(({ members }) => members.some((member) => member.accountId === accountId))
        .map(({ conversationId }) => ({ accountId, conversationId })),
    )
  }

  function trustOf(accountId: AccountId): Trust {
    const known = accounts.get(accountId)
    if (known?.present) return 'changed'
    return known?.isVerified === true || accountId === self.accountId ? 'verified' : 'unverified'
  }

  return {
    handleOf: (accountId) => (accountId === self.accountId ? self.handle : (accounts.get(accountId)?.handle ?? '')),
    known: (accountId) => accounts.get(accountId),
    trustOf,
    isMetInCall: (accountId) => {
      const known = accounts.get(accountId)
      return known?.met !== undefined && sameKey(known.met, known.present ?? known.pinned)
    },
    isHeld: (conversation) =>
      conversation?.members.some(({ accountId }) => {
        const known = accounts.get(accountId)
        return known?.isVerified === true && known.present !== undefined
      }) === true,
    admit: (present) => (credential) => {
      const accountId = credential.accountId as AccountId
      const conversation = present()
      // A group may be joined in the very moment in which the list names somebody for the first time.
      if (conversation) note([conversation])
      if (accountId === self.accountId) return sameKey(credential.accountKey, self.accountKey)
      const isMember = conversation?.members.some((member) => member.accountId === accountId) === true
      const known = accounts.get(accountId)
      if (!isMember || !known) return false
      return sameKey(credential.accountKey, known.pinned) || sameKey(credential.accountKey, known.present)
    },
    observe,
    verify: (accountId) =>
      change(accountId, ({ present, ...known }) => ({ ...known, pinned: present ?? known.pinned, isVerified: true })),
    accept: (accountId) =>
      change(accountId, ({ present, ...known }) =>
        present ? { ...known, pinned: present, isVerified: false } : known,
      ),
    learn: (contacts) =>
      vault.write(
        contacts.map(({ accountId, accountKey, isVerified }) => {
          const id = accountId as AccountId
          return set(id, { pinned: accountKey, isVerified, handle: accounts.get(id)?.handle ?? '' })
        }),
      ),
    toHandOver: () =>
      [...accounts]
        .filter(([, { pinned }]) => pinned.byteLength > 0)
        .map(([accountId, { pinned, isVerified }]) => ({ accountId, accountKey: pinned, isVerified }))
        .toSorted((left, right) => Number(right.isVerified) - Number(left.isVerified))
        .slice(0, CONTACTS_MAX),
    heardInCall: (callId, accountKey) =>
      vault.write([{ shelf: 'contacts', key: [MET, callId], value: toB64(accountKey) }]),
    metInCall: async (accountId, accountKey) => {
      if (accountId === self.accountId || accountKey.byteLength !== self.accountKey.byteLength) return
      const before = accounts.get(accountId)
      const after = named(before, accountKey)
      if (after.present && !sameKey(after.present, before?.present)) changed.add(accountId)
      await vault.write([set(accountId, after)])
    },
    contactMade: async (callId, accountId) => {
      const heard = await vault.get('contacts', [MET, callId])
      const met = typeof heard === 'string' ? fromB64(heard) : undefined
      const forget: Change = { shelf: 'contacts', key: [MET, callId], value: undefined }
      if (!met) return
      // Not in any list yet: then the key from the call is the first one seen, and the server has to agree with it.
      const known = accounts.get(accountId) ?? { pinned: met, isVerified: false, handle: '' }
      await vault.write([forget, set(accountId, { ...known, met })])
    },
  }
}

/** What is known after the server named this key; the same object when nothing is new. */
function seen(before: Known | undefined, key: Uint8Array, handle: string): Known {
  if (!before) return { pinned: key, isVerified: false, handle }
  const isPinned = sameKey(key, before.pinned)
  if (before.handle === handle && (isPinned ? before.present === undefined : sameKey(key, before.present)))
    return before
  const { present: _, ...rest } = before
  return isPinned ? { ...rest, handle } : { ...rest, handle, present: key }
}

/** What is known after the person named this key in a call. Their word counts more than the server's. */
function named(before: Known | undefined, key: Uint8Array): Known {
  if (!before) return { pinned: key, met: key, isVerified: false, handle: '' }
  if (sameKey(key, before.pinned) || sameKey(key, before.present)) return { ...before, met: key }
  // Codes that were compared weigh more than what a call says: the server alone names whose call it was.
  if (before.isVerified) return before
  return { ...before, pinned: key, met: key, isVerified: false, present: before.present ?? before.pinned }
}

function sameKey(left: Uint8Array, right: Uint8Array | undefined): boolean {
  return right !== undefined && toB64(left) === toB64(right)
}
