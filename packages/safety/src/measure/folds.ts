import type { CorpusLine } from './corpus.ts'
import { createLikenesses, keyOf } from './likeness.ts'

/**
 * Deals lines of the develop part into folds for cross-validation: near-duplicates, also those of different files, share a fold,
 * and so each line is judged by what was learned without it and without its twins. Deterministic. SPEC SF27.
 */
export type Folds = {
  /** For each line: the number of its group of near-duplicates. */
  readonly groups: readonly number[]
  /** For each line: its fold. */
  readonly folds: readonly number[]
}

export function foldsOf(lines: readonly CorpusLine[], count: number): Folds {
  const known = createLikenesses<number>()
  const byKey = new Map<string, number>()
  const groups: number[] = []
  let next = 0
  for (const line of lines) {
    const key = keyOf(`+ ${line.text}`)
    const group = byKey.get(key) ?? known.find(key) ?? next++
    groups.push(group)
    if (byKey.has(key)) continue
    byKey.set(key, group)
    known.add(key, group)
  }
  // Groups come in the order of the files, so that dealing in turns gives each fold its share of every file.
  return { groups, folds: groups.map((group) => group % count) }
}
