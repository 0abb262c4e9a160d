import type { Span } from '@visavis/safety'

/** A part of a text around what was noticed in it. */
export type Excerpt = { readonly before: string; readonly quoted: string; readonly after: string }

/** This much is shown on either side: enough to see what it belongs to. */
const AROUND_CHARS = 60

/** What was noticed, with some of the words around it where it stands in this text. */
export function excerptOf(text: string, { quote, span }: { readonly quote: string; readonly span: Span }): Excerpt {
  const { start, end } = span
  // It may be of the name of a file, or of a text that was edited since.
  if (text.slice(start, end) !== quote) return { before: '', quoted: quote, after: '' }
  return { before: lastWords(text.slice(0, start)), quoted: quote, after: firstWords(text.slice(end)) }
}

function lastWords(text: string): string {
  if (text.length <= AROUND_CHARS) return text
  const kept = text.slice(-AROUND_CHARS)
  const cut = kept.search(/\s/)
  // A word longer than all that is shown is cut; half of a surrogate pair is no letter.
  return `…${(cut === -1 ? kept : kept.slice(cut + 1)).replace(/^[\uDC00-\uDFFF]/, '')}`
}

function firstWords(text: string): string {
  if (text.length <= AROUND_CHARS) return text
  const kept = text.slice(0, AROUND_CHARS)
  const cut = kept.search(/\s\S*$/)
  return `${(cut === -1 ? kept : kept.slice(0, cut)).replace(/[\uD800-\uDBFF]$/, '')}…`
}
