import { recall } from './claims.ts'
import { afterMessage, FRESH_STATE, type State } from './conversation.ts'
import { findHits } from './evidence/hits.ts'
import { raisedBy, weigh, type Case } from './evidence/weigh.ts'
import type { Context, Direction, Finding, Flag, PhoneNumbers } from './findings.ts'
import type { Pack } from './pack/compile.ts'
import { assert } from './result.ts'
import { readLattice, type Lattice } from './text/lattice.ts'

/** One message to be looked at. `state` is what the last call on this conversation answered. */
export type Message = {
  readonly text: string
  readonly direction: Direction
  readonly context?: Context
  readonly state?: State
}

export type Checked = { readonly findings: readonly Finding[]; readonly state: State }

export type Engine = {
  /**
   * What is worth telling about a message: of an incoming one its red flags and contradictions, of one's own the private
   * data it would give away. Best first. The state is new; the given one is not changed.
   */
  check(message: Message): Checked
}

/** Of a longer text the beginning is looked at; the longest message of the product has 16 KiB. */
export const TEXT_CHARS_MAX = 100_000

/**
 * The engine over the packs of the languages two people speak: each is asked, and the surest finding per flag and place
 * counts. Pure: the same message and state give the same answer. SPEC SF1, SF13, SF24.
 *
 * @param packs at least one @param phones decides whether digits can be a telephone number; without it every sequence of
 *   7 to 15 digits that is no date, amount or identity number counts as one
 */
export function createEngine(packs: readonly Pack[], phones?: PhoneNumbers): Engine {
  assert(packs.length > 0, 'an engine needs a pack')
  return {
    check({ text: whole, direction, context = {}, state = FRESH_STATE }) {
      const text = whole.slice(0, TEXT_CHARS_MAX)
      const findings: Finding[] = []
      const mine: Flag[] = []
      let claims = state.claims
      for (const pack of packs) {
        const lattice = withPossiblePhones(readLattice(text, pack.reading, pack.vocabulary), pack, context, phones)
        const hits = findHits(pack, lattice)
        const given: Case = { pack, lattice, hits: hits.rules, direction, context, state }
        findings.push(...weigh(given))
        if (direction === 'out') mine.push(...raisedBy(given))
        else {
          const recalled = recall(pack, lattice, hits.claims, text, { ...state, claims: [...claims] })
          findings.push(...recalled.findings)
          claims = [...recalled.claims]
        }
      }
      const told = surest(findings)
      const found = direction === 'in' ? told.map((finding) => finding.flag) : []
      return { findings: told, state: afterMessage(state, { found, mine, claims }) }
    },
  }
}

/** One finding per flag, or per flag and place where places matter; the surest of each, the surest of all first. */
function surest(findings: readonly Finding[]): readonly Finding[] {
  const kept: Finding[] = []
  for (const finding of findings.toSorted((a, b) => b.confidence - a.confidence)) {
    const isApart = finding.flag === 'own_pii' || finding.flag === 'inconsistent'
    const same = kept.some(
      (other) =>
        other.flag === finding.flag &&
        (!isApart || (other.span.start < finding.span.end && finding.span.start < other.span.end)),
    )
    if (!same) kept.push(finding)
  }
  return kept
}

/** Without the numbers that no telephone in the likely countries has. */
function withPossiblePhones(lattice: Lattice, pack: Pack, context: Context, phones: PhoneNumbers | undefined): Lattice {
  if (phones === undefined) return lattice
  const phone = pack.vocabulary.symbol('<phone>')
  const { tokens } = lattice.source
  const edges = lattice.edges.map((list, at) =>
    list.map((edge) => {
      if (edge.value === undefined || !edge.symbols.includes(phone)) return edge
      const plus = tokens[at]?.before.endsWith('+') ? '+' : ''
      if (phones.isPossible(plus + edge.value, context.countries ?? [])) return edge
      return { ...edge, symbols: edge.symbols.filter((symbol) => symbol !== phone) }
    }),
  )
  return { ...lattice, edges }
}
