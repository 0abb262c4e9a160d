import type { Log } from '@visavis/ports'
import * as z from 'zod/mini'
import type { VaultKey, VaultValue } from './types.ts'

/**
 * What stands on a shelf outlives the app that wrote it: records are checked when they are read, and each kind counts its
 * versions. An older record is brought up to date while it is read, and stays as it is until it is written again. One
 * that cannot be read is never an error of the whole vault: whoever reads says what becomes of it.
 */
export type RecordKind<T> = {
  /** In the log. */
  readonly name: string
  readonly open: (stored: unknown) => OpenedRecord<T>
  /** The record, or undefined for one that is not there or cannot be read. */
  readonly read: (stored: unknown) => T | undefined
  /** As it is to be stored: whatever writes a kind of more than one version writes it with this. */
  readonly write: (record: T) => VaultValue
}

/** `newer`: written by a later app, to be left alone. `damaged`: half of it is missing, or it is something else. */
export type OpenedRecord<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: 'newer' | 'damaged' }

type Fields = Readonly<Record<string, unknown>>
/** Makes the next version out of one; it may throw on what is not what it seems. */
export type Migration = (record: Fields) => Fields

/** Absent in records of the first version. */
const VERSION = 'recordVersion'
const version = z.number().check(z.int(), z.minimum(2))

/**
 * A kind of record.
 *
 * @param shape of every field, `undefined` where a field may be absent. Fields nobody knows stay in the record.
 * @param earlier one step for each version before this one, oldest first: its length and one is the version
 */
export function recordKind<T extends object>(given: {
  readonly name: string
  readonly shape: { readonly [Name in keyof Required<T>]: z.ZodMiniType }
  readonly earlier?: readonly Migration[]
}): RecordKind<T> {
  const { name, earlier = [] } = given
  const present = earlier.length + 1
  const schema = z.looseObject(given.shape)

  function open(stored: unknown): OpenedRecord<T> {
    const own = versionOf(stored)
    if (own === undefined) return { ok: false, why: 'damaged' }
    if (own > present) return { ok: false, why: 'newer' }
    const record = own === present ? stored : migrated(stored as Fields, earlier.slice(own - 1))
    // Nothing is copied: what is checked is what is used.
    return z.safeParse(schema, record).success ? { ok: true, value: record as T } : { ok: false, why: 'damaged' }
  }

  return {
    name,
    open,
    read(stored) {
      const opened = open(stored)
      return opened.ok ? opened.value : undefined
    },
    write: (record) => (present === 1 ? record : { ...record, [VERSION]: present }) as VaultValue,
  }
}

/** Undefined for what is no record at all. */
function versionOf(stored: unknown): number | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined
  if (!Object.hasOwn(stored, VERSION)) return 1
  const marked = z.safeParse(version, (stored as Fields)[VERSION])
  return marked.success ? marked.data : undefined
}

function migrated(stored: Fields, steps: readonly Migration[]): Fields | undefined {
  try {
    return steps.reduce((record, step) => step(record), stored)
  } catch {
    return undefined
  }
}

export type Listed = readonly { readonly key: VaultKey; readonly value: VaultValue }[]

/** The records of a list that can be read, and the keys of those that cannot; these are counted in the log. */
export function openAll<T>(
  kind: RecordKind<T>,
  listed: Listed,
  log: Log,
): {
  readonly records: readonly { readonly key: VaultKey; readonly record: T }[]
  readonly damaged: readonly VaultKey[]
  readonly newer: readonly VaultKey[]
} {
  const records: { key: VaultKey; record: T }[] = []
  const keys: Record<'newer' | 'damaged', VaultKey[]> = { newer: [], damaged: [] }
  for (const { key, value } of listed) {
    const opened = kind.open(value)
    if (opened.ok) records.push({ key, record: opened.value })
    else keys[opened.why].push(key)
  }
  for (const why of ['damaged', 'newer'] as const) tellUnreadable(log, kind.name, why, keys[why].length)
  return { records, ...keys }
}

/** Says in the log that records could not be read, if any. */
export function tellUnreadable(log: Log, name: string, why: 'newer' | 'damaged', count: number): void {
  if (count > 0) log.error('vault records unreadable', { reason: `${name} ${why}`, count })
}

/** Shapes of fields. Shallow where the volume is high: enough that whoever reads the record does not stumble. */
export const bytes = z.instanceof(Uint8Array)
export const whole = z.number().check(z.int(), z.minimum(0))
export const text = z.string()
export const flag = z.boolean()
/** A time in milliseconds; clocks of browsers count in fractions. */
export const time = z.number()
export const oneOf = z.enum
export const maybe = z.optional
