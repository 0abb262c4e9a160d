import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { compilePack, createEngine, mask, readPackData, readState, type Engine } from '../src/index.ts'

const LARGE_CHARS = 100_000
/** A message of this size costs some hundred times an ordinary one. */
const RUNS_PER_LARGE = 20

const PIECES = [
  'send me ',
  'your ',
  'number ',
  'w h a t s ',
  'm0n3y ',
  '5️⃣',
  'five ',
  'double ',
  '-',
  '.',
  '@',
  '://',
  '$',
  'DE89 ',
  '+1',
  'e\u0301',
  '\u200b',
  '🍑',
  '(',
  '*',
  "'",
  '\n',
  '?',
  'мо',
  'ﷺ',
  '\ud800',
  'aaaaaaaa',
  '1234567890 ',
  'i love you ',
  'or else ',
]

/**
 * Hostile messages against the whole engine: nothing throws, every span lies inside the text, what is hidden stays as long, and the
 * new state can be stored. Among them messages of 100 kB made of one piece, on which a search that backtracks would never end.
 *
 * @throws Error naming what failed, with seed and smallest counterexample
 */
export function fuzz({ seed, runs }: { seed: number; runs: number }): void {
  const engine = createEngine([englishPack()])
  const hostile = fc.oneof(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'binary', maxLength: 300 }),
  )
  fc.assert(
    fc.property(hostile, fc.boolean(), (text, own) => survives(engine, text, own)),
    { seed, numRuns: runs },
  )
  const unit = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''))
  const large = unit.map((piece) => piece.repeat(Math.ceil(LARGE_CHARS / piece.length)))
  const isSurvived = fc.property(large, (text) => survives(engine, text, false))
  fc.assert(isSurvived, { seed, numRuns: Math.ceil(runs / RUNS_PER_LARGE), endOnFailure: true })
}

function survives(engine: Engine, text: string, own: boolean): void {
  const { findings, state } = engine.check({ text, direction: own ? 'out' : 'in' })
  for (const { span, confidence } of findings) {
    if (span.start >= span.end || span.end > text.length) throw new Error('a span outside the text')
    if (!(confidence > 0 && confidence <= 1)) throw new Error('a confidence that is none')
  }
  if (mask(text, findings).length > text.length) throw new Error('hiding made it longer')
  if (!readState(JSON.parse(JSON.stringify(state))).ok) throw new Error('a state that cannot be stored')
}

function englishPack() {
  const read = (file: string) =>
    JSON.parse(readFileSync(new URL(`../packs/${file}`, import.meta.url), 'utf8')) as object
  const data = readPackData({ ...read('en.json'), model: read('en.model.json') })
  const pack = data.ok ? compilePack(data.value) : data
  if (!pack.ok) throw new Error(pack.where)
  return pack.value
}
