import { fail, ok, type SafetyResult } from '../result.ts'
import { isPlainWord } from '../text/characters.ts'
import { tokenise, type Script } from '../text/tokens.ts'

/**
 * The pattern language of packs, over words and not characters. SPEC SF10.
 *
 * - `send` a word · `send*` a word that begins so · `*straße` one that ends so · `@gift` a word or phrase of a lexicon
 * - `<phone>` something recognised by shape · `_` any one word · `~3` up to three words of any kind
 * - `(a b | c)` either · `x?` with or without
 * - `^` in front: at the beginning of a sentence · `$` at the end: its end · `$?` its end, and it is a question
 */
export type Pattern = {
  readonly body: Node
  readonly atStart: boolean
  readonly atEnd: boolean
  readonly asked: boolean
}

export type Node =
  | { readonly kind: 'symbol'; readonly key: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'sequence' | 'either'; readonly parts: readonly Node[] }
  | { readonly kind: 'optional'; readonly part: Node }

const GAP_MAX = 8
const PATTERN_CHARS_MAX = 2_000
const DEPTH_MAX = 8

/** A pattern as written in a pack; words are folded like the text they are compared with. `where` names the trouble. */
export function parsePattern(written: string, script: Script): SafetyResult<Pattern> {
  if (written.length > PATTERN_CHARS_MAX) return fail('SAFETY_PACK_MALFORMED', 'a pattern is too long')
  const pieces = piecesOf(written)
  const atStart = pieces[0] === '^'
  const last = pieces.at(-1)
  const asked = last === '$?'
  const atEnd = asked || last === '$'
  const reader = { pieces: pieces.slice(atStart ? 1 : 0, atEnd ? -1 : undefined), at: 0, script }
  const body = readEither(reader, 0)
  if (body === undefined || reader.at < reader.pieces.length) {
    return fail('SAFETY_PACK_MALFORMED', `pattern "${written}"`)
  }
  if (mayBeEmpty(body)) return fail('SAFETY_PACK_MALFORMED', `pattern "${written}" matches nothing at all`)
  return ok({ body, atStart, atEnd, asked })
}

type Reader = { readonly pieces: readonly string[]; at: number; readonly script: Script }

/** Brackets, bars and words; a question mark stays with what it follows. */
function piecesOf(written: string): readonly string[] {
  return written.match(/\)\?|[()|]|[^\s()|]+/g) ?? []
}

function readEither(reader: Reader, depth: number): Node | undefined {
  if (depth > DEPTH_MAX) return undefined
  const choices: Node[] = []
  for (;;) {
    const sequence = readSequence(reader, depth)
    if (sequence === undefined) return undefined
    choices.push(sequence)
    if (reader.pieces[reader.at] !== '|') break
    reader.at += 1
  }
  return choices.length === 1 ? choices[0] : { kind: 'either', parts: choices }
}

function readSequence(reader: Reader, depth: number): Node | undefined {
  // Nearly all choices are one word, for which no list is made.
  let first: Node | undefined
  let parts: Node[] | undefined
  for (;;) {
    const piece = reader.pieces[reader.at]
    if (piece === undefined || piece === '|' || piece.startsWith(')')) break
    reader.at += 1
    const part = piece === '(' ? readGroup(reader, depth) : readPiece(piece, reader.script)
    if (part === undefined) return undefined
    if (first === undefined) first = part
    else if (parts === undefined) parts = [first, part]
    else parts.push(part)
  }
  return parts === undefined ? first : { kind: 'sequence', parts }
}

function readGroup(reader: Reader, depth: number): Node | undefined {
  const inner = readEither(reader, depth + 1)
  const end = reader.pieces[reader.at]
  if (inner === undefined || (end !== ')' && end !== ')?')) return undefined
  reader.at += 1
  return end === ')?' ? { kind: 'optional', part: inner } : inner
}

function readPiece(piece: string, script: Script): Node | undefined {
  const isOptional = piece.length > 1 && piece.endsWith('?')
  const bare = isOptional ? piece.slice(0, -1) : piece
  const node = readAtom(bare, script)
  return node !== undefined && isOptional ? { kind: 'optional', part: node } : node
}

const ANY_WORD: Node = { kind: 'any' }
const GAP: readonly Node[] = Array.from({ length: GAP_MAX }, () => ({ kind: 'optional', part: ANY_WORD }))

function readAtom(bare: string, script: Script): Node | undefined {
  // Nearly all of a pack, which has thousands.
  if (isPlainWord(bare)) return { kind: 'symbol', key: bare }
  if (bare === '_') return ANY_WORD
  if (bare.startsWith('~')) {
    const count = Number(bare.slice(1))
    if (!Number.isInteger(count) || count < 1 || count > GAP_MAX) return undefined
    return { kind: 'sequence', parts: GAP.slice(0, count) }
  }
  if (/^@[a-z0-9_]+$/.test(bare) || /^<[a-z]+>$/.test(bare)) return { kind: 'symbol', key: bare }
  if (/[<>@$^~(){}[\]]/.test(bare)) return undefined
  const begins = bare.endsWith('*')
  const ends = bare.startsWith('*')
  if (begins && ends) return undefined
  const words = wordsOf(bare.replaceAll('*', ''), script)
  if (words.length === 0 || (words.length > 1 && (begins || ends))) return undefined
  const parts = words.map((word): Node => ({ kind: 'symbol', key: begins ? `${word}*` : ends ? `*${word}` : word }))
  return parts.length === 1 ? parts[0] : { kind: 'sequence', parts }
}

/** The words of a pack's own text, folded as messages are. */
export function wordsOf(written: string, script: Script): readonly string[] {
  // Only what is more than plain words needs the whole reading, and a pack has thousands.
  if (isPlainWord(written)) return [written]
  if (PLAIN.test(written)) return written.split(' ')
  return tokenise(written, script).tokens.map((token) => token.forms[0] ?? '')
}

const PLAIN = /^[a-z]+(?: [a-z]+)*$/

function mayBeEmpty(node: Node): boolean {
  if (node.kind === 'optional') return true
  if (node.kind === 'sequence') return node.parts.every(mayBeEmpty)
  return node.kind === 'either' && node.parts.some(mayBeEmpty)
}
