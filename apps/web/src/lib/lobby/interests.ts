import { INTERESTS_MAX, interest } from '@visavis/wire'

export type InterestRefusal = 'form' | 'many'

/** A typed tag as the contract wants it: lower case, single spaces, no `#`, no edge hyphens. */
export function foldInterest(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[#_]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[\s-]+|[\s-]+$/g, '')
}

/** Adds what was typed, several at once with commas. Says why the first refused one was refused. */
export function addInterests(
  present: readonly string[],
  typed: string,
): { readonly interests: readonly string[]; readonly refused?: InterestRefusal } {
  const interests = [...present]
  let refused: InterestRefusal | undefined
  for (const part of typed.split(/[,;\n]/)) {
    const tag = foldInterest(part)
    if (tag === '' || interests.includes(tag)) continue
    if (!interest.safeParse(tag).success) refused ??= 'form'
    else if (interests.length >= INTERESTS_MAX) refused ??= 'many'
    else interests.push(tag)
  }
  return refused === undefined ? { interests } : { interests, refused }
}
