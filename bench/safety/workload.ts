import { compilePack, createEngine, readPackData, type Engine } from '@visavis/safety'
import { createBaseline } from '@visavis/safety/measure'

/** One language: its pack as delivered, its list of key words, and messages to look at. */
export type Load = {
  readonly language: string
  readonly pack: string
  readonly baseline: string
  readonly messages: readonly string[]
}

/** Milliseconds, rounded to what the clock knows. */
export type Timed = {
  readonly language: string
  readonly loadMs: readonly number[]
  readonly perMessageMs: readonly number[]
  readonly baselineMs: readonly number[]
}

const LOADS = 5
/** How long a fixed piece of arithmetic takes: what throttling does to this thread. */
const SPINS = 20_000_000

export function spin(): number {
  const started = performance.now()
  let value = 1
  for (let i = 0; i < SPINS; i++) value = Math.imul(value ^ i, 0x01000193)
  return performance.now() - started + (value === 0 ? 1 : 0)
}

/** Reads the pack several times, then looks at every message once, each for itself on the clock. */
export function measureLoad({ language, pack, baseline, messages }: Load): Timed {
  const loadMs: number[] = []
  let engine: Engine | undefined
  for (let round = 0; round < LOADS; round++) {
    const started = performance.now()
    engine = engineOf(pack)
    loadMs.push(performance.now() - started)
  }
  const ours = engine ?? engineOf(pack)
  for (const text of messages.slice(0, 200)) ours.check({ text, direction: 'in' }) // Compiled by then, as after a first conversation.
  const perMessageMs = messages.map((text) => timed(() => ours.check({ text, direction: 'in' })))
  const words = createBaseline(baseline, 'baseline')
  const line = { language, subject: 'ordinary', kind: 'negative', direction: 'in', context: {}, expected: [] } as const
  const baselineMs = messages.map((text) => timed(() => words({ ...line, text })))
  return { language, loadMs, perMessageMs, baselineMs }
}

function engineOf(pack: string): Engine {
  const data = readPackData(JSON.parse(pack))
  const compiled = data.ok ? compilePack(data.value) : data
  if (!compiled.ok) throw new Error(compiled.where)
  return createEngine([compiled.value])
}

function timed(work: () => unknown): number {
  const started = performance.now()
  work()
  return performance.now() - started
}
