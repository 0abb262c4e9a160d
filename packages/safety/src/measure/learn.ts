import type { Flag } from '../findings.ts'
import { STEPS_MAX } from '../model/encoding.ts'
import { fit, valueOf, type Rows } from './fit.ts'
import { columnsOf, valuesOf, type Columns, type Sample } from './samples.ts'
import { MEASURED } from './score.ts'

/** What was chosen by cross-validation inside the develop parts, and is the same for every language. */
export type Settings = {
  /** What an error costs: more fits the lines closer. */
  readonly cost: number
  /** What each group of features counts: words, letters, mixed, kinds, rules. */
  readonly groups: readonly number[]
  readonly attack: number
  readonly ordinary: number
  /** An attack of another kind without the label: perhaps nobody thought of it. */
  readonly other: number
  readonly variant: number
  readonly foreign: number
  readonly sentence: number
  /** How many buckets keep weights. */
  readonly rows: number
}

export const SETTINGS: Settings = {
  cost: 0.3,
  groups: [1, 1, 1.5, 1.5, 0.5],
  attack: 1.5,
  ordinary: 1.5,
  other: 0.1,
  variant: 0.3,
  foreign: 0.5,
  sentence: 0.5,
  rows: 40_000,
}

/** Everything that is learned from, in one matrix: a row for each window of each sample. */
export type Material = {
  readonly samples: readonly Sample[]
  readonly columns: Columns
  readonly rows: Rows
  /** For each row its sample and which of its windows. */
  readonly owners: Int32Array
  readonly windows: Uint16Array
  /** For each sample its first row. */
  readonly first: Int32Array
}

export function materialOf(samples: readonly Sample[], settings: Settings): Material {
  const columns = columnsOf(samples)
  const starts = [0]
  const owners: number[] = []
  const windows: number[] = []
  const parts: { readonly columns: number[]; readonly values: number[] }[] = []
  const first = new Int32Array(samples.length + 1)
  let size = 0
  for (const [index, sample] of samples.entries()) {
    first[index] = owners.length
    for (const [number, window] of sample.windows.entries()) {
      const part = valuesOf(window, columns, settings.groups)
      parts.push(part)
      size += part.columns.length
      starts.push(size)
      owners.push(index)
      windows.push(number)
    }
  }
  first[samples.length] = owners.length
  const rows = { starts: Int32Array.from(starts), columns: new Int32Array(size), values: new Float32Array(size) }
  for (const [row, part] of parts.entries()) {
    rows.columns.set(part.columns, rows.starts[row])
    rows.values.set(part.values, rows.starts[row])
  }
  return { samples, columns, rows, owners: Int32Array.from(owners), windows: Uint16Array.from(windows), first }
}

export const isOwn = (flag: Flag): boolean => flag === 'own_pii'

/** The weights of one flag, in steps of `scale`, for the columns that are kept. */
export type Learned = {
  readonly flags: readonly Flag[]
  /** Columns of the material that keep weights, rising. */
  readonly kept: Int32Array
  readonly columns: readonly Learnt[]
  /** Whether anything at all is wrong with an incoming message: many more lines speak of that than of any one flag. */
  readonly general: Learnt
}
export type Learnt = { readonly flag: Flag | undefined; readonly bias: number; readonly weights: Float32Array }

/**
 * Learns every flag from the samples that `uses` admits. Deterministic. What few columns can say is learned anew without the others:
 * weights that were found beside those of columns that are not kept would lean on them.
 */
export function learn(material: Material, settings: Settings, uses: (sample: Sample) => boolean): Learned {
  const flags = MEASURED.filter((flag) =>
    material.samples.some((sample) => uses(sample) && sample.line.expected.includes(flag)),
  )
  const targets = [...flags, undefined].map((flag) => ({ flag, ...targetsOf(material, settings, flag, uses) }))
  const first = targets.map(
    ({ chosen, wanted, costs }) => fit(material.rows, chosen, wanted, costs, material.columns.buckets.length).weights,
  )
  const kept = strongest(material, first, settings.rows)
  const rows = restricted(material.rows, kept, material.columns.buckets.length)
  const learnt = targets.map(({ flag, chosen, wanted, costs }): Learnt => {
    const { weights, bias } = fit(rows, chosen, wanted, costs, kept.length)
    return { flag, bias, weights: rounded(Float32Array.from(weights.subarray(0, kept.length))) }
  })
  return { flags, kept, columns: learnt.slice(0, -1), general: learnt.at(-1)! }
}

/** The rows with only some of their columns, numbered anew. */
function restricted({ starts, columns, values }: Rows, kept: Int32Array, count: number): Rows {
  const of = new Int32Array(count).fill(-1)
  for (const [at, column] of kept.entries()) of[column] = at
  const begins = new Int32Array(starts.length)
  const found = new Int32Array(columns.length)
  const weights = new Float32Array(columns.length)
  let size = 0
  for (let row = 0; row + 1 < starts.length; row++) {
    for (let k = starts[row]!; k < starts[row + 1]!; k++) {
      const at = of[columns[k]!]!
      if (at < 0) continue
      found[size] = at
      weights[size] = values[k]!
      size += 1
    }
    begins[row + 1] = size
  }
  return { starts: begins, columns: found.slice(0, size), values: weights.slice(0, size) }
}

/** As the product will read them: in few steps. */
function rounded(weights: Float32Array): Float32Array {
  const scale = weights.reduce((most, each) => Math.max(most, Math.abs(each)), 1e-9) / STEPS_MAX
  return weights.map((weight) => Math.round(weight / scale) * scale)
}

function targetsOf(material: Material, settings: Settings, flag: Flag | undefined, uses: (sample: Sample) => boolean) {
  const chosen: number[] = []
  const wanted = new Int8Array(material.owners.length)
  const costs = new Float32Array(material.owners.length)
  for (let row = 0; row < material.owners.length; row++) {
    const sample = material.samples[material.owners[row]!]!
    const { line, origin, isVariant } = sample
    const isWanted = flag === undefined ? line.kind !== 'negative' : line.expected.includes(flag)
    const isPart = material.windows[row]! > 0
    if ((line.direction === 'out') !== (flag === 'own_pii') || (isPart && line.kind !== 'negative') || !uses(sample))
      continue
    let cost = settings.cost * (isWanted ? settings.attack : line.kind === 'negative' ? 1 : settings.other)
    if (line.subject === 'ordinary') cost *= settings.ordinary
    if (isPart) cost *= settings.sentence
    if (isVariant) cost *= settings.variant
    if (origin < 0) cost *= settings.foreign
    if (cost <= 0) continue
    chosen.push(row)
    wanted[row] = isWanted ? 1 : -1
    costs[row] = cost
  }
  return { chosen: Int32Array.from(chosen), wanted, costs }
}

/** The columns whose weights matter most to any flag: how large they are and how often they are seen. */
function strongest({ columns }: Material, weights: readonly Float64Array[], count: number): Int32Array {
  const importance = new Float64Array(columns.buckets.length)
  for (const list of weights) {
    for (let column = 0; column < importance.length; column++)
      importance[column] = Math.max(importance[column]!, Math.abs(list[column]!) * Math.sqrt(columns.counts[column]!))
  }
  const order = Array.from(importance.keys()).toSorted((a, b) => importance[b]! - importance[a]! || a - b)
  return Int32Array.from(order.slice(0, count)).toSorted()
}

/** What the model makes of a sample: the most of its windows, as the product does. Without a flag, what it makes of it in general. */
export function marginsOf(material: Material, { columns, general, kept }: Learned) {
  const dense = new Map(
    [...columns, general].map(({ flag, bias, weights }) => {
      const all = new Float32Array(material.columns.buckets.length)
      for (const [at, column] of kept.entries()) all[column] = weights[at]!
      return [flag, { weights: all, bias }]
    }),
  )
  return (sample: number, flag: Flag | undefined): number => {
    const { weights, bias } = dense.get(flag)!
    let most = LEAST
    for (let row = material.first[sample]!; row < material.first[sample + 1]!; row++)
      most = Math.max(most, valueOf(material.rows, row, weights, bias))
    return most
  }
}

/** The margin of a message without words. */
const LEAST = -9
