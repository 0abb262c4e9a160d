import type { PhoneNumbers } from '@visavis/safety'
import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min'

/** Where nobody knows better: the countries most people of the languages with rules live in. */
const LIKELY: readonly CountryCode[] = ['US', 'GB', 'ES', 'MX', 'DE', 'FR', 'BR', 'PT']

/** Whether digits can be a telephone number, by the numbering plans of the countries (libphonenumber, small data). */
export const phoneNumbers: PhoneNumbers = {
  isPossible(digits, countries) {
    if (digits.startsWith('+')) return parsePhoneNumberFromString(digits)?.isPossible() === true
    // The library counts the arguments it is called with.
    const known = countries.filter((country) => isSupportedCountry(country))
    // `00` is how most of the world dials out.
    if (digits.startsWith('00') && parsePhoneNumberFromString(`+${digits.slice(2)}`)?.isPossible()) return true
    return [...new Set([...known, ...LIKELY])].some(
      (country) => parsePhoneNumberFromString(digits, country)?.isPossible() === true,
    )
  },
}
