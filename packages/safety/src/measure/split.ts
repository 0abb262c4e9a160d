import { createLikenesses, keyOf } from './likeness.ts'

const PARTS = ['develop', 'held-out'] as const
type Side = (typeof PARTS)[number]

/** Lines that stand in the corpus already; a file's own, and those of the other files of its language. */
export type Dealt = Readonly<Record<Side, readonly string[]>>
const NOTHING: Dealt = { develop: [], 'held-out': [] }

/**
 * Deals lines into develop (two thirds) and held-out (one third) by a hash of the text, so that the same lines always fall the
 * same way. Lines that are nearly the same as one dealt before, in this call, in `dealt` or in `others`, follow it: a held-out
 * line whose twin was learned from would prove nothing. SPEC SF27.
 */
export function deal(lines: readonly string[], dealt: Dealt, others: Dealt = NOTHING): Dealt {
  const known = createLikenesses<Side>()
  const texts = new Set<string>()
  const result: Record<Side, string[]> = { develop: [], 'held-out': [] }
  for (const part of PARTS) {
    for (const line of dealt[part]) {
      const key = keyOf(line)
      known.add(key, part)
      texts.add(key)
    }
    for (const line of others[part]) known.add(keyOf(line), part)
  }
  for (const line of lines) {
    const key = keyOf(line)
    if (key === '' || texts.has(key)) continue
    texts.add(key)
    const part = known.find(key) ?? (hash(key) % 3 === 0 ? 'held-out' : 'develop')
    known.add(key, part)
    result[part].push(line.trim())
  }
  return result
}

/**
 * Which of some further lines may be lessons, beside those that are learned from already (as `develop`): not those that stand in the file or are nearly the same as a held-out line of
 * any file, nor near-duplicates with the same sign. An attack and a negative may be twins: from such pairs one learns most. SPEC SF27.
 */
export function dealMore(lines: readonly string[], dealt: Dealt, others: Dealt = NOTHING): readonly string[] {
  const heldOut = createLikenesses<string>()
  const develop = createLikenesses<string>()
  const texts = new Set<string>()
  for (const line of [...dealt['held-out'], ...others['held-out']]) heldOut.add(keyOf(line), line)
  for (const line of dealt.develop) develop.add(keyOf(line), signOf(line))
  for (const line of [...dealt.develop, ...dealt['held-out'], ...others['held-out']]) texts.add(keyOf(line))
  const kept: string[] = []
  for (const line of lines) {
    const key = keyOf(line)
    if (key === '' || texts.has(key) || heldOut.find(key) !== undefined) continue
    if (develop.find(key, (sign) => sign === signOf(line)) !== undefined) continue
    texts.add(key)
    develop.add(key, signOf(line))
    kept.push(line.trim())
  }
  return kept
}

const signOf = (line: string): string => (line.trim().startsWith('-') ? '-' : '+')

function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0
  return value ^ (value >>> 15)
}
