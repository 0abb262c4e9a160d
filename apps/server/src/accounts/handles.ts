import type { Random } from '@visavis/ports'
import { fail, HANDLE_ADVICE, handle as handleSchema, HANDLE_CHARS_MAX, ok, type Result } from '@visavis/wire'
import { adviceOfPacks } from './handle-names.ts'
import { CONTACTS, FIRST_NAMES, PLACES, RESERVED } from './handle-lists.ts'
import { ADJECTIVES, CREATURES } from './handle-words.ts'

export type HandleAdvice = (typeof HANDLE_ADVICE)[number]

const YEAR_MIN = 1920
const YEAR_MAX = 2029
const PHONE_DIGITS_MIN = 6
const NAME_PREFIX_CHARS_MIN = 4
const SUGGESTED_NUMBER_MIN = 100
const SUGGESTED_NUMBERS = 900

/** What a handle gives away about its owner [A2], or pretends [S9]. Advice only. Expects a handle that fits the schema. */
export function adviseHandle(handle: string): HandleAdvice[] {
  const parts = handle.toLowerCase().split(/[-_.]/)
  const words = parts.flatMap((part) => part.split(/\d+/)).filter((word) => word !== '')
  const joined = words.join('')
  const told = new Set(isSuggestible(words) ? [] : adviceOfPacks(handle))
  const found: Partial<Record<HandleAdvice, boolean>> = {
    'looks-like-name': words.some((word) => isName(word)) || FIRST_NAMES.has(joined),
    'has-birth-year': hasYear(handle),
    'has-place': words.some((word) => PLACES.has(word)) || PLACES.has(joined),
    'has-contact': words.some((word) => CONTACTS.has(word)) || handle.replaceAll(/\D/g, '').length >= PHONE_DIGITS_MIN,
  }
  return HANDLE_ADVICE.filter((advice) => found[advice] || told.has(advice))
}

/** Made of our own words only: that a fox or a heron is somebody's name, too, says nothing. */
function isSuggestible(words: readonly string[]): boolean {
  return words.every((word) => ADJECTIVES.includes(word) || CREATURES.includes(word))
}

// `annasmith`: a first name with more behind it, unless all of it is an ordinary word we would suggest ourselves.
function isName(word: string): boolean {
  if (FIRST_NAMES.has(word)) return true
  if (ADJECTIVES.includes(word) || CREATURES.includes(word)) return false
  for (let end = word.length - 1; end >= NAME_PREFIX_CHARS_MIN; end -= 1) {
    if (FIRST_NAMES.has(word.slice(0, end))) return true
  }
  return false
}

// A year of birth in full, or a two-digit one at the end as people write it ('92). A day and month run together with a
// year are more than enough digits to be caught as a phone number.
function hasYear(handle: string): boolean {
  const numbers = handle.match(/\d+/g) ?? []
  const isYear = (digits: string) => Number(digits) >= YEAR_MIN && Number(digits) <= YEAR_MAX
  if (numbers.some((digits) => digits.length === 4 && isYear(digits))) return true
  if (numbers.some((digits) => digits.length > 4 && (isYear(digits.slice(0, 4)) || isYear(digits.slice(-4)))))
    return true
  const last = /(?<!\d)(\d{2})$/.exec(handle)?.[1]
  return last !== undefined && Number(last) >= 40
}

/**
 * Whether an account may have this handle. Error: ACCOUNT_HANDLE_INVALID for a wrong form and for names that would
 * speak for the service, however they are decorated (`admin-7`, `m0derator`).
 */
export function admitHandle(handle: string): Result<string> {
  if (!handleSchema.safeParse(handle).success) return fail('ACCOUNT_HANDLE_INVALID')
  const plain = handle.replaceAll(/[-_.]/g, '')
  const read = plain
    .replaceAll('0', 'o')
    .replaceAll('1', 'i')
    .replaceAll('3', 'e')
    .replaceAll('4', 'a')
    .replaceAll('5', 's')
  const bare = plain.replaceAll(/\d+/g, '')
  const parts = handle.split(/[-_.]/).map((part) => part.replaceAll(/\d+/g, ''))
  const spoken = [handle, plain, read, bare, read.replace(/[a-z]$/, '')]
  if (spoken.some((form) => RESERVED.has(form)) || parts.some((part) => FORBIDDEN_PARTS.has(part))) {
    return fail('ACCOUNT_HANDLE_INVALID')
  }
  return plain.includes('visavis') ? fail('ACCOUNT_HANDLE_INVALID') : ok(handle)
}

const FORBIDDEN_PARTS: ReadonlySet<string> = new Set([
  'admin',
  'administrator',
  'mod',
  'moderator',
  'staff',
  'support',
  'official',
])

/** Handles that say nothing about anyone: `adjective-creature-number`, all different. */
export function suggestHandles(random: Random, count: number): string[] {
  const suggestions = new Set<string>()
  while (suggestions.size < count) {
    const number = SUGGESTED_NUMBER_MIN + below(random, SUGGESTED_NUMBERS)
    const suggestion = `${pick(random, ADJECTIVES)}-${pick(random, CREATURES)}-${number}`
    if (suggestion.length <= HANDLE_CHARS_MAX) suggestions.add(suggestion)
  }
  return [...suggestions]
}

function pick(random: Random, from: readonly string[]): string {
  return from[below(random, from.length)] ?? ''
}

function below(random: Random, bound: number): number {
  return Math.min(bound - 1, Math.floor(random.float() * bound))
}
