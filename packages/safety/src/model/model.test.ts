import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compiled, deliveredPack, engineOf, smallPack } from '../../tests/small-pack.ts'
import { compilePack, readPackData, type PackData } from '../index.ts'
import { readLattice } from '../text/lattice.ts'
import { NO_CLASSES, readClasses } from './classes.ts'
import { decodeRising, decodeSteps, encodeRising, encodeSteps, STEPS_MAX } from './encoding.ts'
import { featuresOf } from './features.ts'
import { BUCKETS } from './hash.ts'
import { readForModel } from './reading.ts'
import { createTable } from './table.ts'

const MODEL = {
  features: 2,
  groups: [1, 1, 1, 1, 1],
  classes: { give: 'lend send*' },
  buckets: encodeRising([3, 70, 5_000, 4_000_000]),
  columns: { money: { bias: -1, scale: 0.1, steps: encodeSteps([1, -2, 46, -46]), sure: 1, trust: 1 } },
} as const

describe('the encoding', () => {
  it('[SF17] numbers survive it, whatever they are', () => {
    const rising = fc.uniqueArray(fc.nat(BUCKETS - 1), { maxLength: 80 }).map((list) => list.toSorted((a, b) => a - b))
    const steps = fc.array(fc.integer({ min: -STEPS_MAX, max: STEPS_MAX }))
    fc.assert(
      fc.property(rising, steps, (numbers, small) => {
        expect(Array.from(decodeRising(encodeRising(numbers), BUCKETS) ?? [])).toEqual(numbers)
        expect(Array.from(decodeSteps(encodeSteps(small)) ?? [])).toEqual(small)
      }),
    )
  })

  it('[SF17] what is no encoding is refused, and nothing throws', () => {
    for (const text of ['"', 'é', '~', '~~~~~~~~~~~~~ ']) expect(decodeRising(text, BUCKETS)).toBeUndefined()
    expect(decodeRising(encodeRising([BUCKETS]), BUCKETS)).toBeUndefined()
    for (const text of ['"', '\\', 'ü', '\u0000']) expect(decodeSteps(text)).toBeUndefined()
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const numbers = Array.from(decodeRising(text, BUCKETS) ?? [])
        expect(numbers.every((number, at) => number < BUCKETS && number > (numbers[at - 1] ?? -1))).toBe(true)
      }),
    )
  })

  it('[SF17] the table finds every bucket that it holds and no other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(BUCKETS - 1)), fc.nat(BUCKETS - 1), (buckets, other) => {
        const table = createTable(Int32Array.from(buckets))
        for (const [row, bucket] of buckets.entries()) expect(table.find(bucket)).toBe(row)
        expect(table.find(other)).toBe(buckets.indexOf(other))
      }),
    )
  })
})

describe('a model in a pack', () => {
  const refused = (model: unknown) => {
    const data = readPackData({ ...smallPack(), model })
    return !data.ok || !compilePack(data.value).ok
  }

  it('[SF16, SF17] a sound one is read', () => expect(refused(MODEL)).toBe(false))

  it.each([
    ['another number of groups', { groups: [1] }],
    ['a group that weighs too much', { groups: [1, 1, 1, 1, 1e9] }],
    ['a column for a flag that does not exist', { columns: { boredom: MODEL.columns.money } }],
    ['fewer weights than buckets', { columns: { money: { ...MODEL.columns.money, steps: '   ' } } }],
    ['weights that are no encoding', { columns: { money: { ...MODEL.columns.money, steps: '"""""' } } }],
    ['buckets that are no encoding', { buckets: '~' }],
    ['a bias that is no number', { columns: { money: { ...MODEL.columns.money, bias: null } } }],
    ['distrust', { columns: { money: { ...MODEL.columns.money, trust: -1 } } }],
    ['a class with a star inside', { classes: { give: 'se*nd' } }],
    ['a class of everything', { classes: { give: 'a*' } }],
    ['fields that nobody knows', { more: 1 }],
    ['an older version', { features: 1 }],
  ])('[SF16, SF17] %s is refused', (_, parts) => expect(refused({ ...MODEL, ...parts })).toBe(true))

  it('[SF17] classes know whole words and beginnings, the longest first', () => {
    const classes = readClasses({ a: 'lend sender', b: 'sen* send*' })
    if (!classes.ok) throw new Error(classes.where)
    expect(classes.value.of('lend')).toEqual([0])
    expect(classes.value.of('sender')).toEqual([0])
    expect(classes.value.of('sending')).toEqual([1])
    expect(classes.value.of('se')).toEqual([])
  })

  it('[SF2, SF17] quotes words of the message', () => {
    const { reading } = compiled()
    const buckets: number[] = []
    const pack = compiled()
    const read = readForModel(pack, readLattice('lend', reading, pack.vocabulary), NO_CLASSES)
    featuresOf(read, { from: 0, to: 1 }, new Map(), false, (bucket, group) => {
      if (group === 1) buckets.push(bucket)
    })
    const rising = [...new Set(buckets)].toSorted((a, b) => a - b)
    const column = { bias: -1, scale: 1, steps: encodeSteps(rising.map(() => 46)), sure: 1, trust: 0 }
    const model = {
      ...MODEL,
      groups: [...MODEL.groups],
      classes: {},
      buckets: encodeRising(rising),
      columns: { money: column },
    }
    const text =
      'it was a long and lovely evening by the sea. then: lend me something. we walked home through the dunes'
    const [finding] = engineOf({ model: model as unknown as PackData['model'] }).check({
      text,
      direction: 'in',
    }).findings
    expect(text.slice(finding?.span.start, finding?.span.end)).toBe('lend')
  })
})

describe('the work of the model', () => {
  const pack = deliveredPack('en')
  const count = (text: string) => {
    const reading = readForModel(
      pack,
      readLattice(text, pack.reading, pack.vocabulary),
      pack.model?.classes ?? NO_CLASSES,
    )
    let features = 0
    for (const window of reading.windows) featuresOf(reading, window, new Map(), false, () => features++)
    return features
  }

  it.each([
    'send me your number. ',
    'a ',
    'w.h.a.t.s ',
    'pl3ase! ',
    'money? ',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  ])('[SF11, SF17] "%s" over and over: twice the length is at most about twice the features', (piece) => {
    const [once, twice] = [count(piece.repeat(100)), count(piece.repeat(200))]
    expect(twice).toBeLessThan(2.3 * once + 500)
    // And of an endless message only so much is weighed.
    expect(count(piece.repeat(Math.ceil(100_000 / piece.length)))).toBeLessThan(2_000_000)
  })

  it('[SF17] every feature names units of its window', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const reading = readForModel(pack, readLattice(text, pack.reading, pack.vocabulary), NO_CLASSES)
        for (const window of reading.windows) {
          featuresOf(reading, window, new Map(), true, (bucket, _, from, to) => {
            expect(bucket >= 0 && bucket < BUCKETS && from >= window.from && to <= window.to && from < to).toBe(true)
          })
        }
      }),
    )
  })
})
