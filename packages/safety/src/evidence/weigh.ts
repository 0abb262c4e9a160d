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
import type { RuleHits } from '../model/features.ts'
import { hashOf } from '../model/hash.ts'
import type { Model, Score, Scored } from '../model/model.ts'
import { readForModel } from '../model/reading.ts'
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

/** Rules of together this weight stand although the model doubts. */
const STRONG = 0.9
/** No rule proves more than this. */
const CERTAIN = 0.99
/** A finding so many log-odds less sure than another of the same message is told only by rules. */
const BESIDE = 3
/** Less than this is no beginning that an earlier finding could add to. */
const WEAK = 0.3

/** What to tell about a message, one finding per flag; of one's own data every place of it. SPEC SF13-SF15, SF17. */
export function weigh(given: Case): readonly Finding[] {
  const findings: Finding[] = []
  const { model } = given.pack
  const message = model && scoredOf(given, model)
  const scores = message && model.score(message)
  const told = flagsOf(given).flatMap((flag) => {
    const items = itemsOf(given, flag)
    const score = isHeard(given, flag) ? scores?.find((each) => each.flag === flag) : undefined
    const confidence = combine(given, flag, items, score)
    if (confidence < given.pack.threshold(flag)) return []
    return [{ flag, items, score, confidence, excess: excessOf(score, noisyOr(items)) }]
  })
  const highest = told.reduce((most, { excess }) => Math.max(most, excess), -Infinity)
  for (const { flag, items, score, confidence, excess } of told) {
    // What one kind of attack has in common with another is no second finding, unless rules say so.
    if (excess < highest - BESIDE && noisyOr(items) < given.pack.threshold(flag)) continue
    findings.push(...tell(given, flag, items, () => quoteOf(message, model, score), confidence))
  }
  return findings
}

/** A message as the model sees it. */
export function scoredOf({ pack, lattice, hits, context, state }: Case, { classes }: Pick<Model, 'classes'>): Scored {
  const reading = readForModel(pack, lattice, classes)
  const rules = new Map<number, { readonly hash: number; readonly to: number }[]>()
  for (const { index, from, to } of hits) {
    const at = reading.unitAt[from] ?? 0
    const hit = { hash: hashOf(pack.rules[index]?.id ?? ''), to: Math.max(at + 1, reading.unitAt[to] ?? 0) }
    rules.set(at, [...(rules.get(at) ?? []), hit])
  }
  return { reading, rules: rules satisfies RuleHits, isLate: isLate(context, state) }
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

/** Evidence of the rules in log-odds: how often the odds of silence are halved, so to speak; at most that of a certain rule. */
export function evidenceOf(rules: number): number {
  return -Math.log(1 - Math.min(rules, CERTAIN))
}

/**
 * Whether the model is asked. What the user brought up is answered, and what only strangers should not say yet is no longer early:
 * for both rules have weights of their own, and the model knows nothing of it.
 */
function isHeard({ pack, context, state }: Case, flag: Flag): boolean {
  if (wasAsked(state, flag)) return false
  if (!isLate(context, state)) return true
  const rules = pack.rules.filter((rule) => rule.flag === flag)
  return rules.filter(({ lateWeight }) => lateWeight !== undefined).length * 2 < Math.max(1, rules.length)
}

/** How far above its limit a flag is, in log-odds; rules alone, without a model, are level with it. */
function excessOf(score: Score | undefined, rules: number): number {
  return score === undefined ? 0 : score.logOdds + score.trust * evidenceOf(rules) - score.sure
}

function combine({ pack, state }: Case, flag: Flag, items: readonly Item[], score: Score | undefined): number {
  const rules = noisyOr(items)
  const together = score === undefined ? rules : chanceOf(score, rules, pack.threshold(flag))
  const both = rules >= STRONG ? Math.max(rules, together) : together
  const escalation = pack.escalation(flag)
  const isMore = escalation !== undefined && both >= WEAK && wasFound(state, escalation.after)
  return isMore ? 1 - (1 - both) * (1 - escalation.add) : both
}

/** Rules and model together as a weight: exactly the threshold where both together are sure enough. */
function chanceOf(score: Score, rules: number, threshold: number): number {
  const atSure = Math.log(threshold / (1 - threshold))
  return 1 / (1 + Math.exp(-(excessOf(score, rules) + atSure)))
}

function tell(
  { pack, lattice, direction }: Case,
  flag: Flag,
  items: readonly Item[],
  quote: () => { readonly from: number; readonly to: number },
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
  const best = items[0]
  if (best === undefined || best.weight < WEAK) {
    const [reason, advice] = ADVICE_OF[flag]
    const where = best ?? quote()
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

/** The words that carried the model's finding, as tokens. */
function quoteOf(
  message: Scored | undefined,
  model: Model | undefined,
  score: Score | undefined,
): { readonly from: number; readonly to: number } {
  if (message === undefined || model === undefined || score === undefined) return { from: 0, to: 0 }
  const { units } = message.reading
  const { from, to } = model.quote(message, score)
  return { from: units[from]?.from ?? 0, to: units[to - 1]?.to ?? 0 }
}

/** The original text that tokens `from` up to `to` stand for. */
export function spanOf({ source: { source, tokens } }: Lattice, from: number, to: number): Span {
  const first = tokens[from]
  const last = tokens[to - 1]
  if (first === undefined || last === undefined) return { start: 0, end: 0 }
  return { start: source.starts[first.from] ?? 0, end: source.ends[last.to - 1] ?? 0 }
}
