import { FLAGS, type Flag } from '../findings.ts'
import type { ModelData, TrainedModel } from '../pack/format.ts'
import { fail, ok, type SafetyResult } from '../result.ts'
import { readClasses, type Classes } from './classes.ts'
import { decodeRising, decodeSteps } from './encoding.ts'
import { featuresOf, FEATURES_VERSION, GROUPS, LETTERS, lettersOf, RULES, type RuleHits } from './features.ts'
import { BUCKETS } from './hash.ts'
import type { Reading, Unit, Window } from './reading.ts'
import { createTable } from './table.ts'

/**
 * A linear model over hashed features, one column of weights per flag: trained from the develop part of the corpus by
 * `npm run safety:train`, never from what people write. SPEC SF17.
 */
export type Model = {
  readonly flags: readonly Flag[]
  readonly classes: Classes
  /** What it makes of a message: of each flag the part of the message that speaks for it most. */
  score(message: Scored): readonly Score[]
  /** The words of a score's part that speak for its flag most, as units. */
  quote(message: Scored, score: Score): Window
}

export type Scored = { readonly reading: Reading; readonly rules: RuleHits; readonly isLate: boolean }

export type Score = {
  readonly flag: Flag
  readonly logOdds: number
  readonly window: Window
  /** Log-odds, evidence of the rules included, from which the flag is told. */
  readonly sure: number
  /** How much of the rules' evidence is added. */
  readonly trust: number
}

type Column = {
  readonly flag: Flag
  readonly bias: number
  readonly scale: number
  readonly sure: number
  readonly trust: number
}

/** Rows of a word's runs of letters, and how many runs there are, known or not. */
type KnownLetters = { readonly rows: readonly number[]; readonly count: number }

const QUOTE_UNITS_MAX = 12
/** A word belongs to the quote when it weighs so much of the heaviest. */
const QUOTE_SHARE = 0.15

/** The model of a pack; undefined when it has none, or one of a version that this engine does not know. */
export function readModel(data: ModelData | undefined): SafetyResult<Model | undefined> {
  if (data === undefined || !isKnown(data)) return ok(undefined)
  const buckets = decodeRising(data.buckets, BUCKETS)
  if (buckets === undefined) return fail('SAFETY_PACK_MALFORMED', 'model buckets')
  const columns: Column[] = []
  const names = Object.keys(data.columns)
  const width = names.length
  const weights = new Int8Array(buckets.length * width)
  for (const [index, name] of names.entries()) {
    const column = data.columns[name]
    const flag = FLAGS.find((each) => each === name)
    const steps = column && decodeSteps(column.steps)
    if (column === undefined || flag === undefined || steps?.length !== buckets.length)
      return fail('SAFETY_PACK_MALFORMED', `model ${name}`)
    for (let row = 0; row < steps.length; row++) weights[row * width + index] = steps[row] ?? 0
    columns.push({ flag, bias: column.bias, scale: column.scale, sure: column.sure, trust: column.trust })
  }
  const classes = readClasses(data.classes)
  if (!classes.ok) return classes
  return ok(modelOf(createTable(buckets), columns, weights, data.groups, classes.value))
}

const isKnown = (data: ModelData): data is TrainedModel => data.features === FEATURES_VERSION

type Table = ReturnType<typeof createTable>

function modelOf(
  table: Table,
  columns: readonly Column[],
  weights: Int8Array,
  groups: readonly number[],
  classes: Classes,
): Model {
  const width = columns.length
  // Which rows a part has counted already, by the number of the part: cleared when the numbers are used up, and not for each message.
  const seen = new Uint16Array(table.size)
  let parts = 0

  function nextPart(): number {
    if (parts === 0xff_ff) {
      seen.fill(0)
      parts = 0
    }
    return ++parts
  }

  /** Sums per group and flag, and what one feature of a group counts. */
  function weighWindow({ reading, rules, isLate }: Scored, window: Window, known: KnownLetters[]): Float64Array {
    const part = nextPart()
    const sums = new Float64Array(GROUPS.length * width)
    const counts = new Float64Array(GROUPS.length)
    const add = (row: number, group: number): void => {
      if (row < 0 || seen[row] === part) return
      seen[row] = part
      for (let column = 0; column < width; column++) sums[group * width + column]! += weights[row * width + column]!
    }
    const count = (bucket: number, group: number): void => {
      counts[group]! += 1
      add(table.find(bucket), group)
    }
    featuresOf(reading, window, rules, isLate, count, (at) => {
      const letters = (known[at] ??= knownLetters(reading.units[at] as Unit))
      counts[LETTERS]! += letters.count
      for (const row of letters.rows) add(row, LETTERS)
    })
    return totalOf(sums, counts)
  }

  /** Runs of letters that the model knows; most it does not, and so many are not looked up again for each part of a message. */
  function knownLetters(unit: Unit): KnownLetters {
    const rows: number[] = []
    let count = 0
    lettersOf(unit, (bucket) => {
      count += 1
      const row = table.find(bucket)
      if (row >= 0) rows.push(row)
    })
    return { rows, count }
  }

  function totalOf(sums: Float64Array, counts: Float64Array): Float64Array {
    const units = GROUPS.map((_, group) => unitOf(groups, group, counts[group]!))
    const total = new Float64Array(width)
    for (const [index, column] of columns.entries()) {
      let sum = 0
      for (let group = 0; group < GROUPS.length; group++) sum += sums[group * width + index]! * units[group]!
      total[index] = column.bias + sum * column.scale
    }
    return total
  }

  return {
    flags: columns.map(({ flag }) => flag),
    classes,
    score(message) {
      const known: KnownLetters[] = []
      const totals = message.reading.windows.map((window) => weighWindow(message, window, known))
      return columns.map(({ flag, sure, trust }, index) => {
        let best = -1
        for (const [at, total] of totals.entries())
          if (best < 0 || (total[index] ?? 0) > (totals[best]?.[index] ?? 0)) best = at
        const window = message.reading.windows[best] ?? { from: 0, to: 0 }
        return { flag, sure, trust, window, logOdds: totals[best]?.[index] ?? -Infinity }
      })
    },
    quote({ reading, rules, isLate }, { flag, window }) {
      const index = columns.findIndex((column) => column.flag === flag)
      const perUnit = new Float64Array(window.to - window.from)
      const counts = new Float64Array(GROUPS.length)
      featuresOf(reading, window, rules, isLate, (_, group) => (counts[group] = (counts[group] ?? 0) + 1))
      featuresOf(reading, window, rules, isLate, (bucket, group, from, to) => {
        const row = table.find(bucket)
        if (row < 0 || to - from > QUOTE_UNITS_MAX) return
        const share = ((weights[row * width + index] ?? 0) * unitOf(groups, group, counts[group] ?? 0)) / (to - from)
        for (let at = from - window.from; at < to - window.from; at++) perUnit[at] = (perUnit[at] ?? 0) + share
      })
      const { from, to } = heaviest(perUnit)
      return { from: window.from + from, to: window.from + to }
    },
  }
}

/** Features per group of a message of a few words: a single word must not speak as loud as a sentence. */
const FLOORS = [15, 60, 20, 15, 0]

/** What one feature counts: groups are equally long whatever the number of their features; rules count in full. */
export function unitOf(groups: readonly number[], group: number, count: number): number {
  const weight = groups[group] ?? 0
  return group === RULES ? weight : weight / Math.sqrt(count + (FLOORS[group] ?? 0))
}

/** The stretch that weighs most, of bounded length, without light words around it. */
function heaviest(perUnit: Float64Array): Window {
  const largest = perUnit.reduce((most, each) => Math.max(most, each), 0)
  let best = { from: 0, to: Math.min(QUOTE_UNITS_MAX, perUnit.length), sum: 0 }
  for (let from = 0; from < perUnit.length; from++) {
    let sum = 0
    for (let to = from + 1; to <= perUnit.length && to - from <= QUOTE_UNITS_MAX; to++) {
      sum += (perUnit[to - 1] ?? 0) - QUOTE_SHARE * largest
      if (sum > best.sum) best = { from, to, sum }
    }
  }
  return best
}
