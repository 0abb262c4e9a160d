import { CLAIMS_MAX, type Claim, type State } from './conversation.ts'
import type { Hit } from './evidence/hits.ts'
import { spanOf } from './evidence/weigh.ts'
import type { Finding, Reason } from './findings.ts'
import type { Pack } from './pack/compile.ts'
import type { ClaimData } from './pack/format.ts'
import type { Edge, Lattice } from './text/lattice.ts'

/**
 * The claim memory: what a contact said of themselves, word for word, and what of it cannot both be true. Both quotes are
 * shown side by side and the person judges; people also move, marry and find work. SPEC SF18, SF19.
 */
type Said = Claim & { readonly hit: Hit; readonly kind: ClaimData['topic'] }

const REASON_OF: Readonly<Record<ClaimData['topic'], Reason>> = {
  age: 'changed_age',
  home: 'changed_home',
  origin: 'changed_origin',
  job: 'changed_job',
  family: 'changed_family',
  relationship: 'changed_relationship',
  camera: 'camera_again',
}

const VALUE_TOKENS_MAX = 3
const QUOTE_CHARS_MAX = 200
const AGE_MIN = 16
const AGE_MAX = 99
/** Somebody has a birthday between two messages; two of them are a different age. */
const AGE_SLACK = 1
/** An excuse is a contradiction to nothing; the second one, in a later message, is worth a look. */
const CAMERA_GAP_MESSAGES = 3
/** Seen so, a contradiction is a question and not a proof. */
const CONFIDENCE = 0.7

/** What this message adds to the memory, and what of it disagrees with earlier words. */
export function recall(
  pack: Pack,
  lattice: Lattice,
  hits: readonly Hit[],
  text: string,
  state: State,
): { readonly claims: readonly Claim[]; readonly findings: readonly Finding[] } {
  const findings: Finding[] = []
  let claims = [...state.claims]
  for (const said of hits.flatMap((hit) => readClaim(pack, lattice, hit, text, state.messages))) {
    const earlier = claims.filter((claim) => claim.topic === said.topic)
    const odd = earlier.find((claim) => disagrees(pack, said.kind, claim, said))
    if (odd) findings.push(contradiction(pack, lattice, said, odd))
    const isKnown = earlier.some((claim) => claim.value === said.value)
    const { topic, value, quote, at } = said
    if (!isKnown || said.kind === 'camera') claims = [...claims, { topic, value, quote, at }].slice(-CLAIMS_MAX)
  }
  return { claims, findings }
}

function contradiction(pack: Pack, lattice: Lattice, said: Said, earlier: Claim): Finding {
  return {
    flag: 'inconsistent',
    confidence: CONFIDENCE,
    span: spanOf(lattice, said.hit.from, said.hit.to),
    reasonId: REASON_OF[said.kind],
    adviceId: 'ask_about_it',
    ruleId: `claims/${said.topic}`,
    packVersion: pack.version,
    earlier: { quote: earlier.quote, messageNumber: earlier.at },
  }
}

function readClaim(pack: Pack, lattice: Lattice, hit: Hit, text: string, at: number): readonly Said[] {
  const data = pack.claims[hit.index]
  if (data === undefined) return []
  const read = valueOf(pack, lattice, hit, data)
  if (read === undefined || read.value === '') return []
  const { start, end } = spanOf(lattice, hit.from, read.to)
  const quote = text.slice(start, Math.min(end, start + QUOTE_CHARS_MAX))
  const topic = data.aspect ?? data.topic
  return [{ topic, kind: data.topic, value: read.value.slice(0, 80), quote, at, hit: { ...hit, to: read.to } }]
}

function valueOf(pack: Pack, lattice: Lattice, hit: Hit, data: ClaimData): { value: string; to: number } | undefined {
  if (data.value !== undefined) return { value: data.value, to: hit.to }
  if (data.take === 'after') return wordsAfter(pack, lattice, hit.to)
  if (data.take === 'match') return { value: wordAt(lattice, hit.to - 1), to: hit.to }
  const number = numberIn(lattice, hit, data.take === 'year')
  if (number === undefined) return undefined
  if (data.topic === 'age' && data.take === 'number' && (number < AGE_MIN || number > AGE_MAX)) return undefined
  return { value: `${data.take === 'year' ? 'year ' : ''}${number}`, to: hit.to }
}

function numberIn(lattice: Lattice, hit: Hit, isYear: boolean): number | undefined {
  for (let at = hit.from; at < hit.to; at++) {
    const isNumber = (edge: Edge) => edge.value !== undefined && edge.to <= hit.to && /^\d+$/.test(edge.value)
    const longest = (lattice.edges[at] ?? []).filter(isNumber).toSorted((a, b) => b.to - a.to)[0]
    if (longest?.value !== undefined && (longest.value.length === 4) === isYear) return Number(longest.value)
  }
  return undefined
}

function wordAt(lattice: Lattice, at: number): string {
  return lattice.source.tokens[at]?.forms[0] ?? ''
}

function wordsAfter(pack: Pack, lattice: Lattice, from: number): { value: string; to: number } {
  const words: string[] = []
  let to = from
  for (; to < lattice.source.tokens.length && words.length < VALUE_TOKENS_MAX; to++) {
    const token = lattice.source.tokens[to]
    const isParted = to > from && (token?.opens || token?.before.includes(','))
    if (isParted || pack.claimStops.has(wordAt(lattice, to))) break
    words.push(wordAt(lattice, to))
  }
  return { value: words.join(' '), to }
}

function disagrees(pack: Pack, kind: ClaimData['topic'], earlier: Claim, now: Said): boolean {
  if (earlier.at === now.at) return false
  if (kind === 'camera') return now.at - earlier.at >= CAMERA_GAP_MESSAGES
  if (earlier.value === now.value) return false
  if (kind === 'age') return agesDisagree(earlier.value, now.value)
  if (kind === 'home' || kind === 'origin') return !isSamePlace(pack, earlier.value, now.value)
  if (kind === 'job') return !sharesWord(earlier.value, now.value)
  return true
}

/** A year of birth and an age are not compared: the year of now is not known here. */
function agesDisagree(a: string, b: string): boolean {
  if (a.startsWith('year') !== b.startsWith('year')) return false
  return Math.abs(Number(a.replace('year ', '')) - Number(b.replace('year ', ''))) > AGE_SLACK
}

function sharesWord(a: string, b: string): boolean {
  const words = new Set(a.split(' '))
  return b.split(' ').some((word) => word.length > 2 && words.has(word))
}

const PLACE_DEPTH_MAX = 6

function isSamePlace(pack: Pack, a: string, b: string): boolean {
  const around = (place: string) => {
    const chain = [place]
    for (
      let each = pack.placeOf.get(place);
      each !== undefined && chain.length < PLACE_DEPTH_MAX;
      each = pack.placeOf.get(each)
    ) {
      chain.push(each)
    }
    return chain
  }
  return sharesWord(a, b) || around(a).includes(b) || around(b).includes(a)
}
