import { FLAGS, type Context, type Direction, type Flag } from '../findings.ts'

/**
 * The corpus as it is written: one message per line. SPEC SF25.
 *
 * `+ text` an attack · `~ text` an attack that hides · `- text` ordinary talk that looks alike. Right behind the sign may stand
 * `[early]`, `[late]` or `[out]`; at the end further flags, ` #money #urgency`. `;` begins a comment.
 */
export type CorpusLine = {
  readonly language: string
  /** The flag of the file, or `ordinary`. */
  readonly subject: Flag | 'ordinary'
  readonly kind: 'attack' | 'evasion' | 'negative'
  readonly direction: Direction
  readonly context: Context
  readonly text: string
  /** What should be found; nothing for a negative. */
  readonly expected: readonly Flag[]
}

/**
 * What a line is for. `develop` and `held-out` are dealt from the same lines, and so the one says what to expect of the other; `lessons`
 * are written by others, harder or lighter than what was dealt: they are learned from, and nothing is judged by them.
 */
export type Part = 'develop' | 'lessons' | 'held-out'

const KINDS = { '+': 'attack', '~': 'evasion', '-': 'negative' } as const
const MINUTES = { early: 5, late: 60 * 24 * 60 } as const

/** The lines of one file. Throws, naming file and line number, where one is not in the format: this is our own data. */
export function parseCorpus(
  text: string,
  language: string,
  subject: Flag | 'ordinary',
  file: string,
): readonly CorpusLine[] {
  const lines: CorpusLine[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith(';')) continue
    const parsed = parseLine(line, language, subject)
    if (parsed === undefined) throw new Error(`${file}:${index + 1} is not "+ text", "~ text" or "- text"`)
    lines.push(parsed)
  }
  return lines
}

function parseLine(line: string, language: string, subject: Flag | 'ordinary'): CorpusLine | undefined {
  const kind = KINDS[line[0] as keyof typeof KINDS]
  const head = /^.(?:\[(early|late|out)\])? +/.exec(line)
  if (kind === undefined || head === null || (subject === 'ordinary' && kind !== 'negative')) return undefined
  const tag = head[1] as 'early' | 'late' | 'out' | undefined
  const { text, flags } = splitFlags(line.slice(head[0].length))
  if (text === '') return undefined
  const isOwn = subject === 'own_pii' || tag === 'out'
  return {
    language,
    subject,
    kind,
    direction: isOwn ? 'out' : 'in',
    context: tag === 'early' || tag === 'late' ? { minutesKnown: MINUTES[tag] } : {},
    text,
    expected: kind === 'negative' || subject === 'ordinary' ? [] : [subject, ...flags],
  }
}

/** Flags at the end of a line; a `#` before any other word is part of the message. */
function splitFlags(text: string): { readonly text: string; readonly flags: readonly Flag[] } {
  const words = text.split(' ')
  const flags: Flag[] = []
  for (;;) {
    const last = words.at(-1) ?? ''
    const flag = FLAGS.find((each) => last === `#${each}`)
    if (flag === undefined) break
    flags.unshift(flag)
    words.pop()
  }
  return { text: words.join(' ').trim(), flags }
}
