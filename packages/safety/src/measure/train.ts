import { isLate, FRESH_STATE } from '../conversation.ts'
import { findHits } from '../evidence/hits.ts'
import { rulesWeight } from '../evidence/weigh.ts'
import type { Flag } from '../findings.ts'
import { featuresOf, type Feature } from '../model/features.ts'
import { encodeWeights, scoreOf } from '../model/model.ts'
import type { Pack } from '../pack/compile.ts'
import type { ModelData } from '../pack/format.ts'
import { readLattice } from '../text/lattice.ts'
import type { CorpusLine } from './corpus.ts'
import { chooseLimits, type Outcome } from './limits.ts'
import { MEASURED } from './score.ts'

/**
 * Trains the linear model of a pack: logistic regression by AdaGrad, one row per flag, weights pruned and rounded to eight bits.
 * The limits `sure` and `doubt` come from five-fold cross-validation on the same lines. Deterministic. SPEC SF17.
 */
export type Sample = {
  readonly line: CorpusLine
  readonly features: readonly Feature[]
  readonly rules: (flag: Flag) => number
}

const FOLDS = 5
const EPOCHS = 12
const RATE = 0.5
const DECAY = 3e-3
const WEIGHTS_MAX = 1_000
const FEATURE_COUNT_MIN = 2
const POSITIVE_WEIGHT = 3
const OTHER_ATTACK_WEIGHT = 0.1

/** @param pack without a model @param lines of the develop part only */
export function train(pack: Pack, lines: readonly CorpusLine[]): ModelData {
  const samples = [...lines, ...lines.filter((line) => line.subject === 'ordinary').map(asOwn)].map((line) =>
    sampleOf(pack, line),
  )
  const flags: ModelData['flags'] = {}
  for (const flag of MEASURED) {
    const side = samples.filter(({ line }) => (line.direction === 'out') === (flag === 'own_pii'))
    if (!side.some(({ line }) => line.expected.includes(flag))) continue
    const outcomes: Outcome[] = []
    for (let fold = 0; fold < FOLDS; fold++) {
      const row = fit(
        side.filter((_, index) => index % FOLDS !== fold),
        flag,
      )
      for (const [index, sample] of side.entries()) {
        if (index % FOLDS === fold) outcomes.push(outcomeOf(sample, flag, scoreOf(row, sample.features).logOdds))
      }
    }
    const row = fit(side, flag)
    flags[flag] = {
      bias: rounded(row.bias),
      scale: row.scale,
      weights: encodeWeights(row.steps),
      ...chooseLimits(outcomes, pack.threshold(flag)),
    }
  }
  return { features: 1, flags }
}

const asOwn = (line: CorpusLine): CorpusLine => ({ ...line, direction: 'out' })

function sampleOf(pack: Pack, line: CorpusLine): Sample {
  const lattice = readLattice(line.text, pack.reading, pack.vocabulary)
  const hits = findHits(pack, lattice).rules
  const given = { pack, lattice, hits, direction: line.direction, context: line.context, state: FRESH_STATE }
  return {
    line,
    features: featuresOf(pack, lattice, hits, isLate(line.context, FRESH_STATE)),
    rules: (flag) => rulesWeight(given, flag),
  }
}

function outcomeOf({ line, rules }: Sample, flag: Flag, logOdds: number): Outcome {
  const kind = line.expected.includes(flag) ? 'wanted' : line.kind === 'negative' ? 'unwanted' : 'beside'
  return { kind, isOrdinary: line.subject === 'ordinary', rules: rules(flag), logOdds }
}

type Fitted = {
  readonly bias: number
  readonly scale: number
  readonly steps: ReadonlyMap<number, number>
  /** As the product will read them: rounded. */
  readonly weights: ReadonlyMap<number, number>
}

function fit(samples: readonly Sample[], flag: Flag): Fitted {
  const counts = new Map<number, number>()
  for (const { features } of samples)
    for (const { bucket } of features) counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
  const weights = new Map<number, { value: number; squares: number }>()
  const bias = { value: 0, squares: 1 }
  const order = shuffled(samples)
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (const { features, line } of order) {
      const wanted = line.expected.includes(flag)
      const importance = wanted ? POSITIVE_WEIGHT : line.kind === 'negative' ? 1 : OTHER_ATTACK_WEIGHT
      const unit = 1 / Math.sqrt(Math.max(1, features.length))
      const known = features.flatMap(({ bucket, ofRule }) => {
        if ((counts.get(bucket) ?? 0) < FEATURE_COUNT_MIN || (ofRule && epoch % 2 === 1)) return []
        const cell = weights.get(bucket) ?? { value: 0, squares: 1e-3 }
        weights.set(bucket, cell)
        return [cell]
      })
      const sum = known.reduce((total, cell) => total + cell.value * unit, bias.value)
      const slope = (1 / (1 + Math.exp(-sum)) - (wanted ? 1 : 0)) * importance
      for (const cell of known) step(cell, slope * unit + DECAY * cell.value)
      step(bias, slope)
    }
  }
  return prune(weights, bias.value)
}

function step(cell: { value: number; squares: number }, gradient: number): void {
  cell.squares += gradient * gradient
  cell.value -= (RATE * gradient) / Math.sqrt(cell.squares)
}

function prune(weights: ReadonlyMap<number, { readonly value: number }>, bias: number): Fitted {
  const strongest = [...weights].toSorted(([, a], [, b]) => Math.abs(b.value) - Math.abs(a.value)).slice(0, WEIGHTS_MAX)
  const largest = Math.abs(strongest[0]?.[1].value ?? 1)
  const scale = Number((largest / 127).toPrecision(4))
  const steps = new Map(
    strongest
      .map(([bucket, { value }]) => [bucket, Math.max(-127, Math.min(127, Math.round(value / scale)))] as const)
      .filter(([, value]) => value !== 0),
  )
  return {
    bias: rounded(bias),
    scale,
    steps,
    weights: new Map([...steps].map(([bucket, value]) => [bucket, value * scale])),
  }
}

/** Always the same order, in which the files are mixed. */
function shuffled<T>(items: readonly T[]): readonly T[] {
  const order = [...items]
  let state = 12_345
  for (let i = order.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    const other = Math.floor((state / 2 ** 32) * (i + 1))
    ;[order[i], order[other]] = [order[other] as T, order[i] as T]
  }
  return order
}

const rounded = (value: number): number => Number(value.toFixed(4))
