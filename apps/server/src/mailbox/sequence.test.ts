import { createFakeClock } from '@visavis/testkit'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSequence } from './sequence.ts'

it('[K4] counts up per device over restarts, clocks set back and pauses', async () => {
  type Step = { kind: 'next'; device: string } | { kind: 'wait'; ms: number } | { kind: 'restart' } | { kind: 'back' }
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constant('next' as const), device: fc.constantFrom('a', 'b') }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(5) }),
    fc.constant({ kind: 'restart' as const }),
    fc.constant({ kind: 'back' as const }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      let epochs = 0
      const clock = createFakeClock()
      const create = () => createSequence({ clock, nextEpoch: async () => ++epochs })
      let sequence = create()
      const lasts = new Map<string, number>()
      for (const each of steps) {
        if (each.kind === 'wait') await clock.advance(each.ms)
        else if (each.kind === 'back') clock.setNowMs(clock.nowMs() - 86_400_000)
        else if (each.kind === 'restart') sequence = create()
        else {
          await sequence.ready()
          const next = sequence.next(each.device) ?? -1
          expect(Number.isSafeInteger(next)).toBe(true)
          expect(next).toBeGreaterThan(lasts.get(each.device) ?? 0)
          lasts.set(each.device, next)
        }
      }
    }),
    { numRuns: 50 },
  )
})

it('[K4] gives nothing before storage gave an epoch, asks once for many, and again after a failure', async () => {
  let asked = 0
  const sequence = createSequence({
    clock: createFakeClock(),
    nextEpoch: async () => {
      if (++asked === 1) throw new Error('gone')
      return asked
    },
  })
  expect(sequence.next('a')).toBeUndefined()
  await expect(Promise.all([sequence.ready(), sequence.ready()])).rejects.toThrow('gone')
  await Promise.all([sequence.ready(), sequence.ready()])
  expect(asked).toBe(2)
  expect(sequence.next('a')).toBeGreaterThan(0)
})
