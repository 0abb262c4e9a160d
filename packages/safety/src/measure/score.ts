import type { Flag } from '../findings.ts'
import type { CorpusLine } from './corpus.ts'

/** Counts of one flag over a corpus. */
export type Figures = {
  readonly flag: Flag
  readonly attacks: number
  readonly found: number
  readonly evasions: number
  readonly evasionsFound: number
  readonly negatives: number
  readonly falseAlarms: number
  /** Told on attacks of another kind that nobody labelled so; neither right nor wrong, printed beside. */
  readonly beside: number
}

export type Report = {
  readonly figures: readonly Figures[]
  readonly ordinary: number
  /** Ordinary messages with any finding at all, incoming or one's own. */
  readonly ordinaryAlarms: number
}

/** What is found in a line: its flags. */
export type Classifier = (line: CorpusLine) => readonly Flag[]

export const MEASURED: readonly Flag[] = [
  'pii_request',
  'leave_platform',
  'money',
  'urgency',
  'love_bombing',
  'intimate_request',
  'coercion',
  'threat',
  'own_pii',
]

/**
 * Counts right and wrong. For a flag, what must be found are the lines labelled with it; what must not are all negatives of every
 * file and all ordinary messages, the latter looked at as incoming and as one's own. Attacks of other kinds are counted apart,
 * for a scam line often is several things at once and nobody labels all of them. SPEC SF26.
 */
export function measure(lines: readonly CorpusLine[], classify: Classifier): Report {
  const results = lines.map((line) => ({ line, flags: new Set(classify(line)) }))
  const ordinary = results.filter(({ line }) => line.subject === 'ordinary')
  const asOwn = ordinary.map(({ line }) => ({ line, flags: new Set(classify({ ...line, direction: 'out' })) }))
  const figures = MEASURED.map((flag) => {
    const own = flag === 'own_pii'
    const side = [...results.filter(({ line }) => (line.direction === 'out') === own), ...(own ? asOwn : [])]
    const wanted = side.filter(({ line }) => line.expected.includes(flag))
    const negatives = side.filter(({ line }) => line.kind === 'negative')
    const others = side.filter(({ line }) => line.kind !== 'negative' && !line.expected.includes(flag))
    const isTold = ({ flags }: { flags: ReadonlySet<Flag> }) => flags.has(flag)
    const evasions = wanted.filter(({ line }) => line.kind === 'evasion')
    return {
      flag,
      attacks: wanted.length,
      found: wanted.filter(isTold).length,
      evasions: evasions.length,
      evasionsFound: evasions.filter(isTold).length,
      negatives: negatives.length,
      falseAlarms: negatives.filter(isTold).length,
      beside: others.filter(isTold).length,
    }
  })
  const alarms = ordinary.filter(({ flags }, index) => flags.size > 0 || (asOwn[index]?.flags.size ?? 0) > 0)
  return { figures, ordinary: ordinary.length, ordinaryAlarms: alarms.length }
}

export const precisionOf = ({ found, falseAlarms }: Figures): number => ratio(found, found + falseAlarms)
export const recallOf = ({ found, attacks }: Figures): number => ratio(found, attacks)
export function f1Of(figures: Figures): number {
  const precision = precisionOf(figures)
  const recall = recallOf(figures)
  return ratio(2 * precision * recall, precision + recall)
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
