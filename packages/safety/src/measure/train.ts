import { evidenceOf } from '../evidence/weigh.ts'
import type { Flag } from '../findings.ts'
import { readClasses } from '../model/classes.ts'
import { encodeRising, encodeSteps, STEPS_MAX } from '../model/encoding.ts'
import { FEATURES_VERSION } from '../model/features.ts'
import type { Pack } from '../pack/compile.ts'
import type { TrainedModel } from '../pack/format.ts'
import { variantOf } from './augment.ts'
import type { CorpusLine } from './corpus.ts'
import { foldsOf } from './folds.ts'
import { isOwn, learn, marginsOf, materialOf, SETTINGS, type Learned, type Settings } from './learn.ts'
import { chooseLimits, oddsOf, type Limits, type Outcome } from './limits.ts'
import { createSupport, sampleOf, type Sample, type Source } from './samples.ts'
import { MEASURED, type Figures, type Report } from './score.ts'

/** What a language is learned from: its pack without a model, and classes of words as `readClassWords` gives them. */
export type Taught = {
  readonly pack: Pack
  /** The develop part: learned from, and judged in cross-validation, by which limits are chosen. */
  readonly lines: readonly CorpusLine[]
  /** Learned from only. */
  readonly lessons?: readonly CorpusLine[]
  readonly classWords?: Readonly<Record<string, string>>
}

export type Training = {
  readonly settings?: Settings
  readonly folds?: number
  /** Lines of other languages, which teach what does not depend on the language. */
  readonly others?: readonly Taught[]
}

/** What cross-validation says of a model that would be trained so: each line judged without it and its near-duplicates. */
export type Validation = {
  readonly report: Report
  readonly outcomes: ReadonlyMap<Flag, readonly Outcome[]>
  /** Outcomes that were told, at limits chosen without their fold. */
  readonly told: ReadonlySet<Outcome>
}

const FOLDS = 5
const NEVER: Limits = { slope: 1, general: 0, trust: 0, shift: 0, sure: 99 }

/** Everything there is to learn from, read once. */
export function prepare(own: Taught, { settings = SETTINGS, others = [], folds = FOLDS }: Training = {}) {
  const dealt = foldsOf(learnedFrom(own), folds)
  const samples: Sample[] = [...samplesOf(own, dealt.groups, settings)]
  if (settings.foreign > 0) {
    for (const other of others) {
      const { groups } = foldsOf(learnedFrom(other), folds)
      for (const sample of samplesOf(other, groups, { ...settings, variant: 0 }, true)) samples.push(sample)
    }
  }
  return {
    material: materialOf(samples, settings),
    folds: dealt.folds,
    foldCount: folds,
    judged: own.lines.length,
    settings,
  }
}
export type Prepared = ReturnType<typeof prepare>

const learnedFrom = ({ lines, lessons = [] }: Taught): readonly CorpusLine[] => [...lines, ...lessons]

function* samplesOf(
  taught: Taught,
  groups: readonly number[],
  settings: Settings,
  isForeign = false,
): Generator<Sample> {
  const { pack, classWords = {} } = taught
  const lines = learnedFrom(taught)
  const classes = readClasses(classWords)
  if (!classes.ok) throw new Error(classes.where)
  const source: Source = { pack, classes: classes.value }
  const supportOf = createSupport(source, lines, groups)
  for (const [at, line] of lines.entries()) {
    const origin = isForeign ? -1 : at
    const counted = supportOf(at)
    const sides = line.subject === 'ordinary' ? [line, { ...line, direction: 'out' as const }] : [line]
    for (const side of sides) yield sampleOf(source, side, origin, counted, { isForeign })
    if (settings.variant === 0) continue
    const hidden = line.kind === 'attack'
    for (const side of sides) {
      const variant = { ...side, text: variantOf(line.text, 1, hidden) }
      if (variant.text !== line.text) yield sampleOf(source, variant, origin, counted, { isVariant: true })
    }
  }
}

/** Judges each line by what was learned from the other folds. */
export function validate(prepared: Prepared, share = 1): Validation {
  const { material, folds, foldCount, judged, settings } = prepared
  const outcomes = new Map<Flag, Outcome[]>()
  const flags = MEASURED.filter((flag) => material.samples.some(({ line }) => line.expected.includes(flag)))
  for (let fold = 0; fold < foldCount; fold++) {
    // For the learning curve: of the lines outside the fold only a share, the same for every fold.
    const uses = ({ origin }: Sample) => origin < 0 || (folds[origin] !== fold && (origin * 7_919) % 100 < share * 100)
    const margins = marginsOf(material, learn(material, settings, uses))
    for (const [index, sample] of material.samples.entries()) {
      const { isVariant, origin } = sample
      if (origin < 0 || origin >= judged || isVariant || folds[origin] !== fold) continue
      for (const [flag, outcome] of outcomesOf(flags, sample, fold, (each) => margins(index, each))) {
        const list = outcomes.get(flag)
        if (list === undefined) outcomes.set(flag, [outcome])
        else list.push(outcome)
      }
    }
  }
  const told = toldOf(outcomes, foldCount)
  return { outcomes, told, report: reportOf(outcomes, told) }
}

function outcomesOf(
  flags: readonly Flag[],
  { line, origin, rules }: Sample,
  fold: number,
  marginOf: (flag: Flag | undefined) => number,
) {
  return flags
    .filter((flag) => isOwn(flag) === (line.direction === 'out'))
    .map((flag): readonly [Flag, Outcome] => {
      const kind = line.expected.includes(flag) ? 'wanted' : line.kind === 'negative' ? 'unwanted' : 'beside'
      const isOrdinary = line.subject === 'ordinary'
      const general = isOwn(flag) ? 0 : marginOf(undefined)
      const evidence = evidenceOf(rules(flag))
      return [flag, { kind, isOrdinary, fold, line: origin, margin: marginOf(flag), general, evidence }]
    })
}

/** What is told at limits that for each fold are chosen on the others. */
function toldOf(outcomes: ReadonlyMap<Flag, readonly Outcome[]>, foldCount: number): ReadonlySet<Outcome> {
  const told = new Set<Outcome>()
  for (let fold = 0; fold < foldCount; fold++) {
    const others = new Map([...outcomes].map(([flag, list]) => [flag, list.filter((each) => each.fold !== fold)]))
    const limits = chooseLimits(others)
    for (const [flag, list] of outcomes) {
      const limit = limits.get(flag)
      for (const outcome of list)
        if (outcome.fold === fold && limit && oddsOf(limit, outcome) >= limit.sure) told.add(outcome)
    }
  }
  return told
}

function reportOf(outcomes: ReadonlyMap<Flag, readonly Outcome[]>, told: ReadonlySet<Outcome>): Report {
  const alarms = new Set<number>()
  const ordinary = new Set<number>()
  const figures = [...outcomes].map(([flag, list]): Figures => {
    const count = (kind: Outcome['kind'], only: (outcome: Outcome) => boolean) =>
      list.filter((outcome) => outcome.kind === kind && only(outcome)).length
    for (const outcome of list) {
      if (outcome.isOrdinary) ordinary.add(outcome.line)
      if (outcome.isOrdinary && told.has(outcome)) alarms.add(outcome.line)
    }
    return {
      flag,
      attacks: count('wanted', () => true),
      found: count('wanted', (each) => told.has(each)),
      evasions: 0,
      evasionsFound: 0,
      negatives: count('unwanted', () => true),
      falseAlarms: count('unwanted', (each) => told.has(each)),
      beside: count('beside', (each) => told.has(each)),
    }
  })
  return { figures, ordinary: ordinary.size, ordinaryAlarms: alarms.size }
}

/** The model, from all lines, with limits chosen in cross-validation. Deterministic. SPEC SF17. */
export function train(own: Taught, training: Training = {}): TrainedModel {
  const prepared = prepare(own, training)
  const { outcomes } = validate(prepared)
  return modelOf(
    prepared,
    learn(prepared.material, prepared.settings, () => true),
    chooseLimits(outcomes),
    own.classWords ?? {},
  )
}

export function modelOf(
  { material, settings }: Prepared,
  learned: Learned,
  limits: ReadonlyMap<Flag, Limits>,
  classes: Readonly<Record<string, string>>,
): TrainedModel {
  const columns: TrainedModel['columns'] = {}
  for (const { flag, bias, weights } of learned.columns) {
    if (flag === undefined) continue
    const { slope, general, trust, shift, sure } = limits.get(flag) ?? NEVER
    const whole = weights.map((weight, at) => slope * weight + general * (learned.general.weights[at] ?? 0))
    const largest = whole.reduce((most, each) => Math.max(most, Math.abs(each)), 1e-9)
    const scale = Number((largest / STEPS_MAX).toPrecision(5))
    columns[flag] = {
      bias: rounded(slope * bias + general * learned.general.bias + shift),
      scale,
      steps: encodeSteps(whole.map((weight) => Math.round(weight / scale))),
      sure: rounded(sure),
      trust: rounded(trust),
    }
  }
  const buckets = Array.from(learned.kept, (column) => material.columns.buckets[column]!)
  return { features: FEATURES_VERSION, groups: [...settings.groups], classes, buckets: encodeRising(buckets), columns }
}

const rounded = (value: number): number => Number(value.toFixed(4))
