import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { learn, NEW_PATH, stateOf, type PathFacts } from './path-state.ts'

const grow = (news: readonly Partial<PathFacts>[]) => {
  const states: string[] = []
  let facts = NEW_PATH
  for (const item of news) {
    facts = learn(facts, item)
    states.push(stateOf(facts))
  }
  return states
}

describe('the state of a path', () => {
  it('[M16] goes from preparing to connected, through interruptions and back', () => {
    const news = [
      { ice: true },
      { prepared: true },
      { applied: true },
      { secured: true },
      { ice: false },
      { ice: true },
    ]
    expect(grow(news)).toEqual(['preparing', 'ready', 'connecting', 'connected', 'interrupted', 'connected'])
  })

  it('[M16] is interrupted while ready or connecting as well, and comes back to what it was', () => {
    const ready = [
      { ice: true, prepared: true },
      { ice: false },
      { ice: true },
      { applied: true },
      { ice: false },
      { ice: true },
    ]
    expect(grow(ready)).toEqual(['ready', 'interrupted', 'ready', 'connecting', 'interrupted', 'connecting'])
  })

  it('through TURN is ready and connecting before ICE ever was connected', () => {
    const news = [{ prepared: true }, { applied: true }, { ice: true }, { secured: true }]
    expect(grow(news)).toEqual(['ready', 'connecting', 'connecting', 'connected'])
  })

  it('never leaves closed, and leaves failed only to be closed, whatever becomes known', () => {
    const fact = fc.record(
      { prepared: fc.boolean(), ice: fc.boolean(), applied: fc.boolean(), secured: fc.boolean() },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.array(fact), fc.array(fact), (before, after) => {
        expect(grow([...before, { over: 'closed' }, ...after, { over: 'failed' }]).at(-1)).toBe('closed')
        expect(grow([...before, { over: 'failed' }, ...after]).at(-1)).toBe('failed')
        expect(grow([...before, { over: 'failed' }, ...after, { over: 'closed' }]).at(-1)).toBe('closed')
      }),
    )
  })
})
