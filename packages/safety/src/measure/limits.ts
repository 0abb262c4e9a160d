import type { Flag } from '../findings.ts'
import { fitChances } from './fit.ts'

/** How one line came out for one flag in cross-validation. */
export type Outcome = {
  readonly kind: 'wanted' | 'unwanted' | 'beside'
  readonly isOrdinary: boolean
  readonly fold: number
  /** Number of the line, to count an ordinary message once. */
  readonly line: number
  readonly margin: number
  /** The margin of anything being wrong at all. */
  readonly general: number
  /** Evidence of the rules. */
  readonly evidence: number
}

/** Turns margins into log-odds and says from where a flag is told. */
export type Limits = Chances & { readonly sure: number }
export type Chances = {
  readonly slope: number
  readonly general: number
  readonly trust: number
  readonly shift: number
}

/** Precision that is aimed at: above the bar, for what is chosen on known lines is a little worse on others. */
export const PRECISION_AIM: Readonly<Record<Flag, number>> = {
  pii_request: 0.96,
  leave_platform: 0.96,
  money: 0.96,
  urgency: 0.92,
  love_bombing: 0.92,
  intimate_request: 0.96,
  coercion: 0.92,
  threat: 0.96,
  own_pii: 0.96,
  inconsistent: 1,
  impersonation: 1,
}
/** Share of ordinary messages on which any flag may be told: below the bar of 3 in 1,000, for at 0.0025 cross-validation counted 3.6. */
const ORDINARY_AIM = 0.0016
/** Alarms are counted so much too many: few lines decide, and their luck must not. */
const CAUTION = 0.5
/** So many of the ordinary messages that come nearest to a flag say how the rarer ones are spread that no corpus has. */
const TAIL = 25
/** Log-odds that nothing reaches: of a flag that cannot be told precisely. */
const NEVER = 99

type Weighed = { readonly outcome: Outcome; readonly odds: number }

/**
 * Of all flags together: log-odds by logistic regression on margin and evidence, then the limits that find most where
 * precision is kept and ordinary messages of all kinds, also those that the corpus lacks, stay as quiet as aimed at.
 */
export function chooseLimits(outcomes: ReadonlyMap<Flag, readonly Outcome[]>): ReadonlyMap<Flag, Limits> {
  const flags = [...outcomes].map(([flag, list]) => {
    const chance = chanceOf(list)
    const sorted = list
      .filter(({ kind }) => kind !== 'beside')
      .map((outcome) => ({ outcome, odds: oddsOf(chance, outcome) }))
      .toSorted((a, b) => b.odds - a.odds)
    return { flag, chance, choices: choicesOf(sorted, PRECISION_AIM[flag]) }
  })
  const pick = (price: number) => flags.map(({ choices }) => bestOf(choices, price))
  // The price of an alarm in recall at which all flags together are quiet enough.
  let [low, high] = [0, 1e6]
  for (let step = 0; step < 60; step++) {
    const middle = Math.sqrt(Math.max(low, 1e-3) * high)
    const noise = pick(middle).reduce((sum, { noise: each }) => sum + each, 0)
    if (noise > ORDINARY_AIM) low = middle
    else high = middle
  }
  const picked = pick(high)
  return new Map(flags.map(({ flag, chance }, at) => [flag, { ...chance, sure: picked[at]?.sure ?? NEVER }]))
}

/** A limit, the share of attacks that it finds, and the share of ordinary messages it probably is wrong about. */
type Choice = { readonly sure: number; readonly recall: number; readonly noise: number }

/** Recall counts by its logarithm, so that no flag falls silent for the others. */
function bestOf(choices: readonly Choice[], price: number): Choice {
  const worthOf = ({ recall, noise }: Choice) => Math.log(recall) - price * noise
  let best = choices[0] ?? { sure: NEVER, recall: 1, noise: 0 }
  for (const choice of choices) if (worthOf(choice) > worthOf(best)) best = choice
  return best
}

/** Logistic regression on margins and evidence; what would speak against a flag by being for it is left out. */
function chanceOf(list: readonly Outcome[]): Chances {
  const counted = list.filter(({ kind }) => kind !== 'beside')
  const wanted = counted.map(({ kind }) => kind === 'wanted')
  let used: readonly ('margin' | 'general' | 'evidence')[] = ['margin', 'general', 'evidence']
  for (;;) {
    const fitted = fitChances(
      counted.map((outcome) => used.map((name) => outcome[name])),
      wanted,
    )
    const isUseful = (_: string, at: number) => (fitted[at] ?? 0) > 0
    if (used.every(isUseful)) {
      const of = (name: (typeof used)[number]) => (used.includes(name) ? (fitted[used.indexOf(name)] ?? 0) : 0)
      return { slope: of('margin'), general: of('general'), trust: of('evidence'), shift: fitted.at(-1) ?? 0 }
    }
    used = used.filter(isUseful)
  }
}

export function oddsOf(chances: Chances, outcome: Pick<Outcome, 'margin' | 'general' | 'evidence'>): number {
  const { slope, general, trust, shift } = chances
  return slope * outcome.margin + general * outcome.general + trust * outcome.evidence + shift
}

/** Every limit between two lines at which precision is kept. */
function choicesOf(sorted: readonly Weighed[], precision: number): readonly Choice[] {
  const noiseAt = tailOf(sorted)
  const wanted = sorted.filter(({ outcome }) => outcome.kind === 'wanted').length
  const choices: Choice[] = []
  let found = 0
  let wrong = 0
  for (const [at, { outcome, odds }] of sorted.entries()) {
    if (outcome.kind === 'wanted') found += 1
    else wrong += 1
    const below = sorted[at + 1]?.odds ?? odds - 1
    if (odds === below || found === 0 || found / (found + wrong + CAUTION) < precision) continue
    const sure = (odds + below) / 2
    choices.push({ sure, recall: found / Math.max(1, wanted), noise: noiseAt(sure) })
  }
  return choices
}

/**
 * The share of ordinary messages above a limit. Beyond the nearest ones of the corpus it is taken to fall exponentially, as the ends
 * of such spreads do: the highest of a thousand says little about the highest of the next thousand.
 */
function tailOf(sorted: readonly Weighed[]): (limit: number) => number {
  const ordinary = sorted.filter(({ outcome }) => outcome.isOrdinary).map(({ odds }) => odds)
  const top = ordinary.slice(0, TAIL)
  const from = top.at(-1) ?? 0
  const excess = Math.max(0.05, top.reduce((sum, odds) => sum + odds - from, 0) / Math.max(1, top.length))
  const share = top.length / Math.max(1, ordinary.length)
  return (limit) => (limit <= from ? 1 : share * Math.exp(-(limit - from) / excess))
}
