import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { expect, it } from 'vitest'
import { LINE_KINDS } from '../content/shape.ts'
import { EMERGENCY_AS_OF } from './emergency-table.ts'
import { LINES_AS_OF } from './lines-table.ts'
import { EMERGENCY, EVERYWHERE, LINES, linesOf, readEmergency, readLines } from './numbers.ts'
import { EMERGENCY_SOURCES } from './sources.ts'

// The 193 members of the United Nations, and the two observers that are states.
const UN =
  'AF AL DZ AD AO AG AR AM AU AT AZ BS BH BD BB BY BE BZ BJ BT BO BA BW BR BN BG BF BI CV KH CM CA CF TD CL CN CO KM CG CR ' +
  'CI HR CU CY CZ KP CD DK DJ DM DO EC EG SV GQ ER EE SZ ET FJ FI FR GA GM GE DE GH GR GD GT GN GW GY HT HN HU IS IN ID ' +
  'IR IQ IE IL IT JM JP JO KZ KE KI KW KG LA LV LB LS LR LY LI LT LU MG MW MY MV ML MT MH MR MU MX FM MC MN ME MA MZ MM ' +
  'NA NR NP NL NZ NI NE NG MK NO OM PK PW PA PG PY PE PH PL PT QA KR MD RO RU RW KN LC VC WS SM ST SA SN RS SC SL SG SK ' +
  'SI SB SO ZA SS ES LK SD SR SE CH SY TJ TH TL TG TO TT TN TR TM TV UG UA AE GB TZ US UY UZ VU VE VN YE ZM ZW VA PS'

const SHORT = /^\d{2,6}$/
const DAY = /^20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/

it('[S15] every member and observer of the United Nations has emergency numbers, and many territories', () => {
  const countries = UN.split(' ')
  expect(new Set(countries).size).toBe(195)
  expect(countries.filter((code) => !EMERGENCY.has(code))).toEqual([])
  expect(EMERGENCY.size).toBeGreaterThanOrEqual(240)
})

it('[S15] codes are those of countries, numbers have 2 to 6 digits, and every entry names its sources', () => {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
  for (const [code, { numbers, sources }] of EMERGENCY) {
    expect(names.of(code), code).toBeDefined()
    expect(Object.values(numbers).length, code).toBeGreaterThan(0)
    for (const number of Object.values(numbers)) expect(number, code).toMatch(SHORT)
    expect(sources.length, code).toBeGreaterThan(0)
  }
  for (const { url, date } of Object.values(EMERGENCY_SOURCES)) {
    expect(new URL(url).protocol).toMatch(/^https?:$/)
    expect(date).toMatch(DAY)
  }
  expect(EMERGENCY_AS_OF).toMatch(DAY)
  expect(LINES_AS_OF).toMatch(DAY)
})

it('[S15] well-known numbers stand where they belong', () => {
  expect(EMERGENCY.get('DE')?.numbers).toEqual({ general: '112', police: '110' })
  expect(EMERGENCY.get('FR')?.numbers).toEqual({ general: '112', police: '17', ambulance: '15', fire: '18' })
  expect(EMERGENCY.get('JP')?.numbers).toEqual({ police: '110', ambulance: '119', fire: '119' })
  expect(EMERGENCY.get('BR')?.numbers).toEqual({ police: '190', ambulance: '192', fire: '193' })
  expect(EMERGENCY.get('NO')?.numbers).toEqual({ police: '112', ambulance: '113', fire: '110' })
  expect(EMERGENCY.get('US')?.numbers).toEqual({ general: '911' })
})

it('[S15] help lines: numbers that exist in their country, each with the page where it was read, 60 countries at least', () => {
  for (const { country, name, dial, shown, site, readAt, kinds } of LINES) {
    const at = `${country} ${name}`
    expect(country === EVERYWHERE || EMERGENCY.has(country), at).toBe(true)
    expect(kinds.length, at).toBeGreaterThan(0)
    expect(site ?? readAt, at).toBeDefined()
    for (const address of [site, readAt])
      if (address !== undefined) expect(URL.canParse(`https://${address}`)).toBe(true)
    if (dial === undefined) continue
    // Somebody in need dials it: no number without the page that states it.
    expect(readAt, at).toBeDefined()
    // What people read is what is dialled: the same digits, but for the prefixes and a choice in brackets.
    const digits = shown.replace(/ \(\d\)$/, '').replace(/\D/g, '')
    expect(dial.replace(/\D/g, '').endsWith(digits.replace(/^0+/, '')), at).toBe(true)
    if (/^\*?\d{2,6}$/.test(dial)) continue
    expect(dial, at).toMatch(/^\+[1-9]\d{6,14}$/)
    expect(parsePhoneNumberFromString(dial)?.isPossible(), at).toBe(true)
  }
  expect(new Set(LINES.map(({ country }) => country)).size).toBeGreaterThan(60)
  expect(linesOf(EVERYWHERE).map(({ kind }) => kind)).toEqual([...LINE_KINDS])
})

it('[S15] no line is given twice for the same trouble', () => {
  for (const country of new Set(LINES.map((line) => line.country)))
    for (const { lines } of linesOf(country)) expect(new Set(lines.map(({ name }) => name)).size).toBe(lines.length)
})

it('[S15] a table that cannot be read is refused, naming the row', () => {
  expect(() => readEmergency('DE | 112')).toThrow('DE | 112')
  expect(() => readEmergency('DE | 112 | - | - | - | hearsay | one')).toThrow('hearsay')
  expect(() => readLines('DE | noise | N | 110 | 110 | - | all | -')).toThrow('noise')
})
