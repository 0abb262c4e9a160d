/**
 * Numbers with a check digit: cards, accounts, identity cards. Pure arithmetic on digits already freed of spaces and signs;
 * a number that only looks like one is not answered. SPEC SF8.
 */

/** ISO/IEC 7812: the digits of a payment card. */
export function isLuhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const doubled = i % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0 && !isOneDigit(digits)
}

function isOneDigit(digits: string): boolean {
  return Array.from(digits).every((digit) => digit === digits[0])
}

/** ISO 13616: country, two check digits, account; lower case, no spaces. */
export function isIban(text: string): boolean {
  if (text.length < 15 || text.length > 34 || !/^[a-z]{2}\d{2}[a-z0-9]+$/.test(text)) return false
  return remainder(text.slice(4) + text.slice(0, 4), 97) === 1
}

/** Of a long number in which letters count 10 to 35. */
function remainder(text: string, divisor: number): number {
  let rest = 0
  for (const character of text) {
    const value = Number.parseInt(character, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % divisor
  }
  return rest
}

/**
 * Whether this is an identity number: `certain` by letters, length or grouping, `possible` where a telephone number could
 * pass the same check. Spain (DNI, NIE), Germany (tax id), France (NIR), Portugal (NIF), Brazil (CPF), United States (SSN).
 *
 * @param groups lengths of the groups as written @param signs what stood between them
 */
export function nationalIdOf(
  text: string,
  groups: readonly number[],
  signs: readonly string[],
): 'certain' | 'possible' | undefined {
  if (isSpanish(text)) return 'certain'
  if (!/^\d{9,15}$/.test(text)) return undefined
  const shape = groups.join('-')
  if (text.length === 9 && shape === '3-2-4' && isSsn(text)) return 'certain'
  if (text.length === 11 && isCpf(text)) return signs.at(-1) === '-' && shape === '3-3-3-2' ? 'certain' : 'possible'
  if (text.length === 11 && isGermanTaxId(text)) return 'possible'
  if (text.length === 15 && isNir(text)) return 'certain'
  return text.length === 9 && isNif(text) ? 'possible' : undefined
}

const SPANISH_LETTERS = 'trwagmyfpdxbnjzsqvhlcke'

function isSpanish(text: string): boolean {
  if (!/^[xyz\d]\d{7}[a-z]$/.test(text)) return false
  const number = Number(text.slice(0, 8).replace('x', '0').replace('y', '1').replace('z', '2'))
  return SPANISH_LETTERS[number % 23] === text[8]
}

function isSsn(digits: string): boolean {
  const area = digits.slice(0, 3)
  return area !== '000' && area !== '666' && area < '900' && digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000'
}

function isCpf(digits: string): boolean {
  if (isOneDigit(digits)) return false
  const check = (length: number) => {
    let sum = 0
    for (let i = 0; i < length; i++) sum += Number(digits[i]) * (length + 1 - i)
    return ((sum * 10) % 11) % 10
  }
  return check(9) === Number(digits[9]) && check(10) === Number(digits[10])
}

/** ISO 7064 MOD 11,10; the first digit is not 0 and exactly one digit of the first ten comes twice or three times. */
function isGermanTaxId(digits: string): boolean {
  const counts = new Map<string, number>()
  for (const digit of digits.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
  const repeated = [...counts.values()].filter((count) => count > 1)
  if (digits.startsWith('0') || repeated.length !== 1 || (repeated[0] ?? 0) > 3) return false
  let product = 10
  for (const digit of digits.slice(0, 10)) {
    const sum = (Number(digit) + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10 === Number(digits[10])
}

function isNir(digits: string): boolean {
  const month = Number(digits.slice(3, 5))
  return (
    /^[12]/.test(digits) &&
    month >= 1 &&
    month <= 12 &&
    97 - remainder(digits.slice(0, 13), 97) === Number(digits.slice(13))
  )
}

function isNif(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < 8; i++) sum += Number(digits[i]) * (9 - i)
  const check = 11 - (sum % 11)
  return /^[1-35689]/.test(digits) && (check > 9 ? 0 : check) === Number(digits[8])
}
