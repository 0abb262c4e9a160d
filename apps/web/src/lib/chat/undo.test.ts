import { createFakeClock, settle } from '@visavis/testkit'
import { fail, ok, type ConversationId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { SearchHit } from '../messenger/search-types.ts'
import type { Messenger } from '../messenger/types.ts'
import { createConversationDeeds } from './conversation-deeds.ts'
import { createSearchModel, SEARCH_AFTER_MS } from './search-model.ts'
import { createUndo, UNDO_MS } from './undo.ts'

describe('undo', () => {
  it('[K5] what deletes waits, can be undone, and happens when the screen is left', async () => {
    const clock = createFakeClock()
    const undo = createUndo({ clock })
    const done: string[] = []
    undo.later('deleted', () => done.push('first'))
    undo.undo()
    await clock.advance(UNDO_MS * 2)
    expect(done).toEqual([])
    undo.later('deleted', () => done.push('second'))
    expect(undo.get()).toEqual({ words: 'deleted', canUndo: true })
    await clock.advance(UNDO_MS)
    expect(done).toEqual(['second'])
    undo.later('deleted', () => done.push('third'))
    undo.later('deleted', () => done.push('fourth'))
    expect(done).toEqual(['second', 'third'])
    undo.flush()
    expect(done).toEqual(['second', 'third', 'fourth'])
    expect(undo.get()).toBeUndefined()
  })
})

describe('undo of what was done at once', () => {
  it('[S12] it is offered for a while, once, and not afterwards', async () => {
    const clock = createFakeClock()
    const undo = createUndo({ clock })
    const done: string[] = []
    undo.offer('muted', () => done.push('back'))
    expect(undo.get()).toEqual({ words: 'muted', canUndo: true })
    undo.undo()
    undo.undo()
    expect(done).toEqual(['back'])
    undo.offer('muted', () => done.push('late'))
    await clock.advance(UNDO_MS)
    undo.undo()
    undo.flush()
    expect(done).toEqual(['back'])
    expect(undo.get()).toBeUndefined()
  })
})

describe('what is done with a conversation', () => {
  function world(answer: ReturnType<typeof ok<true>> | ReturnType<typeof fail> = ok(true)) {
    const clock = createFakeClock()
    const asked: unknown[][] = []
    const messenger = new Proxy({} as Messenger, {
      get:
        (_, name) =>
        (...input: unknown[]) => {
          asked.push([name, ...input])
          return Promise.resolve(answer)
        },
    })
    const undo = createUndo({ clock })
    const told: unknown[] = []
    const deeds = createConversationDeeds({
      messenger,
      conversationId: 'c1' as ConversationId,
      undo,
      words: {
        historyDeleted: () => 'deleted',
        requestDeleted: () => 'refused',
        contactRemoved: (name) => `no ${name}`,
        blocked: (name) => `blocked ${name}`,
      },
      refuse: (code) => told.push(code),
      chooseForReport: () => told.push('report'),
      away: () => told.push('away'),
    })
    return { clock, asked, undo, told, deeds }
  }
  const them = { accountId: 'a1' as never, handle: 'heron' }

  it('[M7] a block is done at once and cannot be held up', async () => {
    const { deeds, asked, told, undo } = world()
    deeds.block(them)
    expect(asked).toEqual([['blockAccount', 'a1']])
    await settle()
    expect(told).toContain('away')
    expect(undo.get()).toEqual({ words: 'blocked heron', canUndo: false })
  })
  it('[M7] a block that failed says so and leaves nobody in the belief that it worked', async () => {
    const { deeds, told, undo } = world(fail('NETWORK_OFFLINE'))
    deeds.block(them)
    await settle()
    expect(told).toEqual(['NETWORK_OFFLINE'])
    expect(undo.get()).toBeUndefined()
  })
  it('[K7] a request is refused after the time to think better of it, and accepted at once', async () => {
    const { deeds, asked, clock } = world()
    deeds.remove()
    expect(asked).toEqual([])
    await clock.advance(UNDO_MS)
    await deeds.accept()
    expect(asked).toEqual([
      ['answerRequest', 'c1', false],
      ['answerRequest', 'c1', true],
    ])
  })
})

describe('search', () => {
  it('[K8] waits for the last key, and a late answer to old words is dropped', async () => {
    const clock = createFakeClock()
    const answers: ((hits: readonly SearchHit[]) => void)[] = []
    const search = createSearchModel({ clock, messenger: { search: () => new Promise((give) => answers.push(give)) } })
    search.seek('h')
    search.seek('he')
    await clock.advance(SEARCH_AFTER_MS)
    search.seek('her')
    await clock.advance(SEARCH_AFTER_MS)
    expect(answers).toHaveLength(2)
    answers[1]?.([])
    await settle()
    answers[0]?.([{ text: 'old' } as SearchHit])
    await settle()
    expect(search.get()).toEqual({ words: 'her', hits: [] })
    search.clear()
    expect(search.get()).toEqual({ words: '', hits: undefined })
  })
})
