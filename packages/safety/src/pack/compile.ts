import type { Flag } from '../findings.ts'
import { readModel, type Model } from '../model/model.ts'
import { createBuilder, type Automaton } from '../pattern/automaton.ts'
import { parsePattern } from '../pattern/parse.ts'
import { createVocabulary, type Vocabulary } from '../pattern/vocabulary.ts'
import { fail, ok, type SafetyFail, type SafetyResult } from '../result.ts'
import type { Language } from '../text/lattice.ts'
import { digitHeads } from '../text/numbers.ts'
import { SHAPES } from '../text/shapes.ts'
import type { ClaimData, PackData, RuleData } from './format.ts'

/** Whose pattern it is, and which of theirs. */
export type Owner =
  | { readonly kind: 'rule'; readonly index: number }
  | { readonly kind: 'guard'; readonly name: string; readonly near: boolean }
  | { readonly kind: 'claim'; readonly index: number }

/** A pack ready for work. Holds nothing of any conversation, so one serves all. */
export type Pack = {
  readonly language: string
  readonly version: string
  readonly reading: Language
  readonly vocabulary: Vocabulary
  readonly automaton: Automaton
  /** For each pattern of the automaton. */
  readonly owners: readonly Owner[]
  readonly rules: readonly RuleData[]
  readonly claims: readonly ClaimData[]
  readonly claimStops: ReadonlySet<string>
  readonly placeOf: ReadonlyMap<string, string>
  readonly profile: PackData['profile']
  readonly model: Model | undefined
  /** Flags that rules or model of this pack can find. */
  readonly flags: readonly Flag[]
  threshold(flag: Flag): number
  escalation(flag: Flag): { readonly after: readonly Flag[]; readonly add: number } | undefined
}

const THRESHOLD = 0.6
const RULE_ID = 'a rule has the id of another'

/** Makes the automaton of a pack. Names the first rule that cannot be understood. SPEC SF10, SF13. */
export function compilePack(data: PackData): SafetyResult<Pack> {
  const reading = readingOf(data)
  const lexicons = Object.entries(data.lexicons).map(([name, entries]) =>
    Array.isArray(entries) ? { name, entries, fuzzy: false } : { name, entries: entries.words, fuzzy: entries.fuzzy },
  )
  const vocabulary = createVocabulary(lexicons, reading.script)
  if (!vocabulary.ok) return vocabulary
  const problem = inconsistency(data)
  if (problem !== undefined) return fail('SAFETY_PACK_MALFORMED', problem)
  for (const shape of SHAPES) vocabulary.value.symbol(shape)
  const patterns = addPatterns(data, vocabulary.value, reading)
  if (!patterns.ok) return patterns
  const model = readModel(data.model)
  if (!model.ok) return model
  return ok({
    language: data.language,
    version: `${data.language} ${data.version}`,
    reading,
    vocabulary: vocabulary.value,
    ...patterns.value,
    rules: data.rules,
    claims: data.claims,
    claimStops: new Set(data.claimStops),
    placeOf: new Map(Object.entries(data.placeOf)),
    profile: data.profile,
    model: model.value,
    flags: [...new Set([...data.rules.map((rule) => rule.flag), ...(model.value?.flags ?? [])])],
    threshold: (flag) => data.thresholds[flag] ?? THRESHOLD,
    escalation: (flag) => data.escalation[flag],
  })
}

function readingOf({ script, numbers }: PackData): Language {
  const digits = new Map(Object.entries(numbers.digits))
  return {
    script: { kept: script.kept, elisions: new Set(script.elisions) },
    numbers: {
      digits,
      digitHeads: digitHeads(digits),
      repeats: new Map(Object.entries(numbers.repeats)),
      fillers: new Set(numbers.fillers),
      currencies: new Set(numbers.currencies),
    },
  }
}

function inconsistency(data: PackData): string | undefined {
  if (new Set(data.rules.map((rule) => rule.id)).size < data.rules.length) return RULE_ID
  for (const { unless } of [...data.rules, ...data.claims]) {
    for (const name of unless ?? []) if (!Object.hasOwn(data.guards, name)) return `there is no guard ${name}`
  }
  return undefined
}

function addPatterns(
  data: PackData,
  vocabulary: Vocabulary,
  { script }: Language,
): SafetyResult<{ automaton: Automaton; owners: readonly Owner[] }> {
  const builder = createBuilder(vocabulary)
  const owners: Owner[] = []
  const known = new Set([...Object.keys(data.lexicons).map((name) => `@${name}`), ...SHAPES])
  const add = (written: string, owner: Owner, where: string): SafetyFail | undefined => {
    const pattern = parsePattern(written, script)
    if (!pattern.ok) return fail(pattern.code, `${where}: ${pattern.where}`)
    for (const key of written.match(/@[a-z0-9_]+|<[a-z]+>/g) ?? []) {
      if (!known.has(key)) return fail('SAFETY_PACK_MALFORMED', `${where}: there is no ${key}`)
    }
    builder.add(pattern.value)
    owners.push(owner)
    return undefined
  }
  for (const [index, { id, patterns }] of data.rules.entries()) {
    for (const pattern of patterns) {
      const problem = add(pattern, { kind: 'rule', index }, id)
      if (problem) return problem
    }
  }
  for (const [name, { scope, patterns }] of Object.entries(data.guards)) {
    for (const pattern of patterns) {
      const problem = add(pattern, { kind: 'guard', name, near: scope === 'near' }, `guard ${name}`)
      if (problem) return problem
    }
  }
  for (const [index, { topic, patterns }] of data.claims.entries()) {
    for (const pattern of patterns) {
      const problem = add(pattern, { kind: 'claim', index }, `claim ${topic}`)
      if (problem) return problem
    }
  }
  return ok({ automaton: builder.build(), owners })
}
