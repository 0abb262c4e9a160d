import { isLate, wasAsked, wasFound, type State } from '../conversation.ts'
import {
  ADVICE_OF,
  type Advice,
  type Context,
  type Direction,
  type Finding,
  type Flag,
  type Reason,
  type Span,
} from '../findings.ts'
import { featuresOf, type Feature } from '../model/features.ts'
import type { Score } from '../model/model.ts'
import type { Pack } from '../pack/compile.ts'
import type { Lattice } from '../text/lattice.ts'
import type { Hit } from './hits.ts'

/** Everything that is weighed about one message. */
export type Case = {
  readonly pack: Pack
  readonly lattice: Lattice
  readonly hits: readonly Hit[]
  readonly direction: Direction
  readonly context: Context
  readonly state: State
}

/** A rule this strong stands although the model doubts. */
const STRONG = 0.9
/** Less than this is no beginning that an earlier finding could add to. */
const WEAK = 0.3

/** What to tell about a message, one finding per flag; of one's own data every place of it. SPEC SF13-SF15, SF17. */
export function weigh(given: Case): readonly Finding[] {
  const findings: Finding[] = []
  const features = given.pack.model
    ? featuresOf(given.pack, given.lattice, given.hits, isLate(given.context, given.state))
    : []
  for (const flag of flagsOf(given)) {
    const items = itemsOf(given, flag)
    const score = given.pack.model?.score(flag, features)
    const confidence = combine(given, flag, items, score)
    if (confidence < given.pack.threshold(flag)) continue
    findings.push(...tell(given, flag, items, score, confidence))
  }
  return findings
}

/** The flags that rules for incoming words see in one's own: what the user brought up. */
export function raisedBy(given: Case): readonly Flag[] {
  const asked = { ...given, direction: 'in' as const }
  const flags = new Set(given.hits.map((hit) => given.pack.rules[hit.index]?.flag as Flag))
  return [...flags].filter((flag) => flag !== 'own_pii' && noisyOr(itemsOf(asked, flag)) >= given.pack.threshold(flag))
}

function flagsOf({ pack, direction }: Case): readonly Flag[] {
  return pack.flags.filter((flag) => (flag === 'own_pii') === (direction === 'out'))
}

type Item = {
  readonly ruleId: string
  readonly reason: Reason
  readonly advice: Advice
  readonly weight: number
  readonly from: number
  readonly to: number
}

function itemsOf({ pack, hits, direction, context, state }: Case, flag: Flag): readonly Item[] {
  const late = isLate(context, state)
  const asked = wasAsked(state, flag)
  const items: Item[] = []
  for (const { index, from, to } of hits) {
    const rule = pack.rules[index]
    const side = rule?.direction ?? 'in'
    if (rule?.flag !== flag || (side !== 'both' && side !== direction)) continue
    const weight = (late ? rule.lateWeight : undefined) ?? (asked ? rule.askedWeight : undefined) ?? rule.weight
    items.push({ ruleId: rule.id, reason: rule.reason, advice: rule.advice, weight, from, to })
  }
  return items.toSorted((a, b) => b.weight - a.weight)
}

/** Rules that say the same twice count once: the same rule in two sentences is one piece of evidence. */
function noisyOr(items: readonly Item[]): number {
  const weights = new Map<string, number>()
  for (const { ruleId, weight } of items) weights.set(ruleId, Math.max(weight, weights.get(ruleId) ?? 0))
  return 1 - [...weights.values()].reduce((rest, weight) => rest * (1 - weight), 1)
}

/** Combined weight of the rules alone; for training. */
export function rulesWeight(given: Case, flag: Flag): number {
  return noisyOr(itemsOf(given, flag))
}

type Limits = Pick<Score, 'logOdds' | 'sure' | 'doubt'>

/** Rules and model together, as a weight. */
export function decide(rules: number, score: Limits, threshold: number): number {
  if (score.logOdds < score.doubt && rules < STRONG) return 0
  return 1 - (1 - rules) * (1 - chanceOf(score, threshold))
}

function combine({ pack, state }: Case, flag: Flag, items: readonly Item[], score: Score | undefined): number {
  const rules = noisyOr(items)
  // What the user asked for is an answer: rules have their own weight for that, the model knows nothing of it.
  const heard = wasAsked(state, flag) ? undefined : score
  const both = heard === undefined ? rules : decide(rules, heard, pack.threshold(flag))
  const escalation = pack.escalation(flag)
  const isMore = escalation !== undefined && both >= WEAK && wasFound(state, escalation.after)
  return isMore ? 1 - (1 - both) * (1 - escalation.add) : both
}

/** The model's log-odds as a weight: exactly the threshold where the model alone is sure enough. */
function chanceOf({ logOdds, sure }: Limits, threshold: number): number {
  const atSure = Math.log(threshold / (1 - threshold))
  return 1 / (1 + Math.exp(-(logOdds - sure + atSure)))
}

function tell(
  { pack, lattice, direction }: Case,
  flag: Flag,
  items: readonly Item[],
  score: Score | undefined,
  confidence: number,
): readonly Finding[] {
  const finding = (item: Omit<Item, 'weight'>, sure: number): Finding => ({
    flag,
    confidence: sure,
    span: spanOf(lattice, item.from, item.to),
    reasonId: item.reason,
    adviceId: item.advice,
    ruleId: item.ruleId,
    packVersion: pack.version,
  })
  const isModelSure = score !== undefined && score.logOdds >= score.sure
  const best = items[0]
  if (best === undefined || (best.weight < WEAK && isModelSure)) {
    const [reason, advice] = ADVICE_OF[flag]
    const where = best ?? quoteOf(score?.carriers ?? [], lattice)
    return [finding({ ruleId: `model/${flag}`, reason: best?.reason ?? reason, advice, ...where }, confidence)]
  }
  if (direction === 'in') return [finding(best, confidence)]
  return apart(items, pack.threshold(flag)).map((item) =>
    finding(item, Math.max(item.weight, best === item ? confidence : 0)),
  )
}

/** The strongest first; one that overlaps a stronger one says nothing new. */
function apart(items: readonly Item[], threshold: number): readonly Item[] {
  const kept: Item[] = []
  for (const item of items) {
    const isNew = kept.every((other) => item.from >= other.to || other.from >= item.to)
    if (isNew && (kept.length === 0 || item.weight >= threshold)) kept.push(item)
  }
  return kept
}

const QUOTE_TOKENS_MAX = 12

/** The words that carried the model's finding: from the first to the last of the strongest features, within reach. */
function quoteOf(carriers: readonly Feature[], lattice: Lattice): { readonly from: number; readonly to: number } {
  const best = carriers.find((feature) => feature.to - feature.from <= QUOTE_TOKENS_MAX)
  if (best === undefined) return { from: 0, to: Math.min(QUOTE_TOKENS_MAX, lattice.source.tokens.length) }
  let { from, to } = best
  for (const feature of carriers) {
    const wide = { from: Math.min(from, feature.from), to: Math.max(to, feature.to) }
    if (wide.to - wide.from <= QUOTE_TOKENS_MAX) ({ from, to } = wide)
  }
  return { from, to }
}

/** The original text that tokens `from` up to `to` stand for. */
export function spanOf({ source: { source, tokens } }: Lattice, from: number, to: number): Span {
  const first = tokens[from]
  const last = tokens[to - 1]
  if (first === undefined || last === undefined) return { start: 0, end: 0 }
  return { start: source.starts[first.from] ?? 0, end: source.ends[last.to - 1] ?? 0 }
}
