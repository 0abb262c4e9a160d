import { alice, bob } from '@visavis/testkit'
import type { ConversationId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { answered, kept, otherOf, pairOf, removed, requested, type Contact } from './rules.ts'

const a = alice.accountId
const b = bob.accountId
const conversationId = 'c0000000-0000-4000-8000-000000000001' as ConversationId
const fresh = { ...pairOf(b, a), conversationId, nowMs: 9 }
const contact = (state: Contact['state'], requestedBy?: Contact['requestedBy']): Contact => {
  return { a, b, conversationId, state, requestedBy, sinceMs: 1 }
}
const request = contact('request', a)
const open = contact('open')
const over = contact('over')
const declined = contact('over', a)

describe('what may become of a contact', () => {
  it('[M17] is kept in one order, whoever is named first', () => {
    expect(pairOf(b, a)).toEqual({ a, b })
    expect(otherOf(open, a)).toBe(b)
    expect(otherOf(open, b)).toBe(a)
  })

  it('[K7] a request begins what is not there or was ended, and changes nothing else', () => {
    expect(requested(undefined, a, fresh)).toEqual({ ...request, sinceMs: 9 })
    expect(requested(over, a, fresh)).toEqual({ ...request, sinceMs: 9 })
    for (const standing of [open, request, declined]) expect(requested(standing, a, fresh)).toBe(standing)
  })

  it('[K7] [M17] a request of the one who was asked makes a contact, also after declining', () => {
    for (const standing of [request, declined]) expect(requested(standing, b, fresh)).toEqual({ ...open, sinceMs: 9 })
  })

  it('[K7] only who was asked answers, and only what is open', () => {
    expect(answered(request, b, true, 9)).toEqual({ ...open, sinceMs: 9 })
    expect(answered(request, b, false, 9)).toEqual({ ...declined, sinceMs: 9 })
    expect(answered(request, a, true, 9)).toBeUndefined()
    for (const standing of [undefined, open, over, declined]) expect(answered(standing, b, true, 9)).toBeUndefined()
  })

  it('[M17] two wishes make a contact of anything; an end makes one of contacts only', () => {
    for (const standing of [undefined, request, over, declined])
      expect(kept(standing, fresh)).toEqual({ ...open, sinceMs: 9 })
    expect(kept(open, fresh)).toBe(open)
    expect(removed(open, 9)).toEqual({ ...over, sinceMs: 9 })
    for (const standing of [undefined, request, over, declined]) expect(removed(standing, 9)).toBeUndefined()
  })
})
