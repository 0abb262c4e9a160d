import { isIban, isLuhn, nationalIdOf } from '../detect/identifiers.ts'
import { isDigit, isPicture } from './characters.ts'
import { MONEY_SIGNS, type Token, type Tokens } from './tokens.ts'

/** How a language says numbers. Part of a pack. */
export type Numbers = {
  /** `five`: "5", `twenty`: "20"; also what people write for one, such as `oh`: "0". */
  readonly digits: ReadonlyMap<string, string>
  /** The first letters of the longer of them. */
  readonly digitHeads: ReadonlySet<string>
  /** `double`: 2, `triple`: 3. */
  readonly repeats: ReadonlyMap<string, number>
  /** What people say between digits and does not count: `dash`, `then`. */
  readonly fillers: ReadonlySet<string>
  /** Names of money behind an amount: `dollars`, `bucks`. */
  readonly currencies: ReadonlySet<string>
}

const HEAD_CHARS = 3

/** Beginnings of digit words, by which most words are known to be none. */
export function digitHeads(digits: ReadonlyMap<string, string>): ReadonlySet<string> {
  return new Set([...digits.keys()].map((word) => word.slice(0, HEAD_CHARS)))
}

/** Something recognised by its shape in tokens `from` up to `to`, with the names under which patterns know it. */
export type Shape = {
  readonly from: number
  readonly to: number
  readonly names: readonly string[]
  readonly value: string
}

type Unit = { readonly at: number; readonly to: number; readonly digits: string; readonly spelled: boolean }

/** Longer runs are cut: no number that means anything is as long. */
const RUN_UNITS_MAX = 40

/**
 * Numbers however they are written: digits, words, emoji, groups with any signs between, letters for digits. Names:
 * `<num>`, `<year>`, `<code>` (4-8 digits), `<phone>` (7-15), `<card>`, `<iban>`, `<nationalid>`, `<maybeid>`, `<amount>`,
 * `<date>`, `<time>`. Linear in the number of tokens. SPEC SF7, SF8.
 */
export function findNumbers(source: Tokens, numbers: Numbers): readonly Shape[] {
  const { tokens } = source
  const found: Shape[] = []
  for (let at = 0; at < tokens.length;) {
    const first = unitAt(tokens, at, numbers)
    if (first === undefined) {
      at += 1
      continue
    }
    const units = runFrom(tokens, first, numbers)
    const last = units.at(-1) ?? first
    for (const unit of units) {
      found.push({ from: unit.at, to: unit.to, names: namesOfUnit(unit), value: unit.digits })
    }
    found.push(...shapesOfRun(tokens, units, numbers))
    at = last.to
  }
  for (let at = 0; at < tokens.length; at++) {
    const lettered = letteredAt(tokens, at)
    if (lettered) found.push(lettered)
  }
  return found
}

function namesOfUnit({ digits, spelled }: Unit): readonly string[] {
  const isYear = !spelled && digits.length === 4 && Number(digits) >= 1930 && Number(digits) < 2040
  return isYear ? ['<num>', '<year>'] : ['<num>']
}

function runFrom(tokens: readonly Token[], first: Unit, numbers: Numbers): readonly Unit[] {
  const units = [first]
  let last = first
  while (last.to < tokens.length && units.length < RUN_UNITS_MAX) {
    const fillers = isFiller(tokens[last.to] as Token, numbers) ? 1 : 0
    const unit = unitAt(tokens, last.to + fillers, numbers)
    if (unit === undefined || isApart(tokens, last, unit)) break
    units.push(unit)
    last = unit
  }
  return units
}

function isFiller(token: Token, numbers: Numbers): boolean {
  const form = token.forms[0] ?? ''
  return numbers.fillers.has(form) || (isPicture(form) && !token.isNumber)
}

/** A new sentence begins a new number, unless each digit stands alone: "5. 5. 5." */
function isApart(tokens: readonly Token[], left: Unit, right: Unit): boolean {
  const opens = tokens[right.at]?.opens ?? false
  return opens && (left.digits.length > 1 || right.digits.length > 1)
}

function unitAt(tokens: readonly Token[], at: number, numbers: Numbers): Unit | undefined {
  const token = tokens[at]
  if (token === undefined) return undefined
  const form = token.forms[0] ?? ''
  if (token.isNumber) return { at, to: at + 1, digits: form, spelled: false }
  const times = numbers.repeats.get(form)
  const next = tokens[at + 1]
  if (times !== undefined && next !== undefined) {
    const digit = next.isNumber ? (next.forms[0] ?? '') : (digitsOf(next, numbers) ?? '')
    if (digit.length === 1) return { at, to: at + 2, digits: digit.repeat(times), spelled: true }
  }
  const digits = digitsOf(token, numbers)
  if (digits === undefined) return likeDigits(token, at)
  const unit = digits.length === 2 && digits.endsWith('0') ? digitsOf(next, numbers) : undefined
  // "twenty one" is 21.
  if (unit?.length === 1 && unit !== '0') return { at, to: at + 2, digits: (digits[0] ?? '') + unit, spelled: true }
  return { at, to: at + 1, digits, spelled: true }
}

function digitsOf(token: Token | undefined, numbers: Numbers): string | undefined {
  if (token === undefined) return undefined
  for (const form of token.forms) {
    const digits = numbers.digits.get(form)
    if (digits !== undefined) return digits
  }
  return runTogether(token.forms[0] ?? '', numbers)
}

/** "fivefivefive": nothing but digit words, at least two. */
function runTogether(word: string, numbers: Numbers): string | undefined {
  let digits = ''
  for (let i = 0; i < word.length;) {
    const isDigitWord = numbers.digitHeads.has(word.slice(i, i + HEAD_CHARS))
    let length = isDigitWord ? Math.min(8, word.length - i) : 0
    while (length >= HEAD_CHARS && numbers.digits.get(word.slice(i, i + length)) === undefined) length -= 1
    const isFigure = (word[i] ?? '') >= '0' && (word[i] ?? '') <= '9'
    if (length < HEAD_CHARS && !isFigure) return undefined
    digits += length < HEAD_CHARS ? (word[i] ?? '') : (numbers.digits.get(word.slice(i, i + length)) ?? '')
    i += length < HEAD_CHARS ? 1 : length
  }
  return digits.length >= 2 ? digits : undefined
}

const LETTER_DIGITS: Readonly<Record<string, string>> = {
  o: '0',
  l: '1',
  i: '1',
  z: '2',
  s: '5',
  b: '8',
  g: '9',
  q: '9',
}

function hasDigit(word: string): boolean {
  for (let at = 0; at < word.length; at++) if (isDigit(word[at] ?? '')) return true
  return false
}

/** "5o5l": letters that pass for digits among at least as many digits. */
function likeDigits(token: Token, at: number): Unit | undefined {
  const form = token.forms[0] ?? ''
  if (!hasDigit(form) || nationalIdOf(form, [form.length], []) !== undefined) return undefined
  let digits = ''
  let figures = 0
  for (const character of form) {
    const isFigure = character >= '0' && character <= '9'
    const digit = isFigure ? character : LETTER_DIGITS[character]
    if (digit === undefined) return undefined
    figures += isFigure ? 1 : 0
    digits += digit
  }
  return digits.length >= 3 && figures * 2 >= digits.length ? { at, to: at + 1, digits, spelled: true } : undefined
}

function shapesOfRun(tokens: readonly Token[], units: readonly Unit[], numbers: Numbers): readonly Shape[] {
  const first = units[0] as Unit
  const last = units.at(-1) as Unit
  const span = { from: first.at, to: last.to, value: units.map((unit) => unit.digits).join('') }
  const signs = units.slice(1).map((unit) => (tokens[unit.at]?.glued ? (tokens[unit.at]?.before ?? '') : ' '))
  if (isDate(units, signs)) return [{ ...span, names: ['<date>'] }]
  if (units.length === 2 && signs[0] === ':' && Number(first.digits) < 25) return [{ ...span, names: ['<time>'] }]
  const amount = amountOf(tokens, units, signs, numbers)
  if (amount) return [{ ...span, ...amount, names: ['<amount>'] }]
  if (isGrouped(units, signs)) return units.length > 1 ? [{ ...span, names: ['<num>'] }] : []
  const names = namesOfRun(span.value, units, signs)
  return names.length > 0 ? [{ ...span, names }] : []
}

function namesOfRun(digits: string, units: readonly Unit[], signs: readonly string[]): readonly string[] {
  const names: string[] = []
  const { length } = digits
  const isSpelledOut = units.every((unit) => unit.spelled)
  // "one two three four" is counting, not a code, and "one or two" is not a number of anything.
  if (length >= 4 && length <= 8 && !isCounting(digits)) names.push('<code>')
  if (length >= 13 && length <= 19 && isLuhn(digits)) names.push('<card>')
  const id = nationalIdOf(
    digits,
    units.map((unit) => unit.digits.length),
    signs,
  )
  if (id === 'certain') return [...names, '<nationalid>']
  if (id === 'possible') names.push('<maybeid>')
  const isLongEnough = isSpelledOut ? length >= 6 : length >= 7
  if (isLongEnough && length <= 15 && !names.includes('<card>') && !isCounting(digits)) names.push('<phone>')
  return names
}

function isCounting(digits: string): boolean {
  return '01234567890'.includes(digits) || '9876543210'.includes(digits)
}

function isDate(units: readonly Unit[], signs: readonly string[]): boolean {
  const sign = signs[0] ?? ''
  if (sign === '' || !'/.-'.includes(sign) || signs.some((each) => each !== sign)) return false
  const lengths = units.map((unit) => unit.digits.length)
  if (units.length === 2) return sign === '/' && lengths.every((length) => length <= 2)
  if (units.length !== 3) return false
  const [a = 0, b = 0, c = 0] = lengths
  const [first = 0, second = 0] = units.map((unit) => Number(unit.digits))
  return b <= 2 && second <= 31 && ((a <= 2 && first <= 31 && (c === 2 || c === 4)) || (a === 4 && c <= 2))
}

/** "10,000", "3.5" and "1.250,00" are quantities. */
function isGrouped(units: readonly Unit[], signs: readonly string[]): boolean {
  if (units.some((unit) => unit.spelled) || signs.length === 0) return false
  if (signs.some((sign) => sign !== ',' && sign !== '.')) return false
  const [head, ...groups] = units.map((unit) => unit.digits.length)
  if (units.length === 2 && (groups[0] ?? 0) <= 2) return true
  return (head ?? 0) <= 3 && groups.slice(0, -1).every((length) => length === 3) && (groups.at(-1) ?? 9) <= 3
}

function amountOf(
  tokens: readonly Token[],
  units: readonly Unit[],
  signs: readonly string[],
  numbers: Numbers,
): { from: number; to: number } | undefined {
  const first = units[0] as Unit
  const last = units.at(-1) as Unit
  if (units.length > 1 && !isGrouped(units, signs) && !units.every((unit) => unit.spelled)) return undefined
  const isMoney = (token: Token | undefined) => {
    const form = token?.forms[0] ?? ''
    return (
      (form !== '' && MONEY_SIGNS.includes(form)) ||
      (token?.forms.some((each) => numbers.currencies.has(each)) ?? false)
    )
  }
  if (isMoney(tokens[first.at - 1])) return { from: first.at - 1, to: last.to }
  return isMoney(tokens[last.to]) ? { from: first.at, to: last.to + 1 } : undefined
}

const IBAN_TOKENS_MAX = 10

/** Account numbers and identity numbers that hold letters: IBAN, Spanish DNI and NIE. */
function letteredAt(tokens: readonly Token[], at: number): Shape | undefined {
  const form = tokens[at]?.forms[0] ?? ''
  if (!hasDigit(form)) return undefined
  if (nationalIdOf(form, [form.length], []) === 'certain' && !tokens[at]?.isNumber) {
    return { from: at, to: at + 1, names: ['<nationalid>'], value: form }
  }
  if (form.length < 4 || !/^[a-z]{2}\d{2}/.test(form.slice(0, 4))) return undefined
  let joined = ''
  for (let to = at; to < tokens.length && to - at < IBAN_TOKENS_MAX && joined.length <= 34; to++) {
    joined += tokens[to]?.forms[0] ?? ''
    if (joined.length >= 15 && isIban(joined)) return { from: at, to: to + 1, names: ['<iban>'], value: joined }
  }
  return undefined
}
