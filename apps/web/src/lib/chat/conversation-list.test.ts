import type { AccountId, ConversationId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { ConversationSummary, MessengerState } from '../messenger/types.ts'
import {
  AVATAR_COLOURS,
  chatListOf,
  colourOf,
  initialsOf,
  neighbourOf,
  newsOf,
  summaryOf,
} from './conversation-list.ts'

const id = (name: string) => name as ConversationId
const summary = (name: string, change: Partial<ConversationSummary> = {}): ConversationSummary => ({
  conversationId: id(name),
  kind: 'pair',
  state: 'open',
  title: name,
  members: [],
  unread: 0,
  draft: '',
  isMuted: false,
  mutedFlags: [],
  isSecuring: false,
  ...change,
})
const last = (atMs: number, change: object = {}) =>
  ({ text: 'hello', kind: 'text', fromMe: false, atMs, ...change }) as const
const state = (
  conversations: readonly ConversationSummary[],
  change: Partial<MessengerState> = {},
): MessengerState => ({
  phase: { kind: 'ready' },
  contacts: [],
  requests: [],
  conversations,
  unread: 0,
  ...change,
})

describe('the list of conversations', () => {
  it('[K7] requests stand apart, those without a conversation yet too, each once', () => {
    const request = { accountId: 'a' as AccountId, handle: 'plum', conversationId: id('r2'), receivedAtMs: 1 }
    const list = chatListOf(
      state([summary('r1', { state: 'request' }), summary('c1')], {
        requests: [request, { ...request, conversationId: id('r1') }],
      }),
    )
    expect(list.requests.map(({ conversationId }) => conversationId)).toEqual(['r1', 'r2'])
    expect(list.requests[1]).toMatchObject({ title: 'plum', state: 'request' })
    expect(list.conversations.map(({ conversationId }) => conversationId)).toEqual(['c1'])
  })
  it('[K8] words narrow the list by title, whatever the case', () => {
    const list = chatListOf(state([summary('Quiet-Heron'), summary('plum')]), ' heron ')
    expect(list.conversations.map(({ title }) => title)).toEqual(['Quiet-Heron'])
  })
  it('[O5] the keyboard goes to the neighbour and stops at the ends', () => {
    const list = chatListOf(state([summary('a'), summary('r', { state: 'request' }), summary('b')]))
    expect(neighbourOf(list, undefined, 1)).toBe('r')
    expect(neighbourOf(list, id('r'), 1)).toBe('a')
    expect(neighbourOf(list, id('b'), 1)).toBeUndefined()
    expect(neighbourOf(list, id('a'), -1)).toBe('r')
    expect(neighbourOf(list, id('gone'), -1)).toBe('r')
  })
  it('[K7] a conversation is found wherever it stands', () => {
    const now = state([summary('a'), summary('r', { state: 'request' })])
    expect(summaryOf(now, id('r'))?.state).toBe('request')
    expect(summaryOf(now, id('x'))).toBeUndefined()
  })
  it('[O5] a new message is announced; one of mine, a muted one and a first look are not', () => {
    const before = state([summary('a', { last: last(1) })])
    const after = (change: Partial<ConversationSummary>) => state([summary('a', change)])
    expect(newsOf(before, after({ last: last(2) }))).toMatchObject({ title: 'a', text: 'hello' })
    expect(newsOf(before, after({ last: last(1) }))).toBeUndefined()
    expect(newsOf(before, after({ last: last(2, { fromMe: true }) }))).toBeUndefined()
    expect(newsOf(before, after({ last: last(2), isMuted: true }))).toBeUndefined()
    expect(newsOf(state([], { phase: { kind: 'opening' } }), after({ last: last(2) }))).toBeUndefined()
  })
  it('[K7] the words of a request are not read out', () => {
    expect(newsOf(state([]), state([summary('r', { state: 'request', last: last(2) })]))?.text).toBe('')
  })
  it('[O5] letters and colours are the same every time', () => {
    expect(initialsOf('amber-otter-72')).toBe('AO')
    expect(initialsOf('plum')).toBe('P')
    expect(initialsOf('42')).toBe('4')
    expect(initialsOf('')).toBe('?')
    expect(colourOf('c1')).toBe(colourOf('c1'))
    for (const each of ['a', 'b', 'ü', '']) expect(colourOf(each)).toBeLessThan(AVATAR_COLOURS)
  })
})
