/** Languages offered in the lobby: ISO 639 codes, two letters where they exist, by number of speakers and reach. */
export const LANGUAGE_CODES = (
  'en es fr de pt it nl pl ru uk tr ar fa he hi ur bn ta te mr gu pa ml kn ne si zh ja ko vi th id ms fil jv my km lo ' +
  'mn kk uz az ka hy el ro hu cs sk sl hr sr bs mk bg sq sv no da fi is et lv lt ga cy eu ca gl mt lb af sw am so ha yo ' +
  'ig zu xh rw mg ht qu gn ay eo la be ky tg tk ps ku sd as or yue ase gsg bfi'
).split(' ')

export type LanguageName = { readonly code: string; readonly name: string; readonly own: string }

function nameIn(locale: string, code: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: 'language', fallback: 'code' }).of(code) ?? code
  } catch {
    // A code that this browser does not know is still a language.
    return code
  }
}

/** Name of a language in the reader's language and in its own, so that both can be searched. */
export function languageName(code: string, locale: string): LanguageName {
  return { code, name: nameIn(locale, code), own: nameIn(code, code) }
}

export function languageNames(locale: string): readonly LanguageName[] {
  const collator = new Intl.Collator(locale)
  return LANGUAGE_CODES.map((code) => languageName(code, locale)).toSorted((a, b) => collator.compare(a.name, b.name))
}

const fold = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** Matches from the beginning of a name come first. */
export function searchLanguages(all: readonly LanguageName[], query: string): readonly LanguageName[] {
  const wanted = fold(query.trim())
  if (wanted === '') return all
  const found = all.filter(
    ({ code, name, own }) => code === wanted || fold(name).includes(wanted) || fold(own).includes(wanted),
  )
  const rank = ({ code, name }: LanguageName) => (code === wanted ? 0 : fold(name).startsWith(wanted) ? 1 : 2)
  return found.toSorted((a, b) => rank(a) - rank(b))
}
