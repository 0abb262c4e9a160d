import type { Clock, Log, Random } from '@visavis/ports'
import type { AccountId } from '@visavis/wire'
import type { Calls } from '../src/calls/index.ts'
import { createContactCodes, createContacts, type Contacts, type PairConversations } from '../src/contacts/index.ts'
import type { Gateway } from '../src/gateway/index.ts'
import { createMemoryContactStore } from './support/memory-people.ts'

/** Contacts as `people.ts` joins them, over a store in memory; their codes are sealed in nothing. */
export function worldContacts(deps: {
  readonly clock: Clock
  readonly log: Log
  readonly random: Random
  readonly calls: Calls
  readonly conversations: PairConversations
  readonly deliver: Gateway['deliver']
  readonly apartFrom: (account: AccountId) => Promise<ReadonlySet<AccountId>>
  readonly handlesOf: (accounts: readonly AccountId[]) => Promise<ReadonlyMap<AccountId, string>>
  readonly tellChanged: (accounts: readonly AccountId[]) => void
}): Contacts {
  const { clock, log, random, calls, conversations, apartFrom, handlesOf } = deps
  return createContacts({
    clock,
    log,
    store: createMemoryContactStore(),
    codes: createContactCodes({ key: new Uint8Array(32).fill(9), random }),
    seal: {
      seal: (_, text) => new TextEncoder().encode(text),
      open: (_, sealed) => new TextDecoder().decode(sealed),
    },
    conversations,
    handlesOf,
    blockedBy: apartFrom,
    apartFrom,
    partnerIn: async (callId, account) => (await calls.callForReport(callId, account, clock.nowMs()))?.partner,
    changed: deps.tellChanged,
    made: ({ deviceId }, body) => void deps.deliver(deviceId, 'contact.made', body),
  })
}
