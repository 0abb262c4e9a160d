import type { Pack } from '../pack/compile.ts'
import { search } from '../pattern/search.ts'
import type { Lattice } from '../text/lattice.ts'

/** A rule or a claim that fits tokens `from` up to `to`, and is not taken back by a guard. */
export type Hit = { readonly index: number; readonly from: number; readonly to: number }
export type Hits = { readonly rules: readonly Hit[]; readonly claims: readonly Hit[] }

/** How far a guard reaches from a match, in words. */
const NEAR_TOKENS = 6

/** Whether a pattern of the pack counts; training leaves out those that know nothing but the line they were written for. */
export type Counted = (pattern: number) => boolean

/** What of a pack fits a text. One hit per rule and sentence, the shortest; per claim the longest. SPEC SF12, SF13. */
export function findHits(pack: Pack, lattice: Lattice, counted: Counted = () => true): Hits {
  const rules: Hit[] = []
  const claims: Hit[] = []
  for (let i = 0; i + 1 < lattice.sentences.length; i++) {
    const found = hitsOfSentence(pack, lattice, i, counted)
    rules.push(...found.rules)
    claims.push(...found.claims)
  }
  return { rules, claims }
}

type GuardMatch = { readonly name: string; readonly near: boolean; readonly from: number; readonly to: number }

function hitsOfSentence(pack: Pack, lattice: Lattice, sentence: number, counted: Counted): Hits {
  const [from = 0, to = 0] = lattice.sentences.slice(sentence, sentence + 2)
  const guards: GuardMatch[] = []
  const found: { readonly kind: 'rule' | 'claim'; readonly hit: Hit }[] = []
  for (const match of search(pack.automaton, lattice, from, to)) {
    if (!counted(match.pattern)) continue
    const owner = pack.owners[match.pattern]
    if (owner?.kind === 'guard') guards.push({ ...owner, from: match.from, to: match.to })
    else if (owner) found.push({ kind: owner.kind, hit: { index: owner.index, from: match.from, to: match.to } })
  }
  const best = { rule: new Map<number, Hit>(), claim: new Map<number, Hit>() }
  for (const { kind, hit } of found) {
    const unless = (kind === 'rule' ? pack.rules : pack.claims)[hit.index]?.unless ?? []
    if (guards.some((guard) => unless.includes(guard.name) && reaches(guard, hit))) continue
    const known = best[kind].get(hit.index)
    // A rule quotes as little as it needs; what is claimed stands behind all of a claim's words.
    const isShorter = known === undefined || hit.to - hit.from < known.to - known.from
    if (kind === 'rule' ? isShorter : !isShorter || known === undefined) best[kind].set(hit.index, hit)
  }
  return { rules: [...best.rule.values()], claims: [...best.claim.values()] }
}

function reaches(guard: GuardMatch, hit: Hit): boolean {
  return !guard.near || (guard.from < hit.to + NEAR_TOKENS && hit.from < guard.to + NEAR_TOKENS)
}
