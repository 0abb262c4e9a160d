import { createInterner } from './interner.ts'
import type { Patience } from './patience.ts'
import { bitsOf } from './seat.ts'
import type { Account, Seat } from './seat.ts'
import { INTEREST_IDS_MAX } from './shelf.ts'
import type { Shelf } from './shelf.ts'
import { COMPANIES, SUBJECTS_MAX } from './ticket.ts'
import type { Company, Ticket } from './ticket.ts'

/**
 * Turns tickets into seats and takes their words back when they leave. The pool knows at most `SUBJECTS_MAX` subjects of
 * boundaries at a time, because each is one bit.
 */
export function createSeating() {
  const languages = createInterner(INTEREST_IDS_MAX)
  const interests = createInterner(INTEREST_IDS_MAX)
  const subjects = createInterner(SUBJECTS_MAX)
  const regions = createInterner(INTEREST_IDS_MAX)
  const continents = createInterner(INTEREST_IDS_MAX)
  let serials = 0

  /** Undefined when the ticket names more subjects than there is room for; then nothing is held. */
  function sit(ticket: Ticket, account: Account, shelf: Shelf, sinceMs: number, patience: Patience): Seat | undefined {
    const stances = Object.entries(ticket.boundaries)
    const subjectIds = stances.map(([subject]) => subjects.acquire(subject))
    if (subjectIds.includes(undefined)) {
      for (const [i, [subject]] of stances.entries()) if (subjectIds[i] !== undefined) subjects.release(subject)
      return undefined
    }
    const bitsFor = (stance: string): number =>
      bitsOf(stances.flatMap(([, held], i) => (held === stance ? [subjectIds[i] as number] : [])))
    const languageIds = acquireAll(languages, ticket.languages)
    const interestIds = acquireAll(interests, ticket.interests)
    serials += 1
    return {
      ticket,
      account,
      shelf,
      serial: serials,
      languages: languageIds,
      languageBits: bitsOf(languageIds),
      interests: interestIds,
      interestBits: bitsOf(interestIds),
      companyBit: companyBit(ticket.company),
      wishBits: ticket.wish.reduce((bits, wished) => bits | companyBit(wished), 0),
      noBits: bitsFor('no'),
      wantBits: bitsFor('want'),
      trust: ticket.trust,
      region: acquireAll(regions, [ticket.relayRegion])[0] as number,
      continent: acquireAll(continents, [continentOf(ticket.relayRegion)])[0] as number,
      sinceMs,
      patience,
      places: [],
      scoreMin: Number.POSITIVE_INFINITY,
      wakeAtMs: Number.POSITIVE_INFINITY,
      queued: false,
      gone: false,
      seenInScan: 0,
    }
  }

  function stand({ ticket }: Seat): void {
    for (const word of new Set(ticket.languages)) languages.release(word)
    for (const word of new Set(ticket.interests)) interests.release(word)
    for (const subject of Object.keys(ticket.boundaries)) subjects.release(subject)
    regions.release(ticket.relayRegion)
    continents.release(continentOf(ticket.relayRegion))
  }

  /** Words held now, of all kinds; 0 when nobody waits. */
  function words(): number {
    return [languages, interests, subjects, regions, continents].reduce((sum, interner) => sum + interner.size(), 0)
  }

  return { sit, stand, words }
}

/** Sorted numbers of the distinct words. These interners have room for every word a full pool can hold. */
function acquireAll(interner: ReturnType<typeof createInterner>, words: readonly string[]): number[] {
  const ids = Array.from(new Set(words), (word) => {
    const id = interner.acquire(word)
    if (id === undefined) throw new Error('more words than a full pool can hold')
    return id
  })
  return ids.toSorted((left, right) => left - right)
}

function companyBit(company: Company): number {
  return 1 << COMPANIES.indexOf(company)
}

function continentOf(region: string): string {
  return region.split('-', 1)[0] ?? region
}
