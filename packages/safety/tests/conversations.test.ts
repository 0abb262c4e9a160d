import { describe, expect, it } from 'vitest'
import { createEngine, FRESH_STATE, type Finding, type State } from '../src/index.ts'
import { deliveredPack } from './small-pack.ts'

/**
 * Whole conversations with the English pack, one state from the first line to the last. `<` is what the other person writes, `>`
 * what the user does; behind `|` the flags that have to be told at this line. Where nothing stands, nothing may be told.
 */
const engine = createEngine([deliveredPack('en')])

function replay(script: string): void {
  let state: State = FRESH_STATE
  let minutesKnown = 0
  for (const line of script.trim().split('\n')) {
    const [said = '', expected = ''] = line.trim().split(' | ')
    const direction = said.startsWith('>') ? 'out' : 'in'
    const checked: { findings: readonly Finding[]; state: State } = engine.check({
      text: said.slice(2),
      direction,
      context: { minutesKnown },
      state,
    })
    expect(
      checked.findings
        .map(({ flag }) => flag)
        .toSorted()
        .join(' '),
      said,
    ).toBe(expected)
    state = checked.state
    minutesKnown += 2
  }
}

describe('told at the right moment', () => {
  it('[S3, S4, S5, S8, SF15] a romance scam', () => {
    replay(`
      < hello pretty, how are you today?
      > good, you?
      < i'm great now that i see you. i'm 45 years old, i work as an engineer on an oil rig
      > wow, sounds hard
      < it is. i'm a widower, i have one son
      < i know we just met but i'm falling in love with you | love_bombing
      > haha that's fast
      < you are my soulmate, god brought us together | love_bombing
      < tell me about your day
      > i was at the market with my sister
      < nice. i am 52 years old and never felt so young | inconsistent
      < my son had an accident, he is in the hospital and they won't operate until we pay | money urgency
      < can you send me 500 dollars please, i pay you back next week | money
      > i don't know you
      < if you loved me you would do it | coercion
    `)
  })

  it('[S6, S7, SF15] a sextortion', () => {
    replay(`
      < hey cutie
      > hi :)
      < what are you up to
      > just chilling on the couch
      < show me your boobs | intimate_request
      > no
      < come on don't be such a prude | coercion
      > stop
      < i recorded you. i will send the video to all your friends | threat
      < pay 500 in bitcoin or i post it everywhere | money threat
    `)
  })

  it('[S1] a phishing for a code', () => {
    replay(`
      < hi, i'm from the verification team
      > ok?
      < your account will be deleted within 24 hours unless you confirm | urgency
      < you just got a code by sms, please send me the code | pii_request
      > it says 482913 is my verification code | own_pii
    `)
  })

  it('[S2] a recruiter who wants to go elsewhere', () => {
    replay(`
      < hello, are you interested in a part time job?
      > what kind of job
      < you like videos and get paid, very easy
      < please contact our manager on telegram @hr_lisa | leave_platform
    `)
  })
})

describe('silent', () => {
  it('[S12, S13] two people who talk about music and work', () => {
    replay(`
      < hey there
      > hi! where are you from
      < portugal, a small town near the coast. you?
      > germany, far away from any coast haha
      < what do you do?
      > i'm a nurse, night shifts mostly
      < respect, my mother was a nurse too
      > what kind of music do you like
      < mostly old rock, i play the bass in a band
      > nice! do you have concerts
      < we played at a wedding last month, 200 people, i was so nervous
      > haha i would die
      < it was fun. they even paid us
      > what's your band called
      < the broken toasters
      > i love that name
    `)
  })

  it('[S12, S13] somebody who is shy and somebody who is kind', () => {
    replay(`
      < sorry, my internet is slow today
      > no problem, take your time
      < first time here, i'm a bit shy
      > me too, don't worry
      < do you live alone?
      > with my brother and two cats
      < aww, what are their names
      > salt and pepper
      < i miss my cat, she died last year
      > i'm so sorry to hear that
      < thank you, you seem like a kind person
      > can i see a picture of her?
      < i will look for one later
    `)
  })

  it('[S12, S13] two people who cook', () => {
    replay(`
      < i'm cooking right now, wait a second
      > what are you making
      < lasagna, it's my grandma's recipe
      > send me the recipe!
      < haha it's a secret, she would kill me
      > please please
      < ok: tomatoes, 500 grams of beef, 3 onions, and a lot of cheese
      > how long in the oven
      < 45 minutes at 180 degrees
      > i'll try it on sunday
      < tell me how it went
    `)
  })

  it('[S12, S13] two people who compare cities and money', () => {
    replay(`
      < how much is rent in your city?
      > 1200 for two rooms, it's crazy
      < here it's 400 but nobody earns anything
      > i need a new job, my boss is impossible
      < i work in a bank, it's boring but safe
      > did you ever invest in anything
      < i bought some shares once and lost half
      > same haha
      < at least we have our health
    `)
  })

  it('[S5, S12, S13, SF14] two people who have known each other long say so', () => {
    let state: State = FRESH_STATE
    for (const text of [
      'good morning my love',
      'i love you so much',
      "i can't wait to marry you",
      'sleep well, i miss you',
    ]) {
      const checked = engine.check({ text, direction: 'in', context: { minutesKnown: 60 * 24 * 300 }, state })
      expect(checked.findings, text).toEqual([])
      state = checked.state
    }
  })
})
