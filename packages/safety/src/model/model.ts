import { FLAGS, type Flag } from '../findings.ts'
import type { ModelData } from '../pack/format.ts'
import { fail, ok, type SafetyResult } from '../result.ts'
import { BUCKETS, type Feature } from './features.ts'

/**
 * A linear model over hashed features, one row of weights per flag: trained from the develop part of the corpus by
 * `npm run safety:train`, never from what people write. It adds to the rules; what it finds is quoted. SPEC SF17.
 */
export type Model = {
  readonly flags: readonly Flag[]
  /** Log-odds of a flag, and the features that speak for it most, best first. */
  score(flag: Flag, features: readonly Feature[]): Score
}

export type Score = {
  readonly logOdds: number
  readonly sure: number
  readonly doubt: number
  readonly carriers: readonly Feature[]
}

const CARRIERS_MAX = 3

type Row = {
  readonly weights: ReadonlyMap<number, number>
  readonly bias: number
  readonly sure: number
  readonly doubt: number
}

/** The model of a pack; undefined when it has none. */
export function readModel(data: ModelData | undefined): SafetyResult<Model | undefined> {
  if (data === undefined) return ok(undefined)
  const rows = new Map<Flag, Row>()
  for (const [name, row] of Object.entries(data.flags)) {
    const flag = FLAGS.find((each) => each === name)
    const weights = decodeWeights(row.weights, row.scale)
    if (flag === undefined || weights === undefined) return fail('SAFETY_PACK_MALFORMED', `model ${name}`)
    rows.set(flag, { weights, bias: row.bias, sure: row.sure, doubt: row.doubt })
  }
  return ok({
    flags: [...rows.keys()],
    score(flag, features) {
      const row = rows.get(flag)
      if (row === undefined) return { logOdds: 0, sure: Infinity, doubt: -Infinity, carriers: [] }
      return { ...scoreOf(row, features), sure: row.sure, doubt: row.doubt }
    },
  })
}

/** Shared by training: the sum of the weights, made independent of the length by the root of the count. */
export function scoreOf(
  row: { readonly weights: ReadonlyMap<number, number>; readonly bias: number },
  features: readonly Feature[],
): { readonly logOdds: number; readonly carriers: readonly Feature[] } {
  const unit = 1 / Math.sqrt(Math.max(1, features.length))
  const weighed: { readonly feature: Feature; readonly weight: number }[] = []
  let sum = row.bias
  for (const feature of features) {
    const weight = row.weights.get(feature.bucket)
    if (weight === undefined) continue
    sum += weight * unit
    if (weight > 0) weighed.push({ feature, weight })
  }
  const carriers = weighed.toSorted((a, b) => b.weight - a.weight).slice(0, CARRIERS_MAX)
  return { logOdds: sum, carriers: carriers.map(({ feature }) => feature) }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

const VALUES = new Map(Array.from(ALPHABET).map((character, value) => [character, value]))

/** Buckets in rising order with their weights in steps of `scale` (int8), as varint gaps, in base64 without padding. */
export function encodeWeights(weights: ReadonlyMap<number, number>): string {
  const bytes: number[] = []
  let before = 0
  for (const [bucket, weight] of [...weights].toSorted(([a], [b]) => a - b)) {
    let gap = bucket - before
    before = bucket
    for (; gap > 127; gap = Math.floor(gap / 128)) bytes.push((gap % 128) + 128)
    bytes.push(gap, weight & 255)
  }
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.slice(i, i + 3)
    text += (ALPHABET[a >> 2] ?? '') + (ALPHABET[((a & 3) << 4) | ((b ?? 0) >> 4)] ?? '')
    if (b !== undefined) text += ALPHABET[((b & 15) << 2) | ((c ?? 0) >> 6)] ?? ''
    if (c !== undefined) text += ALPHABET[c & 63] ?? ''
  }
  return text
}

/** The other way; undefined when the text is not such an encoding. */
export function decodeWeights(text: string, scale: number): ReadonlyMap<number, number> | undefined {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (const character of text) {
    const value = VALUES.get(character)
    if (value === undefined) return undefined
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) bytes.push((held >> (bits -= 8)) & 255)
  }
  const weights = new Map<number, number>()
  let bucket = 0
  for (let i = 0; i < bytes.length;) {
    let gap = 0
    let place = 1
    for (; (bytes[i] ?? 0) > 127; i++, place *= 128) gap += ((bytes[i] ?? 0) - 128) * place
    gap += (bytes[i] ?? 0) * place
    const weight = bytes[i + 1]
    bucket += gap
    if (weight === undefined || bucket >= BUCKETS) return undefined
    weights.set(bucket, ((weight << 24) >> 24) * scale)
    i += 2
  }
  return weights
}
