import { createFakeLog } from '@visavis/testkit'
import fc from 'fast-check'
import * as z from 'zod/mini'
import { expect, it } from 'vitest'
import { maybe, openAll, recordKind, text, whole } from './record-kind.ts'

type Note = { readonly words: string; readonly stars: number; readonly by?: string }

/** Version 1 had no stars, version 2 called the words `text`. */
const note = recordKind<Note>({
  name: 'note',
  shape: { words: text, stars: whole, by: maybe(text) },
  earlier: [
    (record) => ({ ...record, stars: 0 }),
    ({ text: words, ...record }) => ({ ...record, words: z.parse(text, words) }),
  ],
})

it('[K5] a record of each earlier version is brought up to date when it is read', () => {
  expect(note.read({ text: 'hello' })).toMatchObject({ words: 'hello', stars: 0 })
  expect(note.read({ text: 'hello', stars: 3, recordVersion: 2 })).toMatchObject({ words: 'hello', stars: 3 })
  const written = note.write({ words: 'hello', stars: 4, by: 'me' })
  expect(written).toMatchObject({ recordVersion: 3 })
  expect(note.read(written)).toMatchObject({ words: 'hello', stars: 4, by: 'me' })
})

it('[K5] a record of the first version carries no mark, and fields that nobody knows stay in it', () => {
  const first = recordKind<Note>({ name: 'note', shape: { words: text, stars: whole, by: maybe(text) } })
  const stored = { words: 'hello', stars: 1, colour: 'red' }
  expect(first.read(stored)).toBe(stored)
  expect(first.write(stored)).toBe(stored)
})

it.each<[string, unknown, 'newer' | 'damaged']>([
  ['of a later app', { words: 'hello', stars: 1, recordVersion: 4 }, 'newer'],
  ['with a mark that is none', { words: 'hello', stars: 1, recordVersion: 'last' }, 'damaged'],
  ['marked as the first version', { text: 'hello', recordVersion: 1 }, 'damaged'],
  ['that lacks a field', { words: 'hello', recordVersion: 3 }, 'damaged'],
  ['with a field of another kind', { words: 'hello', stars: '1', recordVersion: 3 }, 'damaged'],
  ['that its migration stumbles over', { text: 7 }, 'damaged'],
  ['that is null, as the vault gives a damaged one', null, 'damaged'],
  ['that is not there', undefined, 'damaged'],
  ['that is a number', 7, 'damaged'],
])('[K5] a record %s is named as what it is', (_, stored, why) => {
  expect(note.open(stored)).toEqual({ ok: false, why })
  expect(note.read(stored)).toBeUndefined()
})

it('[K5] whatever is stored, reading it never throws, and what is read has its fields', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true }), (stored) => {
      const read = note.read(stored)
      if (read) expect(typeof read.words).toBe('string')
    }),
    { numRuns: 2_000 },
  )
})

it('[K5] of a list the readable ones are given, and the others are counted without a word of what is in them', () => {
  const log = createFakeLog()
  const stored = [
    { key: ['a'], value: { words: 'secret one', stars: 1, recordVersion: 3 } },
    { key: ['b'], value: { words: 'secret two', recordVersion: 3 } },
    { key: ['c'], value: { words: 'secret three', recordVersion: 9 } },
  ]
  const { records, damaged, newer } = openAll(note, stored, log)
  expect(records.map(({ key }) => key)).toEqual([['a']])
  expect({ damaged, newer }).toEqual({ damaged: [['b']], newer: [['c']] })
  expect(log.text()).toContain('note damaged')
  expect(log.text()).toContain('note newer')
  expect(log.text()).not.toContain('secret')
})
