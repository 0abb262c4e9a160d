/**
 * SPEC.md read plainly and slowly, for tests and benches: who may meet, how well they suit, what the best matching is.
 * Written apart from the pool on purpose, on words and sets, so that a mistake in one is not a mistake in both.
 */
import { solveExactly } from './solve.ts'
import { COMPANIES } from './ticket.ts'
import type { Company, Stance, Ticket } from './ticket.ts'

export function mayMeet(a: Ticket, b: Ticket, nowMs: number): boolean {
  return (
    a.ticketId !== b.ticketId &&
    a.accountId !== b.accountId &&
    [a, b].every((ticket) => ticket.adult && !ticket.sanctioned) &&
    a.mode === b.mode &&
    a.pool === b.pool &&
    a.wish.includes(b.company) &&
    b.wish.includes(a.company) &&
    a.languages.some((language) => b.languages.includes(language)) &&
    !clash(a, b) &&
    !clash(b, a) &&
    !a.blocked.has(b.accountId) &&
    !b.blocked.has(a.accountId) &&
    (a.recent.get(b.accountId) ?? 0) <= nowMs &&
    (b.recent.get(a.accountId) ?? 0) <= nowMs
  )
}

function clash(a: Ticket, b: Ticket): boolean {
  return Object.entries(a.boundaries).some(([subject, stance]) => stance === 'no' && b.boundaries[subject] === 'want')
}

export function scoreFor(a: Ticket, b: Ticket): number {
  const shared = (left: readonly string[], right: readonly string[]) =>
    [...new Set(left)].filter((word) => right.includes(word)).length
  const sameContinent = a.relayRegion.split('-')[0] === b.relayRegion.split('-')[0]
  const near = a.relayRegion === b.relayRegion ? 5 : sameContinent ? 2 : 0
  return (
    1 +
    6 * Math.min(4, shared(a.interests, b.interests)) +
    near +
    2 * Math.min(2, shared(a.languages, b.languages) - 1) +
    (3 - Math.abs(a.trust - b.trust))
  )
}

/** The greatest sum of scores any pairing of these people can have, over every allowed pair: nothing left out. */
export function optimumOf(tickets: readonly Ticket[], nowMs: number): { pairs: number; score: number } {
  const edges = tickets.flatMap((a, i) =>
    tickets.slice(i + 1).flatMap((b) => {
      const score = mayMeet(a, b, nowMs) ? scoreFor(a, b) : 0
      return score > 0 ? [{ a, b, score, weight: score }] : []
    }),
  )
  const chosen = solveExactly(edges, (left, right) => right.weight - left.weight)
  return { pairs: chosen.length, score: chosen.reduce((sum, edge) => sum + edge.weight, 0) }
}

/**
 * People as they come: languages, interests and regions by Zipf's law, most with usual wishes and boundaries, one in
 * six looking for one company only. Seeded; the same seed gives the same people.
 */
export function createCrowd(seed: number): (nowMs: number, change?: Partial<Ticket>) => Ticket {
  let state = seed >>> 0 || 1
  let count = 0
  const chance = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const languages = createZipf('l', 24, 1.1, chance)
  const interests = createZipf('i', 200, 0.9, chance)
  const regions = createZipf('', 8, 0.7, chance)
  const some = (draw: () => string, max: number, more: number): string[] => {
    const words = new Set<string>()
    while (words.size < max && chance() < more) words.add(draw())
    return [...words]
  }
  return (nowMs, change = {}) => {
    count += 1
    const company = pickCompany(chance())
    const wish = chance() < 0.16 ? [pickCompany(chance())] : COMPANIES
    return {
      ticketId: `t${count}`,
      accountId: `a${count}`,
      mode: 'video',
      languages: [...new Set([languages(), ...some(languages, 3, 0.3)])],
      interests: some(interests, 12, 0.78),
      company,
      wish,
      boundaries: pickBoundaries(chance),
      trust: Math.floor(chance() * 4),
      pool: 'general',
      relayRegion: `${Number(regions()) < 4 ? 'eu' : 'us'}-${regions()}`,
      blocked: new Set(chance() < 0.3 ? [`a${Math.floor(chance() * count)}`] : []),
      recent: new Map(chance() < 0.5 ? [[`a${Math.floor(chance() * count)}`, nowMs + 600_000]] : []),
      adult: true,
      sanctioned: false,
      seekingSinceMs: nowMs,
      ...change,
    }
  }
}

function pickCompany(share: number): Company {
  if (share < 0.55) return 'man'
  if (share < 0.9) return 'woman'
  return share < 0.95 ? 'nonbinary' : 'unsaid'
}

function pickBoundaries(chance: () => number): Record<string, Stance> {
  const pick = (no: number, want: number): Stance => {
    const share = chance()
    if (share < no) return 'no'
    return share > 1 - want ? 'want' : 'fine'
  }
  return { flirting: pick(0.3, 0.1), nudity: pick(0.9, 0.03), swearing: pick(0.2, 0.02), politics: pick(0.3, 0.1) }
}

function createZipf(prefix: string, words: number, exponent: number, chance: () => number): () => string {
  const sums: number[] = []
  let total = 0
  for (let rank = 1; rank <= words; rank += 1) sums.push((total += rank ** -exponent))
  return () => {
    const drawn = chance() * total
    return `${prefix}${sums.findIndex((sum) => sum >= drawn)}`
  }
}
