import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compiled, deliveredPack, moneyRule, quoted, smallPack } from '../../tests/small-pack.ts'
import { compilePack } from '../pack/compile.ts'
import { readLattice } from '../text/lattice.ts'
import { createBeginnings, createWordShapes, isOneEditApart } from './likeness.ts'
import { parsePattern } from './parse.ts'
import { search } from './search.ts'

describe('the pattern language', () => {
  it.each([
    ['send money', 'please send money now', 'send money'],
    ['begin*', 'the beginning', 'beginning'],
    ['*straße', 'in der Hauptstraße', 'Hauptstraße'],
    ['@gift now', 'an apple card now', 'apple card now'],
    ['@gift now', 'a voucher now', 'voucher now'],
    ['call <phone>', 'call 555 201 8834 ok', 'call 555 201 8834'],
    ['send _ money', 'send me money', 'send me money'],
    ['send ~3 money', 'send me all your money', 'send me all your money'],
    ['send ~3 money', 'send money', 'send money'],
    ['(send | give back) money', 'give back money', 'give back money'],
    ['send (me | us)? money', 'send us money', 'send us money'],
    ['send please? money', 'send money', 'send money'],
    ['^ send money', 'send money now', 'send money'],
    ['send money $', 'you send money', 'send money'],
    ['send money $?', 'you send money?', 'send money'],
    ['send e-mail', 'send e-mail', 'send e-mail'],
  ])('[SF10] "%s" fits "%s" as "%s"', (pattern, text, expected) => {
    expect(quoted([pattern], text, { lexicons: { gift: ['voucher', 'apple card'] } })).toBe(expected)
  })

  it.each([
    ['send money', 'send some money'],
    ['send _ money', 'send money'],
    ['send ~2 money', 'send me all of money'],
    ['^ send money', 'you send money'],
    ['send money $', 'send money now'],
    ['send money $?', 'send money!'],
    ['(send | give) money', 'take money'],
    ['begin*', 'rebegin'],
    ['call <phone>', 'call 555'],
  ])('[SF10] "%s" does not fit "%s"', (pattern, text) => {
    expect(quoted([pattern], text)).toBeUndefined()
  })

  it.each([
    '',
    '(a',
    'a)',
    '(a | )',
    'a?',
    '~3',
    '~9 a',
    '~0 a',
    '(a? | b)',
    '*a*',
    'a $ b',
    '=',
    '()',
    '<Phone>',
    '@',
  ])('[SF10] "%s" is refused', (pattern) => {
    expect(parsePattern(pattern, { kept: '', elisions: new Set() }).ok).toBe(false)
  })

  it('[SF10] a pattern is read or refused, whatever it is', () => {
    const script = { kept: '', elisions: new Set<string>() }
    const piece = fc.constantFrom('a', '(', ')', '|', '?', '~2', '_', '@x', '<num>', '^', '$', 'b*', '*c', ' ')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(' ')),
          fc.string({ maxLength: 40 }),
        ),
        (text) => {
          expect(typeof parsePattern(text, script).ok).toBe('boolean')
        },
      ),
    )
  })

  it.each([
    ['an unknown lexicon', { rules: [moneyRule(['@nowhere'])] }, 'money.test: there is no @nowhere'],
    ['an unknown shape', { rules: [moneyRule(['<nothing>'])] }, 'money.test: there is no <nothing>'],
    ['an unknown guard', { rules: [moneyRule(['a'], { unless: ['nobody'] })] }, 'there is no guard nobody'],
    ['two rules of one id', { rules: [moneyRule(['a']), moneyRule(['b'])] }, 'a rule has the id of another'],
    ['lexicons in a circle', { lexicons: { a: ['@b'], b: ['@a'] } }, 'lexicon @a'],
    ['a pattern that fits nothing', { rules: [moneyRule(['a?'])] }, 'money.test: pattern "a?" matches nothing at all'],
  ])('[SF10] a pack with %s is refused, saying so', (_, parts, where) => {
    expect(compilePack(smallPack(parts))).toEqual({ ok: false, code: 'SAFETY_PACK_MALFORMED', where })
  })
})

describe('misspelt words', () => {
  it('[SF5] are one edit apart: exactly what changing one letter of the other gives', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(isOneEditApart(a, b)).toBe(a !== b && edits(a).has(b))
      }),
      { numRuns: 500 },
    )
  })
})

describe('finding words by what they are like', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'ñ'), minLength: 1, maxLength: 5 })
  const words = fc.uniqueArray(word, { maxLength: 40 })

  it('[SF5] finds the first word one edit away that begins alike: as long, else longer, else shorter', () => {
    fc.assert(
      fc.property(words, word, (known, written) => {
        const shapes = createWordShapes()
        for (const each of known) shapes.add(each)
        const near = known.filter((each) => each[0] === written[0] && isOneEditApart(each, written))
        const [first] = [0, 1, -1].flatMap((more) => near.filter(({ length }) => length === written.length + more))
        expect(shapes.near(written)).toBe(first)
      }),
    )
  })

  it('[SF6] knows exactly the beginnings of its words', () => {
    fc.assert(
      fc.property(words, word, (known, written) => {
        const beginnings = createBeginnings()
        for (const each of known) beginnings.add(each)
        expect(beginnings.has(written)).toBe(known.some((each) => each.startsWith(written)))
      }),
    )
  })
})

/** Everything that one edit makes of a word over three letters. */
function edits(word: string): ReadonlySet<string> {
  const found = new Set<string>()
  for (let at = 0; at <= word.length; at++) {
    const [head, tail] = [word.slice(0, at), word.slice(at)]
    found.add(head + tail.slice(1))
    found.add(head + tail.slice(1, 2) + tail.slice(0, 1) + tail.slice(2))
    for (const letter of 'abc') found.add(head + letter + tail).add(head + letter + tail.slice(1))
  }
  return found
}

describe('the search', () => {
  it('[SF12] does not reach over the end of a sentence', () => {
    expect(quoted(['send ~3 money'], 'I will send it. Money is short')).toBeUndefined()
    expect(quoted(['send ~3 money'], 'I will send it! Money is short')).toBeUndefined()
    expect(quoted(['send ~3 money'], 'I will send it\nMoney is short')).toBeUndefined()
  })

  it('[SF12] a stop behind every word ends nothing', () => {
    expect(quoted(['send me money'], 'Send. me. money.')).toBe('Send. me. money')
  })

  it('[SF12] a sentence without an end is ended after 64 words', () => {
    expect(quoted(['^ send money'], `${'word '.repeat(64)}send money`)).toBe('send money')
  })

  it('[SF11] agrees with trying every pattern at every word', () => {
    const words = ['a', 'b', 'c']
    const patterns = ['a b', 'a _ c', 'a ~2 c', '(a | b) c', 'a b? c', '^ b', 'c $', '(a b | b a)? c c', '_ b _']
    const pack = compiled({ rules: patterns.map((pattern, index) => moneyRule([pattern], { id: `r${index}` })) })
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 12 }), (text) => {
        const lattice = readLattice(text.join(' '), pack.reading, pack.vocabulary)
        const found = new Set(
          search(pack.automaton, lattice, 0, text.length).map(({ pattern, to }) => `${pattern} ${to}`),
        )
        expect(found).toEqual(new Set(naive(patterns, text)))
      }),
      { numRuns: 300 },
    )
  })

  it('[SF11] every token of a hostile text has few edges, and every sentence few words', () => {
    const pack = deliveredPack('en')
    const units = [
      'a ',
      'a-',
      '5 ',
      'five ',
      'a@b.co.',
      'send me your ',
      'DE89 ',
      '$1 ',
      'w h ',
      'ｗ\u0301',
      '*a*',
      'a1!',
      '.',
      'you or i ',
      '🇦',
    ]
    for (const unit of units) {
      const text = unit.repeat(20_000 / unit.length)
      const lattice = readLattice(text, pack.reading, pack.vocabulary)
      const most = lattice.edges.reduce((max, list) => Math.max(max, list.length), 0)
      expect(most).toBeLessThan(60)
      const lengths = lattice.sentences.slice(1).map((end, at) => end - (lattice.sentences[at] ?? 0))
      expect(lengths.reduce((max, length) => Math.max(max, length), 0)).toBeLessThanOrEqual(64)
    }
  })

  it('[SF11] regular expressions look at one character, one word or the pack, never at a whole message', () => {
    const files = ['normalise', 'tokens', 'lattice', 'numbers', 'structures', 'characters']
    for (const file of files) {
      const source = readFileSync(new URL(`../text/${file}.ts`, import.meta.url), 'utf8')
      const expressions = [...source.matchAll(/\/\^?[^/\n]+\/u?\.test|\.match\(|\.matchAll\(|\.replace\(/g)].map(
        ([found]) => found,
      )
      // Anchored, and without a repetition inside a repetition.
      for (const expression of expressions) expect(expression, file).toMatch(/^\/\^(?!.*[+*][^/]*\)[+*]).*\.test$/)
    }
  })
})

/** The same by regular expressions over letters, on texts far too short to hurt. */
function naive(patterns: readonly string[], text: readonly string[]): readonly string[] {
  const expressions = ['ab', 'a.c', 'a.{0,2}c', '[ab]c', 'ab?c', '^b', 'c$', '(?:ab|ba)?cc', '.b.']
  const joined = text.join('')
  return patterns.flatMap((_, pattern) => {
    const ends: string[] = []
    for (let to = 1; to <= joined.length; to++) {
      const isAtEnd = (expressions[pattern] ?? '').endsWith('$')
      const body = (expressions[pattern] ?? '').replace(/[$^]/g, '')
      const isAtStart = (expressions[pattern] ?? '').startsWith('^')
      const fits = new RegExp(isAtStart ? `^${body}$` : `${body}$`).test(joined.slice(0, to))
      if (fits && (!isAtEnd || to === joined.length)) ends.push(`${pattern} ${to}`)
    }
    return ends
  })
}
