import type { Shape } from './numbers.ts'
import type { Token, Tokens } from './tokens.ts'

const LOCAL_CHARS_MAX = 64
const HOST_CHARS_MAX = 100
const HANDLE_CHARS_MIN = 3
const HANDLE_CHARS_MAX = 30

/** Ends of names that people write without "www": enough to see a link, not a list of what exists. */
const ENDINGS: ReadonlySet<string> = new Set(
  (
    'com net org info biz io co uk de fr es pt br it nl be ch at eu us ca au in ru pl se no dk fi mx ar cl tv gg ly app dev ' +
    'xyz site online club shop store live chat vip link page bio top icu cc ws to'
  ).split(' '),
)
/** Hosts whose ending is also an ordinary word. */
const HOSTS: ReadonlySet<string> = new Set([
  't.me',
  'wa.me',
  'm.me',
  'paypal.me',
  'cash.me',
  'line.me',
  'bit.ly',
  'signal.me',
  'discord.gg',
])

/**
 * Links (`<link>`), e-mail addresses (`<email>`) and handles (`<handle>`). Each sign is looked around by a bounded number of
 * characters, so the work is linear. SPEC SF9.
 */
export function findStructures({ source, tokens }: Tokens): readonly Shape[] {
  const { text } = source
  const found: { from: number; to: number; name: string }[] = []
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '@') {
      const at = addressAround(text, i) ?? handleAt(text, i)
      if (at) {
        found.push(at)
        i = at.to - 1
      }
    } else if (text[i] === '.' || (text[i] === ':' && text.startsWith('://', i))) {
      const link = linkAround(text, i)
      if (link) {
        found.push(link)
        i = link.to - 1
      }
    }
  }
  return shapesOf(tokens, found, text)
}

type Found = { readonly from: number; readonly to: number; readonly name: string }

function shapesOf(tokens: readonly Token[], found: readonly Found[], text: string): readonly Shape[] {
  const shapes: Shape[] = []
  let at = 0
  for (const { from, to, name } of found.toSorted((a, b) => a.from - b.from)) {
    while (at < tokens.length && (tokens[at]?.to ?? 0) <= from) at += 1
    let end = at
    while (end < tokens.length && (tokens[end]?.from ?? to) < to) end += 1
    if (end > at) shapes.push({ from: at, to: end, names: [name], value: text.slice(from, to) })
  }
  return shapes
}

const isName = (character: string): boolean => /^[a-z0-9]$/.test(character)

function addressAround(text: string, at: number): Found | undefined {
  let from = at
  while (from > 0 && at - from < LOCAL_CHARS_MAX && /^[a-z0-9._%+-]$/.test(text[from - 1] ?? '')) from -= 1
  const to = hostEnd(text, at + 1)
  const host = text.slice(at + 1, to)
  const ending = host.slice(host.lastIndexOf('.') + 1)
  if (from === at || !host.includes('.') || !/^[a-z]{2,12}$/.test(ending)) return undefined
  return { from, to, name: '<email>' }
}

/** Where a host name that begins at `from` ends; a dot belongs to it only when a name follows. */
function hostEnd(text: string, from: number): number {
  let to = from
  while (to < text.length && to - from < HOST_CHARS_MAX) {
    const character = text[to] ?? ''
    const isJoint = (character === '.' || character === '-') && isName(text[to + 1] ?? '')
    if (!isName(character) && !isJoint) break
    to += 1
  }
  return to
}

function handleAt(text: string, at: number): Found | undefined {
  if (at > 0 && isName(text[at - 1] ?? '')) return undefined
  let to = at + 1
  while (to - at <= HANDLE_CHARS_MAX && /^[a-z0-9._]$/.test(text[to] ?? '')) to += 1
  return to - at > HANDLE_CHARS_MIN ? { from: at, to, name: '<handle>' } : undefined
}

function linkAround(text: string, at: number): Found | undefined {
  let from = at
  while (from > 0 && at - from < HOST_CHARS_MAX && /^[a-z0-9-]$/.test(text[from - 1] ?? '')) from -= 1
  if (from === at) return undefined
  if (text[at] === ':') return { from, to: pathEnd(text, at + 3), name: '<link>' }
  const to = hostEnd(text, at + 1)
  const host = text.slice(from, to)
  const parts = host.split('.')
  const isKnown = HOSTS.has(host) || ENDINGS.has(parts.at(-1) ?? '')
  if (!isKnown || to === at + 1 || parts.every((part) => /^\d+$/.test(part))) return undefined
  // "ok.in" and "yes.no" are missing spaces; a real address of two short words is followed by a path.
  const isShort = parts.length === 2 && (parts[0]?.length ?? 0) < 4 && !HOSTS.has(host) && text[to] !== '/'
  return isShort ? undefined : { from, to: pathEnd(text, to), name: '<link>' }
}

const PATH_CHARS_MAX = 400

function pathEnd(text: string, from: number): number {
  let to = from
  while (to < text.length && to - from < PATH_CHARS_MAX && (text[to] ?? '').trim() !== '') to += 1
  return to
}
