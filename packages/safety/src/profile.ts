import type { Engine } from './engine.ts'
import type { Advice, Finding, Flag, Reason, Span } from './findings.ts'
import type { Pack } from './pack/compile.ts'
import { isDigit, isLetter, readLeet } from './text/characters.ts'
import { normalise, type Normalised } from './text/normalise.ts'

/**
 * What a handle or the words of a profile give away, or pretend. For the person who chooses them it is advice, for the server a
 * reason to ask again; nobody is refused by it alone. SPEC SF22.
 */
export type ProfileHint = {
  readonly field: 'handle' | 'bio'
  readonly flag: Flag
  readonly reasonId: Reason
  readonly adviceId: Advice
  readonly confidence: number
  readonly span: Span
  readonly packVersion: string
}

export const HANDLE_CHARS_MAX = 64
export const BIO_CHARS_MAX = 4_000

/** Years of birth of adults alive, written with four digits. */
const BIRTH_YEAR = { from: 1930, to: 2010 }
const PHONE_DIGITS_MIN = 7

/** What a pack knows of names; a server needs nothing else of it. */
export type NamePack = Pick<Pack, 'profile' | 'version'>

type Facts = {
  readonly packs: readonly NamePack[]
  readonly reading: Normalised
  readonly word: string
}

/** Hints about a handle, the surest first: real names, years of birth, places, telephone numbers, famous people, staff. */
export function checkHandle(packs: readonly NamePack[], handle: string): readonly ProfileHint[] {
  const reading = normalise(handle.slice(0, HANDLE_CHARS_MAX))
  const word = lettersOf(reading.text)
  const facts: Facts = { packs, reading, word }
  return [...pretended(facts), ...named(facts), ...numbered(facts), ...placed(facts)].toSorted(
    (a, b) => b.confidence - a.confidence,
  )
}

/**
 * Hints about the words of a profile: ways to reach somebody, money, and people one is not.
 *
 * @param engine over the same packs
 */
export function checkBio(engine: Engine, packs: readonly Pack[], bio: string): readonly ProfileHint[] {
  const text = bio.slice(0, BIO_CHARS_MAX)
  const own = engine.check({ text, direction: 'out' }).findings
  const toOthers = engine.check({ text, direction: 'in' }).findings.filter((finding) => TOLD_IN_BIO.has(finding.flag))
  const hints = [...own, ...toOthers].map((finding) => hintOf(finding))
  return [...hints, ...packs.flatMap((pack) => pretendedInBio(pack, text))].toSorted(
    (a, b) => b.confidence - a.confidence,
  )
}

const TOLD_IN_BIO: ReadonlySet<Flag> = new Set(['leave_platform', 'money', 'intimate_request', 'threat'])

function hintOf({ flag, reasonId, adviceId, confidence, span, packVersion }: Finding): ProfileHint {
  const isContact = flag === 'leave_platform'
  return {
    field: 'bio',
    flag,
    reasonId: isContact ? 'contact_in_profile' : reasonId,
    adviceId,
    confidence,
    span,
    packVersion,
  }
}

function hint(
  facts: Facts,
  reasonId: Reason,
  confidence: number,
  from: number,
  to: number,
  pack: NamePack,
): ProfileHint {
  const isPose = reasonId.startsWith('poses') || reasonId === 'claims_verification'
  return {
    field: 'handle',
    flag: isPose ? 'impersonation' : 'own_pii',
    reasonId,
    adviceId: 'choose_another_name',
    confidence,
    span: { start: facts.reading.starts[from] ?? 0, end: facts.reading.ends[to - 1] ?? 0 },
    packVersion: pack.version,
  }
}

/** Famous people and staff, also written in leetspeak: names of people are compared without anything between the letters. */
function pretended(facts: Facts): readonly ProfileHint[] {
  const { text } = facts.reading
  const letters = new Set([text, readLeet(text, 'i'), readLeet(text, 'l')].map(lettersOf))
  const hints: ProfileHint[] = []
  const whole = [0, text.length] as const
  for (const pack of facts.packs) {
    const { celebrities, staff, verified } = pack.profile
    const joined = (name: string) => name.replaceAll(' ', '')
    const has = (name: string) => [...letters].some((each) => each.includes(joined(name)))
    if (celebrities.some((name) => joined(name).length > 5 && has(name)))
      hints.push(hint(facts, 'poses_as_celebrity', 0.85, ...whole, pack))
    const parts = new Set(partsOf(readLeet(text, 'i')).concat(partsOf(text)))
    if (staff.some((name) => parts.has(name) || (joined(name).length > 5 && has(name))))
      hints.push(hint(facts, 'poses_as_staff', 0.85, ...whole, pack))
    if (verified.some((name) => (isLetter(name[0] ?? '') ? parts.has(name) : text.includes(name)))) {
      hints.push(hint(facts, 'claims_verification', 0.8, ...whole, pack))
    }
  }
  return hints
}

function lettersOf(text: string): string {
  return Array.from(text).filter(isLetter).join('')
}

function partsOf(text: string): readonly string[] {
  return text.split(/[^\p{L}]+/u).filter((part) => part !== '')
}

/** A first name with a family name, or alone. "rose_of_texas" is not a name, "anna_fischer" and "annafischer" are. */
function named(facts: Facts): readonly ProfileHint[] {
  const { text } = facts.reading
  for (const pack of facts.packs) {
    const first = new Set(pack.profile.firstNames)
    const last = new Set(pack.profile.lastNames)
    const parts = partsOf(text)
    const isPair = parts.some((part, at) => first.has(part) && last.has(parts[at + 1] ?? ''))
    if (isPair || isRunTogether(facts.word, first, last)) return [hint(facts, 'real_name', 0.9, 0, text.length, pack)]
    const only = parts.length === 1 ? (parts[0] ?? '') : ''
    if (first.has(only)) {
      const at = text.indexOf(only)
      return [hint(facts, 'real_name', 0.6, at, at + only.length, pack)]
    }
  }
  return []
}

function isRunTogether(word: string, first: ReadonlySet<string>, last: ReadonlySet<string>): boolean {
  for (let i = 3; i + 3 <= word.length; i++) if (first.has(word.slice(0, i)) && last.has(word.slice(i))) return true
  return false
}

/** A year of birth ("sunny1994", "anna94") or a telephone number. */
function numbered(facts: Facts): readonly ProfileHint[] {
  const { text } = facts.reading
  const pack = facts.packs[0]
  if (pack === undefined) return []
  const hints: ProfileHint[] = []
  for (let from = 0; from < text.length;) {
    let to = from
    while (to < text.length && isDigit(text[to] ?? '')) to += 1
    const digits = text.slice(from, to)
    if (digits.length >= PHONE_DIGITS_MIN) hints.push(hint(facts, 'contact_in_profile', 0.85, from, to, pack))
    const year = Number(digits)
    if (digits.length === 4 && year >= BIRTH_YEAR.from && year <= BIRTH_YEAR.to)
      hints.push(hint(facts, 'birth_year', 0.8, from, to, pack))
    const isShortYear = digits.length === 2 && to === text.length && from > 0 && (year >= 50 || year <= 9)
    if (isShortYear) hints.push(hint(facts, 'birth_year', 0.6, from, to, pack))
    from = Math.max(to, from + 1)
  }
  return hints
}

function placed(facts: Facts): readonly ProfileHint[] {
  const { text } = facts.reading
  for (const pack of facts.packs) {
    for (const place of pack.profile.places) {
      const at = text.indexOf(place)
      const isPart = partsOf(text).includes(place) || (place.length > 5 && at >= 0)
      if (isPart) return [hint(facts, 'place_name', 0.7, Math.max(0, at), Math.max(0, at) + place.length, pack)]
    }
  }
  return []
}

/** "I'm Keanu Reeves" and "official support" pretend; "I love Keanu Reeves" does not. */
function pretendedInBio(pack: Pack, bio: string): readonly ProfileHint[] {
  const reading = normalise(bio)
  const text = ` ${reading.text.replaceAll(/[^\p{L}\p{N}]/gu, ' ')} `
  const facts: Facts = { packs: [pack], reading, word: '' }
  const hints: ProfileHint[] = []
  for (const [names, reason] of [
    [pack.profile.celebrities, 'poses_as_celebrity'],
    [pack.profile.staff, 'poses_as_staff'],
  ] as const) {
    for (const name of names) {
      for (const claim of pack.profile.claims) {
        const at = text.indexOf(` ${claim} ${name} `)
        if (at >= 0)
          hints.push({ ...hint(facts, reason, 0.8, at, at + claim.length + name.length + 1, pack), field: 'bio' })
      }
    }
  }
  return hints.slice(0, 1)
}
