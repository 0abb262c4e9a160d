import { LANGUAGES, type Language } from './content/shape.ts'

/** The centre's language: the chosen one, else the first of the browser's that it has, else English. */
export function pickLanguage(chosen: string | undefined, languages: readonly string[]): Language {
  for (const tag of [chosen, ...languages]) {
    const base = tag?.toLowerCase().split('-')[0]
    const found = LANGUAGES.find((language) => language === base)
    if (found) return found
  }
  return 'en'
}

/**
 * The country that the browser's languages name, and nothing else: no address is looked up, and `en` alone is no country. A
 * wrong emergency number would be worse than a question.
 */
export function guessCountry(languages: readonly string[], known: ReadonlySet<string>): string | undefined {
  for (const tag of languages) {
    const region = regionOf(tag)
    if (region !== undefined && known.has(region)) return region
  }
  return undefined
}

function regionOf(tag: string): string | undefined {
  try {
    return new Intl.Locale(tag).region
  } catch {
    // A browser may be told to send whatever its owner likes.
    return undefined
  }
}

export type Country = { readonly code: string; readonly name: string }

/** Countries by their name in a language, in its order. */
export function countriesIn(language: Language, codes: Iterable<string>): readonly Country[] {
  const names = new Intl.DisplayNames([language], { type: 'region' })
  const collator = new Intl.Collator(language)
  return [...codes]
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .toSorted((a, b) => collator.compare(a.name, b.name))
}
