import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compiled, quoted } from '../../tests/small-pack.ts'
import { readLattice } from './lattice.ts'
import { normalise } from './normalise.ts'
import { readings, tokenise } from './tokens.ts'

const pack = compiled()

/** The shapes of a text with the text they cover. */
function shapes(text: string): readonly string[] {
  const { edges, source } = readLattice(text, pack.reading, pack.vocabulary)
  return edges.flatMap((list, at) =>
    list
      .filter((edge) => edge.value !== undefined)
      .map((edge) => {
        const names = edge.symbols.map((symbol) => pack.vocabulary.nameOf(symbol)).join(' ')
        const from = source.source.starts[source.tokens[at]?.from ?? 0] ?? 0
        const to = source.source.ends[(source.tokens[edge.to - 1]?.to ?? 1) - 1] ?? 0
        return `${names}: ${text.slice(from, to)}`
      }),
  )
}

const without = (names: string) => (text: string) => !text.startsWith(`${names}:`)

describe('characters', () => {
  it.each([
    ['Straße', 'strasse'],
    ['ÀÉÎÕÜ', 'aeiou'],
    ['ｆｕｌｌ', 'full'],
    ['𝓼𝓬𝓻𝓲𝓹𝓽', 'script'],
    ['mоnеу', 'money'],
    ['🅼🅾🅽🅴🆈', 'money'],
    ['🇲🇴🇳🇪🇾', 'money'],
    ['z\u200be\u200cr\u00ado', 'zero'],
    ['5️⃣6️⃣', '56'],
    ['❶➁', '12'],
    ['٥٦', '56'],
    ['t\u0300\u0301\u0302\u0303\u0304\u0305ext', 'text'],
    ['don’t', "don't"],
  ])('[SF3, SF4] %s is read as %s', (written, read) => {
    expect(normalise(written).text).toBe(read)
  })

  it('[SF3] a letter the language keeps stays what it is', () => {
    expect(normalise('año, pingüino', 'ñ').text).toBe('año, pinguino')
    expect(normalise('an\u0303o', 'ñ').text).toBe('año')
  })

  it('[SF3] an elision is a word of its own, other apostrophes count as nothing', () => {
    const words = (text: string, elisions: readonly string[]) =>
      tokenise(text, { kept: '', elisions: new Set(elisions) }).tokens.map((token) => token.forms[0])
    expect(words("l'adresse", ['l'])).toEqual(['l', 'adresse'])
    expect(words("don't", ['l'])).toEqual(['dont'])
  })

  it('[SF2] every unit of the reading points at whole characters of the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const { text: read, starts, ends } = normalise(text)
        expect(starts.length).toBe(read.length)
        for (const [unit, start] of starts.entries()) {
          const end = ends[unit] ?? 0
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(text.length)
          const splitsPair = (at: number) =>
            /[\uDC00-\uDFFF]/.test(text[at] ?? '') && /[\uD800-\uDBFF]/.test(text[at - 1] ?? '')
          expect(splitsPair(start) || splitsPair(end)).toBe(false)
        }
      }),
    )
  })
})

describe('words', () => {
  it('[SF5] a word is read as written, shortened and as leetspeak', () => {
    expect(readings('sooo')).toEqual(['sooo', 'soo', 'so'])
    expect(readings('m0ney')).toContain('money')
    expect(readings('k1k')).toContain('kik')
    expect(readings('te1egram')).toContain('telegram')
    expect(readings('5000')).toEqual(['5000'])
    expect(readings('a1'.repeat(20)).length).toBeLessThanOrEqual(8)
  })

  it.each(['telegram', 'telegrm', 'telegramm', 'teelgram', 'telegrom', 'te1egram', 't3legram'])(
    '[SF5] a word of a fuzzy lexicon is known as %s',
    (written) => {
      expect(quoted(['@app'], `on ${written} now`, { lexicons: { app: { fuzzy: true, words: ['telegram'] } } })).toBe(
        written,
      )
    },
  )

  it('[SF5] the first letter of a misspelt word has to be right, and a short word has to be right altogether', () => {
    const lexicons = { app: { fuzzy: true, words: ['telegram', 'snap'] } }
    expect(quoted(['@app'], 'on pelegram', { lexicons })).toBeUndefined()
    expect(quoted(['@app'], 'on snip', { lexicons })).toBeUndefined()
  })

  it.each([
    't.e.l.e.g.r.a.m',
    't-e-l-e-g-r-a-m',
    't e l e g r a m',
    'tele-gram',
    'tele gram',
    'te le gram',
    'telegr@m',
    't3l3-gr4m',
    'tele*ram',
    'tеlеgrаm',
    't\u200bele\u200bgram',
    '🇹elegram',
  ])('[SF6] a word in pieces is known: %s', (written) => {
    expect(quoted(['@app'], `on ${written} now`, { lexicons: { app: { fuzzy: true, words: ['telegram'] } } })).toBe(
      written,
    )
  })

  it('[SF6] the pieces stay words, and a word in pieces is hidden', () => {
    expect(quoted(['tele gram'], 'tele gram', {})).toBe('tele gram')
    expect(quoted(['<hidden> now'], 's e n d now', { lexicons: { verb: ['send'] } })).toBe('s e n d now')
    expect(quoted(['<hidden>'], 'send now', { lexicons: { verb: ['send'] } })).toBeUndefined()
  })
})

describe('numbers', () => {
  it.each([
    '5552018834',
    '555-201-8834',
    '(555) 201 88 34',
    '+1 555.201.8834',
    'five five five two zero one nine nine three two',
    'double five 5 two zero 1 nine 9 3',
    'fivefivefive two01 9932',
    '5️⃣5️⃣5️⃣2️⃣0️⃣1️⃣9️⃣9️⃣3️⃣2️⃣',
    '5 5 5 2 0 1 9 9 3 2',
    '5. 5. 5. 2. 0. 1. 9. 9. 3. 2',
    '5🔥5🔥5🔥2🔥0🔥1🔥9',
    '555 dash 201 dash 9932',
    '5o52o19932',
  ])('[SF7, SF8] a telephone number written as %s', (written) => {
    const found = shapes(`it is ${written} ok`).filter((shape) => shape.includes('<phone>'))
    expect(found.map((shape) => shape.replace(/^[^:]*: /, ''))).toEqual([written.replace(/^[(+]/, '')])
  })

  it.each([
    ['12/05/2024', '<date>'],
    ['2024-05-12', '<date>'],
    ['10:45', '<time>'],
    ['$1,250', '<amount>'],
    ['1250000 dollars', '<amount>'],
    ['1.250.000', '<num>'],
    ['3.5', '<num>'],
    ['4111 1111 1111 1111', '<card>'],
    ['DE89 3704 0044 0532 0130 00', '<iban>'],
    ['12345678Z', '<nationalid>'],
    ['123-45-6789', '<nationalid>'],
    ['482913', '<code>'],
    ['1994', '<num> <year>'],
    ['twenty one', '<num>'],
  ])('[SF8] %s is %s and no telephone number', (written, name) => {
    const found = shapes(`it is ${written} ok`)
    expect(found.some((shape) => shape.startsWith(name) && shape.endsWith(written.replace(/^\(/, '')))).toBe(true)
    expect(found.some((shape) => shape.includes('<phone>'))).toBe(false)
  })

  it('[SF7, SF8] two numbers in two sentences are two, and counting is none', () => {
    expect(shapes('I have 12345. 67890 too').filter((shape) => shape.includes('<phone>'))).toEqual([])
    expect(shapes('123456789').filter((shape) => shape.includes('<phone>'))).toEqual([])
  })
})

describe('addresses', () => {
  it.each([
    ['write to anna.f@mail.example.com please', '<email>: anna.f@mail.example.com'],
    ['see https://example.org/a?b=c now', '<link>: https://example.org/a?b=c'],
    ['join t.me/group', '<link>: t.me/group'],
    ['look at mysite.com', '<link>: mysite.com'],
    ['i am @lonely_tom88', '<handle>: lonely_tom88'],
  ])('[SF9] %s', (text, expected) => {
    expect(shapes(text).filter(without('<num>'))).toContain(expected)
  })

  it.each(['ok.so what', 'wait...what', 'e.g. this', 'version 2.0.1', 'yes.no', 'a @ b'])(
    '[SF9] %s holds no link',
    (text) => {
      expect(shapes(text).some((shape) => /<(?:link|email|handle)>/.test(shape))).toBe(false)
    },
  )
})
