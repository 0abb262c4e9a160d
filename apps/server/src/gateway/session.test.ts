import { SESSION_OUTBOX_BYTES_MAX, SESSION_OUTBOX_FRAMES_MAX } from '@visavis/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ANSWERS_MAX, createSession } from './session.ts'

const frame = (seq: number) => Uint8Array.of(seq & 255)

describe('outbox of a session', () => {
  it('[K4] keeps what was not acknowledged, in order, for any acknowledgements a client sends', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant('send'), fc.nat({ max: 300 })), { maxLength: 200 }), (steps) => {
        const session = createSession('s')
        let sent = 0
        let acked = 0
        for (const step of steps) {
          if (step === 'send') {
            let given = 0
            expect(session.enqueue((seq) => frame((given = seq)))).toBeDefined()
            expect(given).toBe(++sent)
          } else {
            session.acknowledged(step)
            acked = Math.max(acked, Math.min(sent, step))
          }
          const expected = Array.from({ length: sent - acked }, (_, index) => frame(acked + 1 + index))
          expect(session.outstanding(acked)).toEqual(expected)
          expect(session.lastSeq()).toBe(sent)
        }
      }),
    )
  })

  it('[M16] is lost, and holds nothing, when a client acknowledges nothing: too many frames', () => {
    const session = createSession('s')
    for (let n = 0; n < SESSION_OUTBOX_FRAMES_MAX; n++) expect(session.enqueue(frame)).toBeDefined()
    expect(session.whole()).toBe(true)
    expect(session.enqueue(frame)).toBeUndefined()
    expect(session.whole()).toBe(false)
    expect(session.outstanding(0)).toEqual([])
    expect(session.enqueue(frame)).toBeUndefined()
  })

  it('[M16] is lost when the bytes are too many, and counts acknowledged bytes no longer', () => {
    const half = () => new Uint8Array(SESSION_OUTBOX_BYTES_MAX / 2)
    const session = createSession('s')
    session.enqueue(half)
    session.enqueue(half)
    session.acknowledged(1)
    expect(session.enqueue(half)).toBeDefined()
    expect(session.enqueue(half)).toBeUndefined()
    expect(session.whole()).toBe(false)
  })
})

describe('answers of a session', () => {
  const answer = (n: number) => Uint8Array.of(n & 255, n >> 8)

  it('[K4] carries a frame out once, and answers it again with the same bytes', () => {
    const session = createSession('s')
    expect(session.admit(1).kind).toBe('new')
    expect(session.admit(1).kind).toBe('pending')
    session.answered(1, answer(1), true)
    expect(session.admit(1)).toEqual({ kind: 'repeat', answer: answer(1) })
  })

  it('[K4] lets a frame that was refused for now be tried again under its id', () => {
    const session = createSession('s')
    session.admit(7)
    session.answered(7, answer(7), false)
    expect(session.admit(7).kind).toBe('new')
  })

  it('refuses ids whose answers are forgotten, and more unanswered frames than a client has on the way', () => {
    const session = createSession('s')
    for (let id = 1; id <= ANSWERS_MAX; id++) expect(session.admit(id).kind).toBe('new')
    expect(session.admit(ANSWERS_MAX + 1).kind).toBe('too-many')
    for (let id = 1; id <= ANSWERS_MAX; id++) session.answered(id, answer(id), true)
    session.admit(1_000)
    session.answered(1_000, answer(1_000), true)
    expect(session.admit(1).kind).toBe('too-old')
    expect(session.admit(2).kind).toBe('repeat')
  })
})
