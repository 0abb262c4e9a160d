export type TextPiece =
  | { readonly kind: 'text'; readonly text: string }
  /** `url` is absolute with http or https; `host` is where it truly leads, in ASCII, for the question before it opens. */
  | { readonly kind: 'link'; readonly text: string; readonly url: string; readonly host: string }

const LINK = /\b(?:https?:\/\/|www\.)[^\s<>"'`]+/giu
/** Marks that end a sentence rather than an address. */
const TRAILING = '.,;:!?…)]}»”’'

/** Text cut at its web addresses. Nothing else becomes a link: no e-mail, no telephone number, no other scheme. */
export function piecesOf(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = []
  let from = 0
  for (const match of text.matchAll(LINK)) {
    const shown = withoutTail(match[0])
    const link = linkOf(shown)
    if (!link) continue
    if (match.index > from) pieces.push({ kind: 'text', text: text.slice(from, match.index) })
    pieces.push(link)
    from = match.index + shown.length
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) })
  return pieces
}

function withoutTail(match: string): string {
  // Counted from the end: a pattern that looks for the end from every mark would let a hostile text stop the page.
  let end = match.length
  while (end > 0 && TRAILING.includes(match.charAt(end - 1))) end -= 1
  const shown = match.slice(0, end)
  // A bracket that opened inside the address belongs to it, as in many encyclopedias.
  const isOpen = shown.includes('(') && !shown.includes(')') && match.charAt(shown.length) === ')'
  return isOpen ? `${shown})` : shown
}

function linkOf(shown: string): TextPiece | undefined {
  const address = /^www\./i.test(shown) ? `https://${shown}` : shown
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  // A name and password before the host are there to deceive: shown as text, never opened.
  if (url.username !== '' || url.password !== '' || !url.hostname.includes('.')) return undefined
  return { kind: 'link', text: shown, url: url.href, host: url.host }
}

const EMOJI_ONLY =
  /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200D|\uFE0F|\u20E3|[#*\d\s])+$/u

/** One to three emoji and nothing else: shown large. */
export function isFewEmoji(text: string): boolean {
  const shown = text.trim()
  if (shown === '' || shown.length > 40 || !EMOJI_ONLY.test(shown) || !/[^\d\s#*]/u.test(shown)) return false
  return [...new Intl.Segmenter().segment(shown)].filter(({ segment }) => segment.trim() !== '').length <= 3
}
