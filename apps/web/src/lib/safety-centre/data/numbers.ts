import { LINE_KINDS, SERVICES, type LineKind, type Service } from '../content/shape.ts'
import { EMERGENCY_TABLE } from './emergency-table.ts'
import { LINES_TABLE } from './lines-table.ts'
import { EMERGENCY_SOURCES, type EmergencySourceId } from './sources.ts'

/** Short numbers of one country or territory, and who names them. */
export type EmergencyEntry = {
  readonly numbers: Readonly<Partial<Record<Service, string>>>
  readonly sources: readonly EmergencySourceId[]
  /** Every number is named by two sources at least. */
  readonly isAgreed: boolean
}

export type HelpLine = {
  readonly country: string
  readonly kinds: readonly LineKind[]
  readonly name: string
  /** What a telephone dials: a short number, or an international one. Undefined: there is a website only. */
  readonly dial: string | undefined
  readonly shown: string
  /** Without `https://`. */
  readonly site: string | undefined
  readonly isFor: 'all' | 'women' | 'men'
  /** Where the line was read for this list. Without it there is a website only, which the page says is not compared. */
  readonly readAt: string | undefined
}

/** In place of a country: wherever somebody is. No country has this code. */
export const EVERYWHERE = 'ZZ'

// A row that cannot be read is a mistake in our own table: it stops the page, and the tests before it.
export function readEmergency(table: string): ReadonlyMap<string, EmergencyEntry> {
  return new Map(
    rowsOf(table, 7).map(([country, ...row]) => {
      const numbers = Object.fromEntries(
        SERVICES.flatMap((service, index) => (row[index] === '-' ? [] : [[service, row[index]]])),
      ) as Partial<Record<Service, string>>
      const sources = (row[4] ?? '').split(' ').map((id) => memberOf(SOURCE_IDS, id))
      return [country ?? '', { numbers, sources, isAgreed: row[5] === 'agreed' }]
    }),
  )
}

export function readLines(table: string): readonly HelpLine[] {
  return rowsOf(table, 8).map(([country = '', kinds = '', name = '', dial, shown = '', site, isFor = '', readAt]) => ({
    country,
    kinds: kinds.split(' ').map((kind) => memberOf(LINE_KINDS, kind)),
    name,
    dial: present(dial),
    shown: present(shown) ?? '',
    site: present(site),
    isFor: memberOf(['all', 'women', 'men'] as const, isFor),
    readAt: present(readAt),
  }))
}

const SOURCE_IDS = Object.keys(EMERGENCY_SOURCES) as readonly EmergencySourceId[]

function rowsOf(table: string, cells: number): readonly (readonly string[])[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const row = line.split(' | ')
      if (row.length !== cells) throw new Error(`not ${cells} cells: ${line}`)
      return row
    })
}

function memberOf<T extends string>(all: readonly T[], text: string): T {
  const found = all.find((each) => each === text)
  if (found === undefined) throw new Error(`${text} is none of ${all.join(', ')}`)
  return found
}

function present(cell: string | undefined): string | undefined {
  return cell === '-' ? undefined : cell
}

export const EMERGENCY = readEmergency(EMERGENCY_TABLE)
export const LINES = readLines(LINES_TABLE)

/** Lines of one country, by kind of trouble. */
export function linesOf(country: string): readonly { readonly kind: LineKind; readonly lines: readonly HelpLine[] }[] {
  return LINE_KINDS.map((kind) => ({
    kind,
    lines: LINES.filter((line) => line.country === country && line.kinds.includes(kind)),
  })).filter(({ lines }) => lines.length > 0)
}
