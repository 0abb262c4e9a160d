import type { AccountContent } from '@visavis/e2ee'
import type { AccountId, CallId, ServerFrameBody } from '@visavis/wire'
import type { MessengerPort } from './ports.ts'
import type { CallContact } from './types.ts'

/** The present call, the last one, and what comes late of those before. */
const CALLS_MAX = 4

/**
 * "Stay in contact?" in a call [M17]. The wish itself is the messenger's and the server's; here it is remembered which
 * call it was said in, and once both said yes the two name their accounts to each other inside the encryption of the
 * call, so that the contact is the very person met there. If the call is over before, contact is made without that.
 */
export type Keeping = {
  /** The server has taken our own word. */
  said(callId: CallId, keep: boolean): void
  /** Both said yes. */
  made(body: ServerFrameBody<'contact.made'>): void
  /** The partner of this call named its account. It may come before `made`, and counts for nothing without it. */
  heard(callId: CallId, account: AccountContent): void
  readonly of: (callId: CallId) => CallContact
  close(): void
}

type Kept = { readonly contact: CallContact; readonly heard?: AccountContent; readonly isMet: boolean }
const NOTHING: Kept = { contact: 'no', isMet: false }

export function createKeeping(deps: {
  readonly messenger: Pick<MessengerPort, 'ownAccount' | 'met'> | undefined
  /** Sends over the secure channel of this call; does nothing when that is not open any more. */
  readonly say: (callId: CallId, account: AccountContent) => void
  readonly changed: () => void
}): Keeping {
  const { messenger } = deps
  const calls = new Map<CallId, Kept>()
  const get = (callId: CallId) => calls.get(callId) ?? NOTHING

  function set(callId: CallId, change: Partial<Kept>): void {
    calls.set(callId, { ...get(callId), ...change })
    for (const oldest of calls.keys()) {
      if (calls.size <= CALLS_MAX) break
      calls.delete(oldest)
    }
  }

  async function nameOwnAccount(callId: CallId): Promise<void> {
    const own = await messenger?.ownAccount()
    // Closed meanwhile: signed out, or another tab goes on.
    if (own && calls.has(callId)) deps.say(callId, { kind: 'account', ...own })
  }

  /** Whatever account the partner names, only the one that the server made the contact with is believed. */
  function compare(callId: CallId): void {
    const { contact, heard, isMet } = get(callId)
    if (isMet || !heard || typeof contact === 'string' || heard.accountId !== contact.accountId) return
    set(callId, { isMet: true })
    messenger?.met(heard.accountId as AccountId, heard.accountKey)
  }

  return {
    said(callId, keep) {
      if (typeof get(callId).contact !== 'string') return
      set(callId, { contact: keep ? 'asked' : 'no' })
      deps.changed()
    },
    made({ callId, accountId, handle, conversationId }) {
      if (typeof get(callId).contact !== 'string') return
      set(callId, { contact: { accountId, handle, conversationId } })
      deps.changed()
      void nameOwnAccount(callId)
      compare(callId)
    },
    heard(callId, account) {
      set(callId, { heard: account })
      compare(callId)
    },
    of: (callId) => get(callId).contact,
    close: () => calls.clear(),
  }
}
