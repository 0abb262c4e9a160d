/** A page of an answer to ListObjectsV2: keys, and what groups of keys begin with. */
export type S3Listing = {
  readonly keys: readonly string[]
  readonly prefixes: readonly string[]
  /** Undefined on the last page. */
  readonly next: string | undefined
}

/**
 * Reads such an answer (Amazon S3 API reference, ListObjectsV2). Undefined for anything else. Not a reader of XML: the few
 * elements that are looked for hold plain text, and keys of ours have no character that XML would write differently.
 */
export function readListing(text: string): S3Listing | undefined {
  if (!/<ListBucketResult[\s>]/.test(text)) return undefined
  const isCut = /<IsTruncated>\s*true\s*<\/IsTruncated>/.test(text)
  const next = /<NextContinuationToken>([^<]+)<\/NextContinuationToken>/.exec(text)?.[1]
  if (isCut && next === undefined) return undefined
  return {
    keys: allIn(text, /<Key>([^<]*)<\/Key>/g),
    prefixes: allIn(text, /<CommonPrefixes>\s*<Prefix>([^<]*)<\/Prefix>\s*<\/CommonPrefixes>/g),
    next: isCut && next !== undefined ? plain(next) : undefined,
  }
}

const allIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => plain(match[1] ?? ''))

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** XML 1.0 section 4.1: references to characters, by name or by number. */
function plain(text: string): string {
  return text.replaceAll(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\da-fA-F]{1,6}));/g, (all, name, decimal, hex) => {
    if (name) return NAMED[name] ?? all
    const point = decimal ? Number(decimal) : Number.parseInt(hex, 16)
    return point <= 0x10_ff_ff ? String.fromCodePoint(point) : all
  })
}
