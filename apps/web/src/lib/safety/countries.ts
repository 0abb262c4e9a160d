/**
 * Where telephone numbers that a person writes are probably from: the regions of the languages of the browser, most likely
 * first. `pt` alone becomes Brazil, as CLDR has it; a tag that is none is passed over.
 *
 * @param tags BCP 47, as `navigator.languages` @returns ISO 3166-1 alpha-2
 */
export function countriesOf(tags: readonly string[]): readonly string[] {
  const countries = tags.flatMap((tag) => {
    try {
      return new Intl.Locale(tag).maximize().region ?? []
    } catch {
      return []
    }
  })
  return [...new Set(countries)].filter((country) => /^[A-Z]{2}$/.test(country))
}
