import * as z from 'zod/mini'
import { ADVICE, FLAGS, REASONS } from '../findings.ts'
import { FEATURES_VERSION, GROUPS } from '../model/features.ts'
import { fail, ok, type SafetyResult } from '../result.ts'

/**
 * A pack as it is written and delivered: everything the engine knows of one language. SPEC SF10, SF13-SF16. A pack comes from the
 * server and is checked like anything from outside, although its signature has been verified before.
 */
const name = z.string().check(z.regex(/^[a-z0-9_]{1,40}$/))
const ruleId = z.string().check(z.regex(/^[a-z0-9_.]{1,60}$/))
const words = z.array(z.string().check(z.minLength(1), z.maxLength(80))).check(z.maxLength(3_000))
const patterns = z.array(z.string().check(z.minLength(1), z.maxLength(2_000))).check(z.minLength(1), z.maxLength(200))
const weight = z.number().check(z.gte(0), z.lte(1))
const flag = z.enum(FLAGS)

const rule = z.strictObject({
  id: ruleId,
  flag,
  reason: z.enum(REASONS),
  advice: z.enum(ADVICE),
  /** How much a match alone proves. Weights of different rules add up as 1 - (1-a)(1-b). */
  weight,
  /** Whose words: what the other person wrote, or what the user is about to send. Default `in`. */
  direction: z.optional(z.enum(['in', 'out', 'both'])),
  patterns,
  /** Names of guards that take a match back. */
  unless: z.optional(z.array(name)),
  /** The weight in a conversation that is old (SF14); default: the same. */
  lateWeight: z.optional(weight),
  /** The weight when the user spoke of the same thing just before; default: the same. */
  askedWeight: z.optional(weight),
})

const guard = z.strictObject({
  /** `near`: the match and the guard overlap or stand within six words. `sentence`: anywhere in it. */
  scope: z.enum(['near', 'sentence']),
  patterns,
})

const claim = z.strictObject({
  topic: z.enum(['age', 'home', 'origin', 'job', 'family', 'relationship', 'camera']),
  /** Claims of one topic are compared within one aspect: `mother`, `children`. Default: the topic. */
  aspect: z.optional(name),
  patterns,
  /** What is claimed: fixed words, a number in the match, or the words behind it up to a stop word. */
  value: z.optional(z.string()),
  take: z.optional(z.enum(['number', 'year', 'after', 'match'])),
  unless: z.optional(z.array(name)),
})

const odds = z.number().check(z.gte(-10_000), z.lte(10_000))

/** Classes of words, weights of groups and columns of weights per flag. Read by `src/model`. */
const model = z.strictObject({
  /** Which features were hashed, and how. */
  features: z.literal(FEATURES_VERSION),
  /** What each group of features counts. */
  groups: z.array(z.number().check(z.gte(0), z.lte(10))).check(z.length(GROUPS.length)),
  /** Per class of words that mean the like: the words, `begin*` for everything that begins so. */
  classes: z
    .record(name, z.string().check(z.maxLength(20_000)))
    .check(z.refine((classes) => Object.keys(classes).length <= 1_000)),
  /** The buckets that have weights, as gaps. */
  buckets: z.string().check(z.maxLength(400_000)),
  columns: z.record(
    z.string(),
    z.strictObject({
      bias: odds,
      scale: z.number().check(z.gte(0), z.lte(1_000)),
      /** Per bucket the weight in steps of `scale`. */
      steps: z.string().check(z.maxLength(120_000)),
      /** Log-odds from which the flag is told. */
      sure: odds,
      /** How much the evidence of the rules adds to the log-odds. */
      trust: z.number().check(z.gte(0), z.lte(1_000)),
    }),
  ),
})
/** A model for a later engine: the rules of its pack are used without it. */
const laterModel = z.looseObject({ features: z.number().check(z.int(), z.gt(FEATURES_VERSION)) })

export const packFormat = z.strictObject({
  format: z.literal(1),
  language: z.string().check(z.regex(/^[a-z]{2}$/)),
  version: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}\.\d{1,4}$/)),
  script: z.strictObject({ kept: z.string().check(z.maxLength(20)), elisions: words }),
  numbers: z.strictObject({
    digits: z.record(z.string(), z.string().check(z.regex(/^\d{1,3}$/))),
    repeats: z.record(z.string(), z.number().check(z.int(), z.gte(2), z.lte(4))),
    fillers: words,
    currencies: words,
  }),
  lexicons: z.record(name, z.union([words, z.strictObject({ fuzzy: z.boolean(), words })])),
  guards: z.record(name, guard),
  /** Combined weight from which a flag is told; 0.6 where nothing is said. */
  thresholds: z.record(z.string(), weight),
  /** Findings of the same conversation that make later weak evidence count for more. SPEC SF15. */
  escalation: z.record(z.string(), z.strictObject({ after: z.array(flag), add: weight })),
  rules: z.array(rule).check(z.maxLength(2_000)),
  claims: z.array(claim).check(z.maxLength(300)),
  /** Words at which the value of a claim ends. */
  claimStops: words,
  /** Places inside other places, such as `brooklyn`: `new york`, so that both may be true. */
  placeOf: z.record(z.string(), z.string()),
  /** For handles and profiles: first names, family names, places, famous people, words of staff. SPEC SF22. */
  profile: z.strictObject({
    firstNames: words,
    lastNames: words,
    places: words,
    celebrities: words,
    staff: words,
    verified: words,
    /** Words by which somebody says who they are, right before a name: "i am", "the real". */
    claims: words,
  }),
  model: z.optional(z.union([model, laterModel])),
})

export type PackData = z.infer<typeof packFormat>
export type RuleData = z.infer<typeof rule>
export type ClaimData = z.infer<typeof claim>
export type ModelData = z.infer<typeof model> | z.infer<typeof laterModel>
export type TrainedModel = z.infer<typeof model>

/** Larger packs are refused unread. */
export const PACK_BYTES_MAX = 2 * 1024 * 1024

/** A pack from JSON that was already parsed. */
export function readPackData(json: unknown): SafetyResult<PackData> {
  const read = z.safeParse(packFormat, json)
  if (read.success) return ok(read.data)
  return fail('SAFETY_PACK_MALFORMED', read.error.issues[0]?.path.join('.') ?? 'the whole')
}
