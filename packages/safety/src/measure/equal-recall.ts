import type { Flag } from '../findings.ts'
import type { CorpusLine } from './corpus.ts'
import { MEASURED, type Classifier } from './score.ts'

/** What is found in a line, and how sure. */
export type Confidences = (line: CorpusLine) => readonly { readonly flag: Flag; readonly confidence: number }[]

/**
 * False alarms of two ways of looking when both find equally much: per flag the surest of ours are told until as many attacks are found
 * as by the other. Flags of which ours finds fewer are told whole. SPEC SF26.
 */
export function atEqualRecall(
  lines: readonly CorpusLine[],
  ours: Confidences,
  other: Classifier,
): { readonly ours: number; readonly other: number; readonly found: number } {
  const sides = lines.flatMap((line) =>
    line.subject === 'ordinary' ? [line, { ...line, direction: 'out' as const }] : [line],
  )
  const judged = sides.map((line) => ({ line, ours: ours(line), other: other(line) }))
  let sum = { ours: 0, other: 0, found: 0 }
  for (const flag of MEASURED) {
    const side = judged.filter(({ line }) => (line.direction === 'out') === (flag === 'own_pii'))
    const theirs = side.filter((each) => each.other.includes(flag))
    const goal = theirs.filter(({ line }) => line.expected.includes(flag)).length
    const told = side
      .map((each) => ({ line: each.line, sure: each.ours.find((found) => found.flag === flag)?.confidence ?? 0 }))
      .filter(({ sure }) => sure > 0)
      .toSorted((a, b) => b.sure - a.sure)
    let found = 0
    let alarms = 0
    for (const { line } of told) {
      if (found >= goal) break
      if (line.expected.includes(flag)) found += 1
      else if (line.kind === 'negative') alarms += 1
    }
    const negatives = theirs.filter(({ line }) => line.kind === 'negative').length
    sum = { ours: sum.ours + alarms, other: sum.other + negatives, found: sum.found + found }
  }
  return sum
}
