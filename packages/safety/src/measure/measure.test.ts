import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compiled, deliveredPack, moneyRule } from '../../tests/small-pack.ts'
import { createEngine, FLAGS } from '../index.ts'
import {
  atEqualRecall,
  createBaseline,
  deal,
  dealMore,
  f1Of,
  measure,
  parseCorpus,
  precisionOf,
  readClassWords,
  SETTINGS,
  recallOf,
  train,
  validate,
  prepare,
  type CorpusLine,
} from './index.ts'
import { foldsOf } from './folds.ts'

const CORPUS = new URL('../../corpus/', import.meta.url).pathname
const languages = readdirSync(CORPUS).filter((name) => /^[a-z]{2}$/.test(name))

describe('the format', () => {
  it('[S14, SF25] signs, tags, flags and comments', () => {
    const text =
      '; a comment\n+ send money\n\n~[early] m0ney now #urgency #threat\n-[late] i like #money\n+[out] hello #nothing\n'
    const lines = parseCorpus(text, 'en', 'money', 'test')
    expect(lines.map(({ kind, text: message, expected }) => [kind, message, expected])).toEqual([
      ['attack', 'send money', ['money']],
      ['evasion', 'm0ney now', ['money', 'urgency', 'threat']],
      ['negative', 'i like', []],
      ['attack', 'hello #nothing', ['money']],
    ])
    expect(lines.map(({ direction }) => direction)).toEqual(['in', 'in', 'in', 'out'])
    expect(lines[1]?.context.minutesKnown).toBeLessThan(60)
    expect(lines[2]?.context.minutesKnown).toBeGreaterThan(20_160)
    expect(parseCorpus('- a', 'en', 'own_pii', 'test')[0]?.direction).toBe('out')
  })

  it.each(['send money', '* a', '+', '+[soon] a', '+text', '+ #money'])(
    '[S14, SF25] "%s" is refused with its place',
    (line) => {
      expect(() => parseCorpus(`- fine\n${line}`, 'en', 'money', 'en/money.txt')).toThrow('en/money.txt:2')
    },
  )

  it('[S14, SF25] ordinary talk has no attacks', () => {
    expect(() => parseCorpus('+ a', 'en', 'ordinary', 'en/ordinary.txt')).toThrow('en/ordinary.txt:1')
  })
})

describe('the measure', () => {
  const lines: readonly CorpusLine[] = [
    ...parseCorpus('+ found\n+ missed\n~ found too\n- wrong found\n- right', 'en', 'money', 'a'),
    ...parseCorpus('+ found beside\n- found as well', 'en', 'threat', 'b'),
    ...parseCorpus('- found\n- quiet\n- own found', 'en', 'ordinary', 'c'),
  ]
  const report = measure(lines, (line) =>
    line.text.includes('own')
      ? line.direction === 'out'
        ? ['own_pii']
        : []
      : line.text.includes('found')
        ? ['money']
        : [],
  )
  const money = report.figures.find(({ flag }) => flag === 'money')

  it('[S14, SF26] counts labelled lines, all negatives and ordinary messages, and attacks of other kinds apart', () => {
    expect(money).toMatchObject({
      attacks: 3,
      found: 2,
      evasions: 1,
      evasionsFound: 1,
      negatives: 6,
      falseAlarms: 3,
      beside: 1,
    })
    expect(report).toMatchObject({ ordinary: 3, ordinaryAlarms: 2 })
  })

  it('[S14, SF26] precision, recall and F1 follow', () => {
    if (money === undefined) throw new Error('no figures')
    expect(precisionOf(money)).toBeCloseTo(2 / 5)
    expect(recallOf(money)).toBeCloseTo(2 / 3)
    expect(f1Of(money)).toBeCloseTo(0.5)
  })

  it('[S14, SF26] false alarms are compared where both find equally much', () => {
    const sure: Readonly<Record<string, number>> = { found: 0.9, 'wrong found': 0.8, 'found too': 0.7, right: 0.65 }
    const ours = ({ text }: CorpusLine) => [{ flag: 'money' as const, confidence: sure[text] ?? 0 }]
    const equal = atEqualRecall(lines.slice(0, 5), ours, ({ text }) =>
      text === 'missed' || text === 'right' ? ['money'] : [],
    )
    expect(equal).toEqual({ ours: 0, other: 1, found: 1 })
  })

  it('[S14] the list of key words finds words at their borders, for the direction of the flag', () => {
    const baseline = createBaseline('; list\nmoney: gift card\nown_pii: my number\n', 'list')
    const line = (text: string, direction: 'in' | 'out'): CorpusLine => {
      const [parsed] = parseCorpus(`-${direction === 'out' ? '[out]' : ''} ${text}`, 'en', 'money', 'one line')
      if (parsed === undefined) throw new Error('no line')
      return parsed
    }
    expect(baseline(line('A Gift-Card!', 'in'))).toEqual(['money'])
    expect(baseline(line('gift cardigan', 'in'))).toEqual([])
    expect(baseline(line('my number', 'in'))).toEqual([])
    expect(baseline(line('my number', 'out'))).toEqual(['own_pii'])
    expect(() => createBaseline('money gift card', 'list')).toThrow('list:1')
  })
})

describe('the split', () => {
  it('[S14, SF27] deals always the same way, about two to one, and loses nothing', () => {
    const lines = Array.from({ length: 300 }, (_, i) => `+ word${i} thing${i * 7} place${i * 13}`)
    const dealt = deal(lines, { develop: [], 'held-out': [] })
    expect(deal(lines, { develop: [], 'held-out': [] })).toEqual(dealt)
    expect(dealt.develop.length + dealt['held-out'].length).toBe(300)
    expect(dealt['held-out'].length).toBeGreaterThan(70)
    expect(dealt['held-out'].length).toBeLessThan(130)
  })

  it('[S14, SF27] near-duplicates go to the same side, also of lines dealt before, and exact ones are dropped', () => {
    const first = deal(['+ please send me some money for my rent today'], { develop: [], 'held-out': [] })
    const side = first.develop.length > 0 ? 'develop' : 'held-out'
    const twins = ['~ please send me some money for my rent now', '+ PLEASE send me some money for my rent today!']
    const second = deal(twins, { develop: first.develop, 'held-out': first['held-out'] })
    expect(second[side]).toEqual([twins[0]])
    expect([...second.develop, ...second['held-out']]).toHaveLength(1)
  })

  it('[S14, SF27] lines of pictures and signs alone are dealt like others', () => {
    const lines = ['+ 🍆👀', '- 🌞🌞', '~ 🔞?', '+ 🍆👀']
    const dealt = deal(lines, { develop: [], 'held-out': [] })
    expect([...dealt.develop, ...dealt['held-out']].toSorted()).toEqual(lines.slice(0, 3).toSorted())
  })

  it('[S14, SF27] a line follows its twin in another file of the language', () => {
    const twin = '- i keep all my money under the mattress like my gran'
    const nothing = { develop: [], 'held-out': [] }
    expect(deal([twin], nothing, { develop: [], 'held-out': [twin] })['held-out']).toEqual([twin])
    expect(deal([twin], nothing, { develop: [twin], 'held-out': [] }).develop).toEqual([twin])
  })

  it('[S14, SF27] further lines join develop unless they are like a held-out line, or like one of develop with the same sign', () => {
    const dealt = {
      develop: ['+ send me a gift card for my birthday'],
      'held-out': ['+ wire me the rent until friday please'],
    }
    const others = { develop: [], 'held-out': ['- the weather was lovely all week long'] }
    const more = [
      '; a comment',
      '- send me a gift card for my birthday too',
      '+ send me a gift card for my birthday now',
      '- wire me the rent until friday, haha',
      '- the weather was lovely all week long here',
      '+ i need your bank details',
      '+ i need your bank details!',
    ]
    expect(dealMore(more, dealt, others)).toEqual([more[1], more[5]])
  })

  it('[SF17, SF27] folds keep near-duplicates of all files together and are about equally large', () => {
    const texts = Array.from({ length: 200 }, (_, i) => `- word${i} thing${i * 7} place${i * 13}`)
    const twins = ['- please send me some money for my rent today', '- please send me some money for my rent now']
    const lines = parseCorpus([twins[0], ...texts, twins[1]].join('\n'), 'en', 'money', 'a')
    const { folds, groups } = foldsOf(lines, 5)
    expect(groups[0]).toBe(groups.at(-1))
    for (let fold = 0; fold < 5; fold++) expect(folds.filter((each) => each === fold).length).toBeGreaterThan(35)
  })

  it('[S14, SF27] nobody touched a held-out file', () => {
    const known = JSON.parse(readFileSync(`${CORPUS}checksums.json`, 'utf8')) as Record<string, string>
    const files = languages.flatMap((language) =>
      readdirSync(CORPUS + language)
        .filter((file) => file.endsWith('.held-out.txt'))
        .map((file) => `${language}/${file}`),
    )
    expect(Object.keys(known).toSorted()).toEqual(files.toSorted())
    for (const file of files) {
      expect(
        createHash('sha256')
          .update(readFileSync(CORPUS + file))
          .digest('hex'),
        file,
      ).toBe(known[file])
    }
  })

  it('[S14, SF25, SF27] no held-out line stands in what is learned from, and every file is in the format', () => {
    for (const language of languages) {
      for (const subject of [...FLAGS, 'ordinary' as const]) {
        const read = (part: string) => {
          const file = `${CORPUS}${language}/${subject}.${part}.txt`
          return existsSync(file)
            ? parseCorpus(readFileSync(file, 'utf8'), language, subject, file).map(({ text }) => text.toLowerCase())
            : []
        }
        const learned = new Set([...read('develop'), ...read('lessons')])
        expect(read('held-out').filter((text) => learned.has(text))).toEqual([])
      }
    }
  })
})

describe('training', () => {
  const pack = compiled({ rules: [moneyRule(['nothing at all like this'])] })
  const words = ['red', 'blue', 'green', 'grey', 'pink', 'brown']
  const attacks = words.flatMap((a) => words.map((b) => `+ lend me ${a} and ${b}`)).join('\n')
  const calm = words.flatMap((a) => words.map((b) => `- walking with ${a} or ${b}`)).join('\n')
  const lines = [...parseCorpus(attacks, 'en', 'money', 'a'), ...parseCorpus(calm, 'en', 'ordinary', 'b')]

  it('[SF17] is deterministic and learns what the rules do not know', () => {
    const model = train({ pack, lines })
    expect(train({ pack, lines })).toEqual(model)
    const engine = createEngine([compiled({ model })])
    expect(engine.check({ text: 'lend me orange and black', direction: 'in' }).findings[0]?.ruleId).toBe('model/money')
    expect(engine.check({ text: 'walking with orange or black', direction: 'in' }).findings).toEqual([])
  })

  it('[SF17, SF26] cross-validation judges every line once, and not by itself', () => {
    const { report, outcomes } = validate(prepare({ pack, lines }))
    expect(outcomes.get('money')).toHaveLength(lines.length)
    expect(report.ordinary).toBe(36)
    // What only one line shows cannot be found in it.
    const odd = parseCorpus('+ zyx qwv ubt', 'en', 'money', 'c')
    const { told } = validate(prepare({ pack, lines: [...odd, ...lines] }))
    expect([...told].map(({ line }) => line)).not.toContain(0)
  })

  it('[SF17] the columns that are kept say by themselves what all of them said', () => {
    const model = train({ pack, lines }, { settings: { ...SETTINGS, rows: 30 } })
    expect(model.columns['money']?.steps).toHaveLength(30)
    const engine = createEngine([compiled({ model })])
    const found = lines.filter(({ text }) => engine.check({ text, direction: 'in' }).findings.length > 0)
    expect(found).toEqual(lines.filter(({ kind }) => kind === 'attack'))
  })

  it('[SF17] what is learned of classes of words in one language serves another', () => {
    const other = { pack, lines, classWords: { give: 'lend', walk: 'walking' } }
    const own = parseCorpus('+ prestame rojo\n- paseando ayer\n+ prestame azul\n- paseando hoy', 'es', 'money', 'd')
    const model = train(
      { pack, lines: own, classWords: { give: 'prestame dejame', walk: 'paseando' } },
      { others: [other], folds: 2 },
    )
    expect(model.columns['money']?.steps.length).toBeGreaterThan(0)
    expect(model.classes).toEqual({ give: 'prestame dejame', walk: 'paseando' })
  })

  it('[SF17] classes are written as words with commas or spaces, and become what the engine reads', () => {
    expect(readClassWords("; c\nk_a: Mère, d'accord fath*\nk_a: père\n", '', 'x')).toEqual({
      k_a: 'mere daccord fath* pere',
    })
    expect(() => readClassWords('k_a mère', '', 'classes/fr.txt')).toThrow('classes/fr.txt:1')
  })
})

describe('the packs of the product on the lines they were written with', () => {
  const packed = languages.filter((language) => existsSync(`${CORPUS}../packs/${language}.model.json`))

  it.each(packed)('[S1, S2, S3, S4, S5, S6, S7, S10, S14] %s finds most and is rarely wrong', (language) => {
    const engine = createEngine([deliveredPack(language)])
    const lines = [...FLAGS, 'ordinary' as const].flatMap((subject) => {
      const file = `${CORPUS}${language}/${subject}.develop.txt`
      return existsSync(file) ? parseCorpus(readFileSync(file, 'utf8'), language, subject, file) : []
    })
    const report = measure(lines, (line) =>
      engine
        .check({ text: line.text, direction: line.direction, context: line.context })
        .findings.map(({ flag }) => flag),
    )
    for (const figures of report.figures) {
      expect(recallOf(figures), `recall of ${figures.flag}`).toBeGreaterThan(0.2)
      expect(precisionOf(figures), `precision of ${figures.flag}`).toBeGreaterThan(0.95)
    }
    expect(report.ordinaryAlarms / report.ordinary).toBeLessThan(0.01)
  })
})

describe('the packs of the product on lines that nothing was made from', () => {
  // What holds, a little below the last measure in docs/safety-quality.md; the bars there are higher. Only sums are read of these lines.
  const floors = languages.map((language) => ({
    language,
    recallOfAll: 0.48,
    recall: 0.15,
    precision: 0.88,
    ordinary: 0.03,
  }))

  it.each(floors)('[S1, S2, S3, S4, S5, S6, S7, S10, S14] $language is not worse than it was', (floor) => {
    const engine = createEngine([deliveredPack(floor.language)])
    const lines = [...FLAGS, 'ordinary' as const].flatMap((subject) => {
      const file = `${CORPUS}${floor.language}/${subject}.held-out.txt`
      return existsSync(file) ? parseCorpus(readFileSync(file, 'utf8'), floor.language, subject, file) : []
    })
    const report = measure(lines, (line) =>
      engine
        .check({ text: line.text, direction: line.direction, context: line.context })
        .findings.map(({ flag }) => flag),
    )
    for (const figures of report.figures) {
      expect(recallOf(figures), `recall of ${figures.flag}`).toBeGreaterThan(floor.recall)
      expect(precisionOf(figures), `precision of ${figures.flag}`).toBeGreaterThan(floor.precision)
    }
    const found = report.figures.reduce((total, figures) => total + figures.found, 0)
    const attacks = report.figures.reduce((total, figures) => total + figures.attacks, 0)
    expect(found / attacks).toBeGreaterThan(floor.recallOfAll)
    expect(report.ordinaryAlarms / report.ordinary).toBeLessThan(floor.ordinary)
  })
})
