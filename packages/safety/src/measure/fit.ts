import { createChance } from './chance.ts'

/** Rows of numbers, most of them 0: of row `i` the columns and values from `starts[i]` up to `starts[i + 1]`. */
export type Rows = { readonly starts: Int32Array; readonly columns: Int32Array; readonly values: Float32Array }

const PASSES_MAX = 40
const TOLERANCE = 0.02

/**
 * A support vector machine with squared hinge loss and L2 penalty, by dual coordinate descent (Hsieh and others, 2008): converges in
 * a few passes over the rows and needs no rate. The last column is the bias.
 *
 * @param chosen numbers of the rows to learn from @param wanted 1 or -1 for each row of `rows` @param costs per row what an error costs
 * @param columns how many there are, without the bias
 */
export function fit(
  rows: Rows,
  chosen: Int32Array,
  wanted: Int8Array,
  costs: Float32Array,
  columns: number,
): { readonly weights: Float64Array; readonly bias: number } {
  const { starts, columns: at, values } = rows
  const weights = new Float64Array(columns + 1)
  const alphas = new Float64Array(chosen.length)
  const squares = new Float64Array(chosen.length)
  for (let i = 0; i < chosen.length; i++) {
    const row = chosen[i] as number
    let sum = 1
    for (let k = starts[row] as number; k < (starts[row + 1] as number); k++) sum += (values[k] as number) ** 2
    squares[i] = sum
  }
  const order = Int32Array.from(chosen, (_, i) => i)
  const chance = createChance(7)
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    let largest = 0
    for (let i = order.length - 1; i >= 0; i--) {
      const other = chance.below(i + 1)
      const swapped = order[other] as number
      order[other] = order[i] as number
      order[i] = swapped
      const row = chosen[swapped] as number
      const softness = 0.5 / (costs[row] as number)
      const begin = starts[row] as number
      const end = starts[row + 1] as number
      const sign = wanted[row] as number
      let sum = weights[columns] as number
      for (let k = begin; k < end; k++) sum += (weights[at[k] as number] as number) * (values[k] as number)
      const alpha = alphas[swapped] as number
      const gradient = sign * sum - 1 + softness * alpha
      if (alpha === 0 && gradient >= 0) continue
      largest = Math.max(largest, Math.abs(gradient))
      const next = Math.max(0, alpha - gradient / ((squares[swapped] as number) + softness))
      const step = (next - alpha) * sign
      if (step === 0) continue
      alphas[swapped] = next
      for (let k = begin; k < end; k++) weights[at[k] as number]! += step * (values[k] as number)
      weights[columns]! += step
    }
    if (largest < TOLERANCE) break
  }
  return { weights, bias: weights[columns] as number }
}

/** What a row comes to under weights. */
export function valueOf(rows: Rows, row: number, weights: Float64Array | Float32Array, bias: number): number {
  let sum = bias
  for (let k = rows.starts[row] as number; k < (rows.starts[row + 1] as number); k++)
    sum += (weights[rows.columns[k] as number] as number) * (rows.values[k] as number)
  return sum
}

/** Logistic regression on few columns by Newton's method: turns values into log-odds. The last number is the bias. */
export function fitChances(inputs: readonly (readonly number[])[], wanted: readonly boolean[]): readonly number[] {
  const size = (inputs[0]?.length ?? 0) + 1
  let weights = Array.from({ length: size }, () => 0)
  for (let round = 0; round < 30; round++) {
    const gradient = weights.map((weight) => RIDGE * weight)
    const curvature = weights.map((_, i) => weights.map((__, j) => (i === j ? RIDGE : 0)))
    for (const [index, input] of inputs.entries()) {
      const row = [...input, 1]
      const chance = 1 / (1 + Math.exp(-row.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0)))
      const error = chance - (wanted[index] ? 1 : 0)
      for (let i = 0; i < size; i++) {
        gradient[i]! += error * (row[i] ?? 0)
        for (let j = 0; j < size; j++) curvature[i]![j]! += chance * (1 - chance) * (row[i] ?? 0) * (row[j] ?? 0)
      }
    }
    const step = solve(curvature, gradient)
    weights = weights.map((weight, i) => weight - (step[i] ?? 0))
    if (step.every((each) => Math.abs(each) < 1e-6)) break
  }
  return weights
}

const RIDGE = 0.05

/** Gauss with pivots; the matrix is small and positive. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0])
  const size = rows.length
  for (let i = 0; i < size; i++) {
    let pivot = i
    for (let j = i + 1; j < size; j++) if (Math.abs(rows[j]![i]!) > Math.abs(rows[pivot]![i]!)) pivot = j
    ;[rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!]
    for (let j = 0; j < size; j++) {
      if (j === i) continue
      const factor = rows[j]![i]! / rows[i]![i]!
      for (let k = i; k <= size; k++) rows[j]![k]! -= factor * rows[i]![k]!
    }
  }
  return rows.map((row, i) => row[size]! / row[i]!)
}
