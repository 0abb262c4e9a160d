import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compiled, deliveredPack, engineOf, moneyRule, smallPack } from '../tests/small-pack.ts'
import {
  createEngine,
  FRESH_STATE,
  mask,
  readState,
  type Finding,
  type Message,
  type PackData,
  type State,
} from './index.ts'

const flagsOf = (findings: readonly Finding[]) => findings.map(({ flag }) => flag)
const LATE = { minutesKnown: 60 * 24 * 30 }

describe('evidence', () => {
  it('[SF13] weights of different rules add up, the same rule counts once', () => {
    const engine = engineOf({
      rules: [moneyRule(['send money'], { id: 'a', weight: 0.4 }), moneyRule(['my rent'], { id: 'b', weight: 0.4 })],
    })
    expect(engine.check({ text: 'send money', direction: 'in' }).findings).toEqual([])
    expect(engine.check({ text: 'send money please now. send money please now', direction: 'in' }).findings).toEqual([])
    const [finding] = engine.check({ text: 'send money for my rent', direction: 'in' }).findings
    expect(finding?.confidence).toBeCloseTo(0.64)
  })

  it('[S1, SF2, SF13] a finding names flag, reason, advice, rule, pack and the place in the text as written', () => {
    const text = '🙂 please ѕеnd  m0ney!'
    const { findings } = engineOf({ rules: [moneyRule(['send money'])] }).check({ text, direction: 'in' })
    expect(findings).toEqual([
      {
        flag: 'money',
        confidence: 0.9,
        span: { start: text.indexOf('ѕ'), end: text.indexOf('!') },
        reasonId: 'asks_money',
        adviceId: 'send_no_money',
        ruleId: 'money.test',
        packVersion: 'en 2026-01-01.1',
      },
    ])
  })

  it('[SF13] the threshold of a pack counts', () => {
    const rules = [moneyRule(['send money'], { weight: 0.7 })]
    const text = 'send money'
    expect(engineOf({ rules, thresholds: { money: 0.8 } }).check({ text, direction: 'in' }).findings).toEqual([])
    expect(engineOf({ rules, thresholds: { money: 0.7 } }).check({ text, direction: 'in' }).findings.length).toBe(1)
  })

  it('[SF13] a guard takes back what is near, or the whole sentence, and nothing of the next one', () => {
    const rules = [moneyRule(['send money'], { unless: ['never'] })]
    const near = engineOf({ rules, guards: { never: { scope: 'near', patterns: ['never'] } } })
    const wide = engineOf({ rules, guards: { never: { scope: 'sentence', patterns: ['never'] } } })
    const far = 'never in my life until today would I ask you to please send money'
    expect(near.check({ text: 'never send money', direction: 'in' }).findings).toEqual([])
    expect(flagsOf(near.check({ text: far, direction: 'in' }).findings)).toEqual(['money'])
    expect(wide.check({ text: far, direction: 'in' }).findings).toEqual([])
    expect(flagsOf(wide.check({ text: 'I would never do it. Send money', direction: 'in' }).findings)).toEqual([
      'money',
    ])
  })

  it("[SF13] a rule for incoming words says nothing about one's own, and the other way round", () => {
    const engine = engineOf({
      rules: [
        moneyRule(['send money']),
        moneyRule(['my code'], { id: 'own', flag: 'own_pii', reason: 'own_code', direction: 'out' }),
      ],
    })
    expect(engine.check({ text: 'send money', direction: 'out' }).findings).toEqual([])
    expect(engine.check({ text: 'my code', direction: 'in' }).findings).toEqual([])
    expect(flagsOf(engine.check({ text: 'my code', direction: 'out' }).findings)).toEqual(['own_pii'])
  })
})

describe('context', () => {
  it('[S5, SF14] a rule counts less between people who know each other long', () => {
    const engine = engineOf({
      rules: [moneyRule(['i love you'], { flag: 'love_bombing', reason: 'love_early', lateWeight: 0.1 })],
    })
    const check = (message: Partial<Message>) =>
      flagsOf(engine.check({ text: 'I love you', direction: 'in', ...message }).findings)
    expect(check({})).toEqual(['love_bombing'])
    expect(check({ context: { minutesKnown: 60 } })).toEqual(['love_bombing'])
    expect(check({ context: LATE })).toEqual([])
    expect(check({ state: { ...FRESH_STATE, messages: 2_000 } })).toEqual([])
    expect(check({ state: { ...FRESH_STATE, messages: 2_000 }, context: { minutesKnown: 60 } })).toEqual([
      'love_bombing',
    ])
  })

  it('[S2, SF14] what the user asked for is an answer, for six messages', () => {
    const engine = engineOf({ rules: [moneyRule(['paypal'], { askedWeight: 0.2 })] })
    const asked = engine.check({ text: 'do you have paypal?', direction: 'out' }).state
    expect(engine.check({ text: 'yes, paypal', direction: 'in', state: asked }).findings).toEqual([])
    const later = { ...asked, messages: asked.messages + 6 }
    expect(flagsOf(engine.check({ text: 'yes, paypal', direction: 'in', state: later }).findings)).toEqual(['money'])
  })

  it('[S3, SF15] an earlier finding makes weak evidence count for more, and nothing out of nothing', () => {
    const engine = engineOf({
      rules: [
        moneyRule(['i love you'], { id: 'love', flag: 'love_bombing', reason: 'love_early' }),
        moneyRule(['a ticket'], { id: 'ticket', weight: 0.4 }),
        moneyRule(['the bank'], { id: 'bank', weight: 0.2 }),
      ],
      escalation: { money: { after: ['love_bombing'], add: 0.5 } },
    })
    const ticket = { text: 'I need a ticket', direction: 'in' } as const
    const { state } = engine.check({ text: 'I love you', direction: 'in' })
    expect(engine.check(ticket).findings).toEqual([])
    expect(flagsOf(engine.check({ ...ticket, state }).findings)).toEqual(['money'])
    expect(engine.check({ text: 'the bank', direction: 'in', state }).findings).toEqual([])
    expect(engine.check({ ...ticket, state: { ...state, messages: state.messages + 301 } }).findings).toEqual([])
  })

  it('[SF20] the state stays small whatever is said, and survives storage', () => {
    const engine = createEngine([deliveredPack('en')])
    let state: State = FRESH_STATE
    for (let i = 0; i < 120; i++) {
      const text = `I am ${18 + (i % 80)} years old, I live in Town${i}, send me money now, my mom is nice, I work as a job${i}`
      state = engine.check({ text, direction: i % 5 === 0 ? 'out' : 'in', state }).state
    }
    expect(JSON.stringify(state).length).toBeLessThan(20_000)
    expect(readState(JSON.parse(JSON.stringify(state)))).toEqual({ ok: true, value: state })
  })

  it('[SF20] a damaged state is refused', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(readState(value).ok).toBe(false)
      }),
    )
    expect(readState({ ...FRESH_STATE, v: 2 })).toMatchObject({ code: 'SAFETY_STATE_MALFORMED' })
  })

  it('[SF1] the same message gives the same answer and changes nothing that was given', () => {
    const engine = createEngine([deliveredPack('en')])
    const { state } = engine.check({ text: 'I am 25 years old', direction: 'in' })
    const before = JSON.stringify(state)
    const message = { text: 'I am 52 years old, add me on snap', direction: 'in', state } as const
    expect(engine.check(message)).toEqual(engine.check(message))
    expect(JSON.stringify(state)).toBe(before)
  })

  it('[SF1] a longer text is looked at up to 100,000 units', () => {
    const engine = engineOf({ rules: [moneyRule(['send money'])] })
    const filling = '. '.repeat(49_000)
    expect(engine.check({ text: `${filling}send money`, direction: 'in' }).findings.length).toBe(1)
    expect(engine.check({ text: `${filling}${filling}send money`, direction: 'in' }).findings).toEqual([])
  })
})

describe('the model', () => {
  // Without weights the bias alone is the log-odds.
  const model = (bias: number, trust = 0): PackData['model'] => ({
    features: 2,
    groups: [1, 1, 1, 1, 1],
    classes: {},
    buckets: '',
    columns: {
      money: { bias, scale: 1, steps: '', sure: 2, trust },
      love_bombing: { bias: -9, scale: 1, steps: '', sure: 2, trust },
    },
  })
  const rules = [
    moneyRule(['send money'], { weight: 0.5 }),
    moneyRule(['wire money'], { id: 'strong', weight: 0.95 }),
    moneyRule(['my sun'], { id: 'early', flag: 'love_bombing', lateWeight: 0.7 }),
  ]
  const check = (given: PackData['model'], text: string, more: Partial<Message> = {}) =>
    engineOf({ rules, model: given }).check({ text, direction: 'in', ...more }).findings

  it('[SF17] alone makes a finding from `sure`', () => {
    expect(check(model(2), 'good morning')[0]).toMatchObject({ ruleId: 'model/money', confidence: 0.6 })
    expect(check(model(1.9), 'good morning')).toEqual([])
  })

  it('[SF13, SF17] the evidence of the rules is added as far as the model trusts it', () => {
    expect(check(model(1, 1), 'send money')).toEqual([])
    expect(check(model(1, 2), 'send money')[0]).toMatchObject({ ruleId: 'money.test' })
    expect(check(model(0, 1), 'wire money')[0]).toMatchObject({ ruleId: 'strong' })
    expect(check(model(-9, 1), 'send money')).toEqual([])
    expect(check(model(-9, 1), 'wire money')[0]).toMatchObject({ ruleId: 'strong' })
  })

  it('[SF14, SF17] it is silent about what the user asked for, and after long about what is only early', () => {
    const mine: State = { ...FRESH_STATE, mine: [{ flag: 'money', at: 0 }] }
    expect(check(model(9), 'good morning', { state: mine })).toEqual([])
    expect(check(model(-9, 9), 'my sun', { context: LATE })[0]?.flag).toBe('love_bombing')
    expect(check(model(9), 'good morning', { context: LATE })[0]?.flag).toBe('money')
  })

  it('[SF17] a model for a later engine is left alone, and its pack works without it', () => {
    const findings = check({ features: 3, somethingNew: [] }, 'wire money')
    expect(findings[0]).toMatchObject({ ruleId: 'strong', confidence: expect.closeTo(0.95) as number })
  })
})

describe('claim memory', () => {
  const engine = createEngine([deliveredPack('en')])
  const hear = (...texts: readonly string[]) => {
    let state: State = FRESH_STATE
    let findings: readonly Finding[] = []
    for (const text of texts) ({ findings, state } = engine.check({ text, direction: 'in', state }))
    return findings.filter(({ flag }) => flag === 'inconsistent')
  }

  it.each([
    ['changed_age', "I'm 34 years old", 'i am 28 years old btw'],
    ['changed_home', 'I live in Chicago', 'it rains a lot, i live in Manchester'],
    ['changed_origin', "I'm from Texas", 'i am from Norway originally'],
    ['changed_job', 'I work as a nurse', "i'm an engineer on an oil rig"],
    ['changed_family', 'I have no kids', 'my daughter is sick'],
    ['changed_family', 'my mother passed away', 'my mom is cooking right now'],
    ['changed_relationship', "I'm single", 'my wife is so jealous'],
  ])('[S8, SF18, SF19] %s: "%s" and later "%s", with both quotes', (reasonId, first, second) => {
    const [finding] = hear(first, 'nice weather', second)
    expect(finding).toMatchObject({ flag: 'inconsistent', reasonId, earlier: { messageNumber: 0 } })
    expect(first.toLowerCase()).toContain(finding?.earlier?.quote.toLowerCase())
    const quote = second.slice(finding?.span.start, finding?.span.end)
    expect(quote.length).toBeGreaterThan(3)
  })

  it('[S8, SF19] a second excuse for the camera, some messages later', () => {
    const talk = ['how are you', 'fine', 'ok']
    expect(hear('my camera is broken', ...talk, "sorry my camera doesn't work")[0]?.reasonId).toBe('camera_again')
    expect(hear('my camera is broken', 'yes, my camera is broken')).toEqual([])
  })

  it.each([
    ["I'm 34 years old", "i'm 35 years old now, yesterday was my birthday"],
    ['I live in Brooklyn', 'i live in New York and love it'],
    ['I live in London', 'i live in England'],
    ['I work as a teacher', "i'm a teacher, it's exhausting"],
    ['I live in Chicago', "I'm from Texas"],
    ["I'm single", 'my ex wife and i are friends, she is nice'],
    ['I was born in 1990', "i'm 34 years old"],
  ])('[S8, SF19] "%s" and "%s" may both be true', (first, second) => {
    expect(hear(first, second).filter(({ reasonId }) => reasonId !== 'changed_relationship')).toEqual([])
  })

  it("[S8, SF18, SF19] one message contradicts nothing, and one's own words are not remembered", () => {
    expect(hear('I have no kids, my daughter is a cat')).toEqual([])
    const { state } = engine.check({ text: "I'm 34 years old", direction: 'out' })
    expect(state.claims).toEqual([])
  })
})

describe("one's own data", () => {
  const engine = createEngine([deliveredPack('en')])

  it('[S10, SF13, SF21] every place is told and can be hidden', () => {
    const text = 'write to anna@example.com or call 555 201 8834, ok?'
    const { findings } = engine.check({ text, direction: 'out' })
    expect(findings.map(({ reasonId }) => reasonId).toSorted()).toEqual(['own_email', 'own_phone'])
    const masked = mask(text, findings)
    expect(masked).not.toMatch(/anna|example|\d/)
    expect(masked).toHaveLength(text.length)
    expect(masked.startsWith('write to ')).toBe(true)
    expect(engine.check({ text: masked, direction: 'out' }).findings).toEqual([])
  })

  it('[S10, SF21] hiding changes nothing outside the spans and breaks no character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.nat(30), fc.nat(30), (text, a, b) => {
        const span = { start: Math.min(a, b), end: Math.max(a, b) }
        const masked = mask(text, [{ span }])
        expect(/\p{Cs}/u.test(masked)).toBe(/\p{Cs}/u.test(text))
        expect(Array.from(masked).length).toBe(Array.from(text).length)
        if (span.start === span.end) expect(masked).toBe(text)
      }),
    )
  })

  it('[S10, SF23] the port for telephone numbers may say no, and hears what was written', () => {
    const heard: string[] = []
    const phones = {
      isPossible: (digits: string, countries: readonly string[]) => {
        heard.push(`${digits} ${countries.join()}`)
        return digits.startsWith('+')
      },
    }
    const rules = [moneyRule(['<phone>'], { flag: 'own_pii', reason: 'own_phone', direction: 'out' })]
    const check = (text: string) =>
      engineOf({ rules }, phones).check({ text, direction: 'out', context: { countries: ['DE', 'GB'] } }).findings
        .length
    expect(check('it is 555 201 8834')).toBe(0)
    expect(check('it is +44 7700 900123')).toBe(1)
    expect(heard).toEqual(['5552018834 DE,GB', '+447700900123 DE,GB'])
  })
})

describe('several languages', () => {
  it('[SF24] each pack looks, and the surest finding per flag counts', () => {
    const english = compiled({ rules: [moneyRule(['send money'], { weight: 0.7 })] })
    const spanish = compiled({
      ...smallPack({ language: 'es' }),
      rules: [moneyRule(['dinero', 'send money'], { id: 'es' })],
    })
    const engine = createEngine([english, spanish])
    expect(engine.check({ text: 'mucho dinero', direction: 'in' }).findings.map(({ ruleId }) => ruleId)).toEqual(['es'])
    expect(engine.check({ text: 'send money', direction: 'in' }).findings.map(({ ruleId }) => ruleId)).toEqual(['es'])
  })
})
