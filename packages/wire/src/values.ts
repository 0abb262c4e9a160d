import * as z from 'zod/mini'
import { INTERESTS_MAX, INTEREST_CHARS_MAX, LANGUAGES_MAX, STAMP_BYTES } from './limits.ts'

/** Values that frames and HTTP contracts share. */

export const MODES = ['video', 'audio', 'text'] as const
export type Mode = (typeof MODES)[number]
export const mode = z.enum(MODES)

/** How a person describes the company they are and the company they wish for. Asked for matching only, never stored. */
export const COMPANIES = ['woman', 'man', 'nonbinary', 'unsaid'] as const
export type Company = (typeof COMPANIES)[number]
export const company = z.enum(COMPANIES)

/** ISO 639-1, or 639-2/3 where there is no two-letter code. */
export const language = z.string().check(z.regex(/^[a-z]{2,3}$/))
export const languages = z.array(language).check(z.minLength(1), z.maxLength(LANGUAGES_MAX))

/** A free tag, folded to lower case by the client; letters, digits and single inner spaces or hyphens. */
export const interest = z
  .string()
  .check(z.maxLength(INTEREST_CHARS_MAX), z.regex(/^[\p{L}\p{N}]+(?:[ -][\p{L}\p{N}]+)*$/u))
export const interests = z.array(interest).check(z.maxLength(INTERESTS_MAX))

/** Boundaries [M12]: a `no` of one and a `want` of the other never meet. */
export const BOUNDARY_SUBJECTS = [
  'flirting',
  'adult-talk',
  'nudity',
  'politics-religion',
  'swearing',
  'personal-questions',
] as const
export type BoundarySubject = (typeof BOUNDARY_SUBJECTS)[number]
export const STANCES = ['no', 'fine', 'want'] as const
export type Stance = (typeof STANCES)[number]
const stance = z.enum(STANCES)
export const boundaries = z.strictObject({
  flirting: stance,
  'adult-talk': stance,
  nudity: stance,
  'politics-religion': stance,
  swearing: stance,
  'personal-questions': stance,
})
export type Boundaries = z.infer<typeof boundaries>
export const BOUNDARIES_DEFAULT: Boundaries = {
  flirting: 'fine',
  'adult-talk': 'no',
  nudity: 'no',
  'politics-religion': 'fine',
  swearing: 'fine',
  'personal-questions': 'no',
}

/** What a stranger may be told about another: a pseudonym of this match only, and what the two have in common. */
export const publicCard = z.object({
  pseudonym: z.string().check(z.maxLength(40)),
  languages: z.array(language).check(z.maxLength(LANGUAGES_MAX)),
  interests: z.array(interest).check(z.maxLength(INTERESTS_MAX)),
  boundaries,
})
export type PublicCard = z.infer<typeof publicCard>

/** Bytes with an inclusive upper bound. */
export function bytes(max: number, min = 0) {
  return z.instanceof(Uint8Array).check(z.refine((value) => value.byteLength <= max && value.byteLength >= min))
}

export const timeMs = z.number().check(z.int(), z.minimum(0))
export const count = z.number().check(z.int(), z.minimum(0), z.maximum(0xffff_ffff))
/** Counts something from 1. */
export const ordinal = z.number().check(z.int(), z.minimum(1), z.maximum(0xffff_ffff))
export const port = z.number().check(z.int(), z.minimum(1), z.maximum(65_535))

/** The server's MAC over a message and its circumstances, made for one recipient account (e2ee SPEC, franking). */
export const stamp = bytes(STAMP_BYTES, STAMP_BYTES)

/** Bytes in JSON: base64url without padding, at most `max` bytes. */
export function b64(max: number) {
  return z.string().check(z.maxLength(Math.ceil((max * 4) / 3)), z.regex(/^[A-Za-z0-9_-]*$/))
}
