import fc from 'fast-check'
import { encodeRising, encodeSteps } from '../src/model/encoding.ts'
import { BUCKETS } from '../src/model/hash.ts'
import { compilePack, createEngine, readPackData } from '../src/index.ts'
import { smallPack } from '../tests/small-pack.ts'

/**
 * Models as a damaged or hostile pack might hold them: each is refused or works, and whatever it weighs, a finding has a confidence and
 * a place in the text. Nothing throws.
 *
 * @throws Error naming what failed, with seed and smallest counterexample
 */
export function fuzz({ seed, runs }: { seed: number; runs: number }): void {
  const number = fc.oneof(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.constantFrom(0, 1e300, -1e300))
  const buckets = fc.uniqueArray(fc.nat(BUCKETS - 1), { maxLength: 300 }).map((list) => list.toSorted((a, b) => a - b))
  const column = (size: number) =>
    fc.record({
      bias: number,
      scale: number,
      sure: number,
      trust: number,
      steps: fc.oneof(
        fc.array(fc.integer({ min: -46, max: 46 }), { minLength: size, maxLength: size }).map(encodeSteps),
        fc.string({ maxLength: 20 }),
      ),
    })
  const model = buckets.chain((list) =>
    fc.record({
      features: fc.constantFrom(2, 2, 2, 1, 3),
      groups: fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 5, maxLength: 5 }),
      classes: fc.dictionary(fc.constantFrom('a', 'b', 'k_c'), fc.constantFrom('send', 'mon* cash', '*', '', 'a b  c')),
      buckets: fc.oneof(fc.constant(encodeRising(list)), fc.string({ maxLength: 30 })),
      columns: fc.dictionary(fc.constantFrom('money', 'threat', 'own_pii', 'nothing'), column(list.length)),
    }),
  )
  fc.assert(fc.property(model, fc.string({ unit: 'binary', maxLength: 200 }), fc.boolean(), survives), {
    seed,
    numRuns: runs,
  })
}

function survives(model: unknown, text: string, own: boolean): void {
  const data = readPackData({ ...smallPack(), model })
  const pack = data.ok ? compilePack(data.value) : data
  if (!pack.ok) return
  const said = `send cash ${text}`
  const { findings } = createEngine([pack.value]).check({ text: said, direction: own ? 'out' : 'in' })
  for (const { span, confidence } of findings) {
    if (span.start >= span.end || span.end > said.length) throw new Error('a span outside the text')
    if (!(confidence > 0 && confidence <= 1)) throw new Error('a confidence that is none')
  }
}
