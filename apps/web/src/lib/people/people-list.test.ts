import { describe, expect, it } from 'vitest'
import type { Contact, MessengerState } from '../messenger/types.ts'
import { codeInGroups, contactsOf, digitGroups, personOf, requestsOf } from './people-list.ts'

const contact = (handle: string, more: Partial<Contact> = {}) =>
  ({
    accountId: `a-${handle}`,
    handle,
    conversationId: `c-${handle}`,
    sinceMs: 1,
    trust: 'unverified',
    ...more,
  }) as Contact
const contacts = [
  contact('quiet-heron'),
  contact('plum-comet', { trust: 'verified' }),
  contact('Mossy', { trust: 'changed' }),
]
const member = (handle: string, more: object = {}) => ({
  accountId: `a-${handle}`,
  handle,
  trust: 'unverified',
  isMe: false,
  ...more,
})
const conversations = [
  { kind: 'group', conversationId: 'g', members: [member('me', { isMe: true }), member('walker'), member('friend')] },
  { kind: 'pair', conversationId: 'p', members: [member('me', { isMe: true }), member('friend')] },
] as unknown as MessengerState['conversations']

describe('the list of people', () => {
  it('[K7] contacts are found by a part of the handle and stand in order', () => {
    expect(contactsOf({ contacts }, ' COM ').map(({ handle }) => handle)).toEqual(['plum-comet'])
    expect(contactsOf({ contacts }, 'nobody')).toEqual([])
  })
  it('[K10] whose key has changed stands first, because it waits for a decision', () => {
    expect(contactsOf({ contacts }, '').map(({ handle }) => handle)).toEqual(['Mossy', 'plum-comet', 'quiet-heron'])
  })
  it('[K7] the latest request is first', () => {
    const requests = [1, 3, 2].map((receivedAtMs) => ({ receivedAtMs })) as never
    expect(requestsOf({ requests }).map(({ receivedAtMs }) => receivedAtMs)).toEqual([3, 2, 1])
  })
  it('[K10] codes can be compared with contacts and with members of groups, never with oneself or strangers', () => {
    const state = { contacts, conversations }
    expect(personOf(state, 'a-plum-comet')).toMatchObject({ trust: 'verified', conversationId: 'c-plum-comet' })
    expect(personOf(state, 'a-walker')).toEqual({ handle: 'walker', trust: 'unverified' })
    expect(personOf(state, 'a-friend')).toEqual({ handle: 'friend', trust: 'unverified', conversationId: 'p' })
    expect(personOf(state, 'a-me')).toBeUndefined()
    expect(personOf(state, 'a-stranger')).toBeUndefined()
  })
  it('[K10] a safety code is read in 12 groups of five, a contact code in groups of four', () => {
    expect(digitGroups('0123456789'.repeat(6))).toHaveLength(12)
    expect(digitGroups('12345 67890')).toEqual(['12345', '67890'])
    expect(codeInGroups('abcdefgh234567ab')).toBe('abcd efgh 2345 67ab')
  })
})
