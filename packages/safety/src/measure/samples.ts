import { FRESH_STATE } from '../conversation.ts'
import { findHits, type Counted } from '../evidence/hits.ts'
import { rulesWeight, scoredOf, type Case } from '../evidence/weigh.ts'
import type { Flag } from '../findings.ts'
import type { Classes } from '../model/classes.ts'
import { featuresOf, GROUPS, KINDS, RULES } from '../model/features.ts'
import { BUCKETS } from '../model/hash.ts'
import { unitOf } from '../model/model.ts'
import type { Pack } from '../pack/compile.ts'
import { search } from '../pattern/search.ts'
import { readLattice } from '../text/lattice.ts'
import type { CorpusLine } from './corpus.ts'

/** A line as training sees it: the features of each of its windows, and the weight of the rules for a flag. */
export type Sample = {
  readonly line: CorpusLine
  /** Number of the line of develop that this is, or is a variant of; -1 for a line of another language. */
  readonly origin: number
  readonly isVariant: boolean
  readonly windows: readonly Features[]
  readonly rules: (flag: Flag) => number
}

/** Buckets, each once, with its group, and how many features there were of each group, repetitions included. */
export type Features = { readonly buckets: Int32Array; readonly groups: Uint8Array; readonly counts: Float64Array }

export type Source = { readonly pack: Pack; readonly classes: Classes }

/**
 * A rule written for one line says nothing about others. So a pattern counts for a line only if it also fits a line of another
 * group of near-duplicates, of a rule one that has its flag: what rules prove here is what they prove on lines nobody saw.
 */
export function createSupport(
  { pack }: Source,
  lines: readonly CorpusLine[],
  groups: readonly number[],
): (at: number) => Counted {
  const fitting: number[][] = pack.owners.map(() => [])
  const seen = new Int32Array(pack.owners.length).fill(-1)
  for (const [at, line] of lines.entries()) {
    const lattice = readLattice(line.text, pack.reading, pack.vocabulary)
    for (let i = 0; i + 1 < lattice.sentences.length; i++) {
      for (const { pattern } of search(
        pack.automaton,
        lattice,
        lattice.sentences[i] ?? 0,
        lattice.sentences[i + 1] ?? 0,
      )) {
        const owner = pack.owners[pattern]
        const flag = owner?.kind === 'rule' ? pack.rules[owner.index]?.flag : undefined
        const group = groups[at] ?? 0
        if (flag !== undefined && !line.expected.includes(flag)) continue
        if (seen[pattern] !== at) fitting[pattern]?.push(group)
        seen[pattern] = at
      }
    }
  }
  return (at) => (pattern) => fitting[pattern]?.some((group) => group !== groups[at]) ?? false
}

export function sampleOf(
  { pack, classes }: Source,
  line: CorpusLine,
  origin: number,
  counted: Counted,
  options: { readonly isVariant?: boolean; readonly isForeign?: boolean } = {},
): Sample {
  const lattice = readLattice(line.text, pack.reading, pack.vocabulary)
  const hits = findHits(pack, lattice, counted).rules
  const given: Case = { pack, lattice, hits, direction: line.direction, context: line.context, state: FRESH_STATE }
  const { reading, rules, isLate } = scoredOf(given, { classes })
  const windows = reading.windows.map((window) => {
    const found = new Map<number, number>()
    const counts = new Float64Array(GROUPS.length)
    featuresOf(reading, window, rules, isLate, (bucket, group) => {
      counts[group]! += 1
      if (options.isForeign && group !== KINDS && group !== RULES) return
      if (!found.has(bucket)) found.set(bucket, group)
    })
    return { buckets: Int32Array.from(found.keys()), groups: Uint8Array.from(found.values()), counts }
  })
  return { line, origin, isVariant: options.isVariant ?? false, windows, rules: (flag) => rulesWeight(given, flag) }
}

/** The columns that training gives weights: buckets that at least two lines have. */
export type Columns = {
  readonly buckets: Int32Array
  /** Column of a bucket, or -1. */
  readonly of: Int32Array
  /** In how many lines. */
  readonly counts: Int32Array
}

const LINES_MIN = 2

export function columnsOf(samples: readonly Sample[]): Columns {
  const counts = new Int32Array(BUCKETS)
  for (const { windows, origin, isVariant } of samples) {
    if (origin < 0 || isVariant) continue
    for (const bucket of windows[0]?.buckets ?? []) counts[bucket]! += 1
  }
  const buckets: number[] = []
  const of = new Int32Array(BUCKETS).fill(-1)
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    if (counts[bucket]! < LINES_MIN) continue
    of[bucket] = buckets.length
    buckets.push(bucket)
  }
  const kept = Int32Array.from(buckets)
  return { buckets: kept, of, counts: kept.map((bucket) => counts[bucket]!) }
}

/** Features as values in columns, as the model will count them. */
export function valuesOf(
  { buckets, groups, counts }: Features,
  columns: Columns,
  groupWeights: readonly number[],
): { readonly columns: number[]; readonly values: number[] } {
  const found: number[] = []
  const values: number[] = []
  for (const [at, bucket] of buckets.entries()) {
    const column = columns.of[bucket]!
    if (column < 0) continue
    const group = groups[at]!
    found.push(column)
    values.push(unitOf(groupWeights, group, counts[group]!))
  }
  return { columns: found, values }
}
