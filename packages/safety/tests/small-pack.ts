import { readFileSync } from 'node:fs'
import {
  compilePack,
  createEngine,
  readPackData,
  type Engine,
  type Pack,
  type PackData,
  type PhoneNumbers,
} from '../src/index.ts'

/** A pack with nothing in it but what a test adds. */
export function smallPack(parts: Partial<PackData> = {}): PackData {
  return {
    format: 1,
    language: 'en',
    version: '2026-01-01.1',
    script: { kept: '', elisions: [] },
    numbers: {
      digits: { zero: '0', one: '1', two: '2', three: '3', five: '5', nine: '9', twenty: '20' },
      repeats: { double: 2 },
      fillers: ['dash'],
      currencies: ['dollars'],
    },
    lexicons: {},
    guards: {},
    thresholds: {},
    escalation: {},
    rules: [],
    claims: [],
    claimStops: ['and', 'but'],
    placeOf: {},
    profile: { firstNames: [], lastNames: [], places: [], celebrities: [], staff: [], verified: [], claims: [] },
    ...parts,
  }
}

/** A rule of money that weighs 0.9, changed as a test likes. */
export function moneyRule(
  patterns: string[],
  changes: Partial<PackData['rules'][number]> = {},
): PackData['rules'][number] {
  return {
    id: 'money.test',
    flag: 'money',
    reason: 'asks_money',
    advice: 'send_no_money',
    weight: 0.9,
    patterns,
    ...changes,
  }
}

export function compiled(parts: Partial<PackData> = {}): Pack {
  const pack = compilePack(smallPack(parts))
  if (!pack.ok) throw new Error(pack.where)
  return pack.value
}

export function engineOf(parts: Partial<PackData> = {}, phones?: PhoneNumbers): Engine {
  return createEngine([compiled(parts)], phones)
}

/** Whether one of the patterns fits, and what of the text it quotes. */
export function quoted(patterns: string[], text: string, parts: Partial<PackData> = {}): string | undefined {
  const { findings } = engineOf({ ...parts, rules: [moneyRule(patterns)] }).check({ text, direction: 'in' })
  const span = findings[0]?.span
  return span && text.slice(span.start, span.end)
}

/** A pack as it is delivered, with its model. */
export function deliveredPack(language: string): Pack {
  const read = (file: string) =>
    JSON.parse(readFileSync(new URL(`../packs/${file}`, import.meta.url), 'utf8')) as object
  const data = readPackData({ ...read(`${language}.json`), model: read(`${language}.model.json`) })
  if (!data.ok) throw new Error(data.where)
  const pack = compilePack(data.value)
  if (!pack.ok) throw new Error(pack.where)
  return pack.value
}
