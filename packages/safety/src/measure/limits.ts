import { decide } from '../evidence/weigh.ts'

/** How one line of the corpus came out in cross-validation. */
export type Outcome = {
  readonly kind: 'wanted' | 'unwanted' | 'beside'
  readonly isOrdinary: boolean
  /** Combined weight of the rules. */
  readonly rules: number
  readonly logOdds: number
}

const PRECISION_AIM = 0.96
/** Share of ordinary messages on which one flag may be wrong. */
const ORDINARY_AIM = 0.0007
/** What a share of precision below the aim, or of ordinary messages above theirs, costs in recall. */
const PRECISION_COST = 6
const ORDINARY_COST = 15
/** Log-odds below which the model says nothing by itself, however good it looks on the lines it knows. */
const SURE_MIN = 0.5
/** How far above every ordinary message of the corpus the model stays: there are more kinds of those than any corpus has. */
const ORDINARY_MARGIN = 0.25
const STEPS = 48

/**
 * The limits between which the model counts: the most found, where too little precision and alarms on ordinary messages cost more
 * than what is found by them.
 */
export function chooseLimits(
  outcomes: readonly Outcome[],
  threshold: number,
): { readonly sure: number; readonly doubt: number } {
  const counted = outcomes.filter((outcome) => outcome.kind !== 'beside')
  const sorted = counted.map((outcome) => outcome.logOdds).toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  const limits = Array.from({ length: STEPS }, (_, step) => at(step / STEPS))
  const lowest = (sorted[0] ?? 0) - 1
  const ordinary = counted.filter((outcome) => outcome.isOrdinary).map((outcome) => outcome.logOdds + ORDINARY_MARGIN)
  const least = ordinary.reduce((most, each) => Math.max(most, each), SURE_MIN)
  let best = { sure: (sorted.at(-1) ?? 0) + 1, doubt: lowest, worth: -Infinity }
  for (const sure of [...limits.filter((each) => each >= least), Math.max(least, (sorted.at(-1) ?? 0) + 1)]) {
    for (const doubt of [lowest, ...limits.filter((each) => each < sure)]) {
      const worth = worthOf(counted, threshold, sure, doubt)
      if (worth > best.worth) best = { sure, doubt, worth }
    }
  }
  // Between the last line that counts and the first that does not: nothing speaks for either end of the gap.
  const below = sorted.filter((each) => each < best.sure).at(-1) ?? best.sure
  return { sure: Number(Math.max(least, (best.sure + below) / 2).toFixed(3)), doubt: Number(best.doubt.toFixed(3)) }
}

function worthOf(outcomes: readonly Outcome[], threshold: number, sure: number, doubt: number): number {
  let found = 0
  let wanted = 0
  let wrong = 0
  let ordinary = 0
  let ordinaryWrong = 0
  for (const outcome of outcomes) {
    const isTold = decide(outcome.rules, { logOdds: outcome.logOdds, sure, doubt }, threshold) >= threshold
    if (outcome.kind === 'wanted') {
      wanted += 1
      if (isTold) found += 1
    } else {
      ordinary += outcome.isOrdinary ? 1 : 0
      if (!isTold) continue
      wrong += 1
      if (outcome.isOrdinary) ordinaryWrong += 1
    }
  }
  const recall = found / Math.max(1, wanted)
  const precision = found / Math.max(1, found + wrong)
  const imprecise = Math.max(0, PRECISION_AIM - precision)
  const noisy = Math.max(0, ordinaryWrong / Math.max(1, ordinary) - ORDINARY_AIM)
  return recall - PRECISION_COST * imprecise - ORDINARY_COST * noisy
}
