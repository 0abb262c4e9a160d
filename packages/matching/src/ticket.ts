/**
 * What a person brings to the pool, and the bounds of it. The shell builds tickets from its own records and from what the
 * person chose in the lobby; the pool still checks their shape, because a wrong ticket could break a hard rule. SPEC MT1-MT4.
 */
export const MODES = ['video', 'audio', 'text'] as const
export type Mode = (typeof MODES)[number]
export const COMPANIES = ['woman', 'man', 'nonbinary', 'unsaid'] as const
export type Company = (typeof COMPANIES)[number]
export const STANCES = ['no', 'fine', 'want'] as const
export type Stance = (typeof STANCES)[number]

export const LANGUAGES_MAX = 8
export const INTERESTS_MAX = 12
export const SUBJECTS_MAX = 16
export const TRUST_MAX = 3
export const NAME_CHARS_MAX = 128
/** Devices of one account that may wait at once. */
export const TICKETS_PER_ACCOUNT_MAX = 6

export type Ticket = {
  readonly ticketId: string
  readonly accountId: string
  readonly mode: Mode
  readonly languages: readonly string[]
  readonly interests: readonly string[]
  readonly company: Company
  readonly wish: readonly Company[]
  readonly boundaries: Readonly<Record<string, Stance>>
  /** Private level, 0 to 3; never shown to anybody. */
  readonly trust: number
  /** Behaviour pool, for example `general` or `restricted`. */
  readonly pool: string
  /** Region of the relay this person is nearest to, `continent-part`, for example `eu-west`. */
  readonly relayRegion: string
  /** Account ids blocked in either direction. */
  readonly blocked: ReadonlySet<string>
  /** Account id -> when the cool-down with that person ends, in ms. */
  readonly recent: ReadonlyMap<string, number>
  readonly adult: boolean
  readonly sanctioned: boolean
  readonly seekingSinceMs: number
}

export type Refusal = 'full' | 'not-adult' | 'sanctioned' | 'malformed'

/** Why this ticket may not wait, or undefined when it may. Room in the pool is not looked at here. */
export function refusalOf(ticket: Ticket): Refusal | undefined {
  if (!wellFormed(ticket)) return 'malformed'
  if (!ticket.adult) return 'not-adult'
  if (ticket.sanctioned) return 'sanctioned'
  return undefined
}

function wellFormed(ticket: Ticket): boolean {
  const subjects = Object.entries(ticket.boundaries)
  return (
    isName(ticket.ticketId) &&
    isName(ticket.accountId) &&
    isName(ticket.pool) &&
    isName(ticket.relayRegion) &&
    MODES.includes(ticket.mode) &&
    isNames(ticket.languages, 1, LANGUAGES_MAX) &&
    isNames(ticket.interests, 0, INTERESTS_MAX) &&
    COMPANIES.includes(ticket.company) &&
    ticket.wish.length >= 1 &&
    ticket.wish.length <= COMPANIES.length &&
    ticket.wish.every((company) => COMPANIES.includes(company)) &&
    subjects.length <= SUBJECTS_MAX &&
    subjects.every(([subject, stance]) => isName(subject) && STANCES.includes(stance)) &&
    typeof ticket.adult === 'boolean' &&
    typeof ticket.sanctioned === 'boolean' &&
    Number.isInteger(ticket.trust) &&
    ticket.trust >= 0 &&
    ticket.trust <= TRUST_MAX &&
    Number.isFinite(ticket.seekingSinceMs) &&
    ticket.seekingSinceMs >= 0
  )
}

function isName(value: string): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= NAME_CHARS_MAX
}

function isNames(values: readonly string[], min: number, max: number): boolean {
  return values.length >= min && values.length <= max && values.every(isName)
}
