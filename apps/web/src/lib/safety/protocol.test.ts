import { createEngine, FRESH_STATE } from '@visavis/safety'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { englishEngine } from '../messenger/safety/sim/local-safety.ts'
import { asked, readAnswer, readQuestion, type EngineLine } from './protocol.ts'
import { serveEngine } from './serve.ts'

// What comes over the line is cloned by the browser, so that anything can come that a structured clone can carry.
const junk = fc.anything({ withDate: true, withMap: true, withSet: true, withTypedArray: true, withBigInt: true })
const nearly = fc.record({
  kind: fc.oneof(fc.constantFrom('check', 'name', 'versions', 'ready', 'failed', 'checked', 'named', 'refused'), junk),
  id: fc.oneof(fc.nat(), junk),
  name: fc.oneof(fc.string(), junk),
  poses: fc.oneof(fc.array(junk), junk),
  message: fc.oneof(
    junk,
    fc.record({ text: fc.oneof(fc.string(), junk), direction: fc.oneof(fc.constant('in'), junk) }),
  ),
  checked: fc.oneof(junk, fc.record({ findings: fc.array(junk), state: junk })),
})

describe('the line to the engine', () => {
  it('[S12] passes over whatever is no question and no answer, and nothing throws', () => {
    fc.assert(
      fc.property(fc.oneof(junk, nearly), (value) => {
        const { id, question } = readQuestion(value)
        if (question) expect(question.id).toBe(id)
        const answer = readAnswer(value)
        if (answer) expect(['ready', 'failed', 'named', 'versions', 'refused']).toContain(answer.kind)
      }),
      { numRuns: 2_000 },
    )
  })

  it('[S12] carries whatever the engine is asked and answers', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.constantFrom('in' as const, 'out' as const), (text, direction) => {
        const message = asked({ text, direction, context: { minutesKnown: -1, countries: ['DE'] }, state: FRESH_STATE })
        const question = structuredClone({ kind: 'check', id: 7, message })
        expect(readQuestion(question)).toEqual({ question, id: 7 })
        const checked = englishEngine().check(message)
        const answer = structuredClone({ kind: 'checked', id: 7, checked })
        expect(readAnswer(answer)).toEqual(answer)
      }),
    )
  })

  it('[S12] cuts a text that is longer than the engine looks at', () => {
    expect(asked({ text: 'a'.repeat(200_000), direction: 'in' }).text).toHaveLength(100_000)
  })

  it('[S12] whoever asks nonsense is refused where that can be said, and the next question is answered', async () => {
    const said: unknown[] = []
    let heard: (data: unknown) => void = () => undefined
    const line: EngineLine = {
      post: (message) => void said.push(message),
      listen: (to) => void (heard = to),
      close: () => {},
    }
    const server = serveEngine({
      load: async () => [],
      phones: async () => ({ isPossible: () => true }),
    })
    // No packs: the engine cannot be had.
    server.connect(line)
    server.choose(['en'])
    await expect.poll(() => said).toEqual([{ kind: 'failed' }])
    heard({ kind: 'check', id: 3, message: {} })
    heard(null)
    expect(said.slice(1)).toEqual([{ kind: 'refused', id: 3 }])
    expect(() => createEngine([])).toThrow()
  })
})
