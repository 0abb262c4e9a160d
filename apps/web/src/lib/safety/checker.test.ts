import { compilePack, readPackData, type Message } from '@visavis/safety'
import { createFakeClock, settle } from '@visavis/testkit'
import { SECOND } from '@visavis/ports'
import { afterEach, describe, expect, it } from 'vitest'
import { readWrittenPack } from '../../../safety-packs.ts'
import { ANSWER_MS_MAX, createChecker, START_MS_MAX } from './checker.ts'
import { createEngineDoor, lineOf, QUICK_STARTS, type EngineWorker, type ToEngine } from './engine-door.ts'
import type { LoadedPack } from './pack-library.ts'
import { lineOfPort } from './protocol.ts'
import { serveEngine } from './serve.ts'

// Method: the page's door, real MessageChannels and the server of the engine with the written English rules; workers are
// played by the test, so that one can be silent, die, or never begin. Time is the test's.

function english(): LoadedPack {
  const data = readPackData(JSON.parse(readWrittenPack('en')))
  const pack = data.ok ? compilePack(data.value) : data
  if (!pack.ok) throw new Error(pack.where)
  return { language: 'en', version: pack.value.version.slice(3), source: 'bundled', pack: pack.value }
}
const PACK = english()
const MONEY: Message = { text: 'can you send me 200 dollars in gift cards right now please', direction: 'in' }
const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** Lets channels deliver: they do so beside the event loop of promises. */
const delivered = async () => {
  for (let round = 0; round < 5; round++) {
    await new Promise<void>((resolve) => setImmediate(resolve))
    await settle(20)
  }
}

type Kind = 'works' | 'silent' | 'never-begins' | 'fails' | 'dies-when-asked'

function setUp(kinds: readonly Kind[]) {
  const clock = createFakeClock()
  const started: { kind: Kind; asked: unknown[]; languages: (readonly string[])[]; isTerminated: boolean }[] = []
  function createWorker(): EngineWorker {
    const kind = kinds[Math.min(started.length, kinds.length - 1)] ?? 'works'
    const life = { kind, asked: [] as unknown[], languages: [] as (readonly string[])[], isTerminated: false }
    started.push(life)
    let died: () => void = () => undefined
    const server = serveEngine({
      load: async () => (kind === 'fails' ? Promise.reject(new Error('no packs')) : [PACK]),
      phones: async () => (kind === 'never-begins' ? new Promise(() => undefined) : { isPossible: () => true }),
    })
    return {
      post(message: ToEngine) {
        if (message.kind === 'choose') {
          life.languages.push(message.languages)
          return server.choose(message.languages)
        }
        const line = lineOfPort(message.port)
        ends.push(() => line.close())
        server.connect({
          ...line,
          post(answer) {
            const isHeard = !life.isTerminated && (kind !== 'silent' || answer.kind === 'ready')
            if (isHeard) line.post(answer)
          },
          listen: (listener) =>
            line.listen((data) => {
              life.asked.push(data)
              if (kind === 'dies-when-asked') died()
              else listener(data)
            }),
        })
      },
      onDeath: (listener) => void (died = listener),
      terminate: () => void (life.isTerminated = true),
    }
  }
  const door = createEngineDoor({
    clock,
    createWorker,
    createChannel: () => new MessageChannel(),
    languages: () => ['en'],
  })
  const checker = createChecker({ clock, open: async (lost) => lineOf(door.open(lost)) })
  ends.push(() => checker.close())
  return { clock, door, checker, started }
}

describe('the engine from outside', () => {
  it('[S12] starts with the first question, answers in order, and says what it goes by', async () => {
    const { checker, started } = setUp(['works'])
    expect(started).toHaveLength(0)
    const [first, second, versions] = await Promise.all([
      checker.check(MONEY),
      checker.check({ text: 'good morning', direction: 'in' }),
      checker.versions(),
    ])
    expect(first).toMatchObject({ ok: true, value: { findings: [{ flag: 'money' }], state: { messages: 1 } } })
    expect(second).toMatchObject({ ok: true, value: { findings: [] } })
    expect(versions).toEqual({ ok: true, value: [{ language: 'en', version: PACK.version, source: 'bundled' }] })
    expect(started).toHaveLength(1)
  })

  it('[S9] tells whom a name poses as, and nothing of any other name', async () => {
    const { checker } = setUp(['works'])
    expect(await checker.posesOf('visavis_support')).toEqual({ ok: true, value: ['poses_as_staff'] })
    expect(await checker.posesOf('el0n_musk')).toEqual({ ok: true, value: ['poses_as_celebrity'] })
    for (const name of ['amber-otter', 'anna1994', 'lisbon_lea', '', 'x'.repeat(10_000)])
      expect(await checker.posesOf(name), name.slice(0, 20)).toEqual({ ok: true, value: [] })
  })

  it('[S12] a worker that does not answer is replaced, and its question asked once more', async () => {
    const { checker, clock, started } = setUp(['silent', 'works'])
    const answer = checker.check(MONEY)
    await delivered()
    await clock.advance(ANSWER_MS_MAX)
    await delivered()
    expect(await answer).toMatchObject({ ok: true, value: { findings: [{ flag: 'money' }] } })
    expect(started.map(({ kind, isTerminated, asked }) => [kind, isTerminated, asked.length])).toEqual([
      ['silent', true, 1],
      ['works', false, 1],
    ])
  })

  it('[S12] a worker that dies is replaced; a question that no worker survives is told not to be checked', async () => {
    const { checker, clock, started } = setUp(['dies-when-asked'])
    const answer = checker.check(MONEY)
    for (let attempt = 0; attempt < 2; attempt++) {
      await delivered()
      await clock.advance(START_MS_MAX)
    }
    expect(await answer).toEqual({ ok: false, code: 'SAFETY_UNAVAILABLE' })
    expect(started).toHaveLength(2)
  })

  it('[S12] one that never begins is given time to start, and then given up', async () => {
    const { checker, clock, started } = setUp(['never-begins', 'works'])
    const answer = checker.check(MONEY)
    await delivered()
    await clock.advance(START_MS_MAX - SECOND)
    expect(started).toHaveLength(1)
    await clock.advance(SECOND)
    await delivered()
    expect((await answer).ok).toBe(true)
  })

  it('[S12] one whose rules cannot be had says so at once; after some in a row there is a rest', async () => {
    const { checker, clock, started } = setUp(['fails', 'fails', 'fails', 'works'])
    expect(await checker.check(MONEY)).toEqual({ ok: false, code: 'SAFETY_UNAVAILABLE' })
    expect(await checker.check(MONEY)).toEqual({ ok: false, code: 'SAFETY_UNAVAILABLE' })
    expect(started).toHaveLength(QUICK_STARTS)
    expect(await checker.check(MONEY)).toEqual({ ok: false, code: 'SAFETY_UNAVAILABLE' })
    expect(started).toHaveLength(QUICK_STARTS)
    await clock.advance(31 * SECOND)
    expect((await checker.check(MONEY)).ok).toBe(true)
  })

  it('[S12] two who have lost the same worker get the same new one', async () => {
    const { clock, door, started } = setUp(['works'])
    const first = door.open(undefined)
    const second = door.open(first?.worker)
    const third = door.open(first?.worker)
    expect([first?.worker, second?.worker, third?.worker]).toEqual([1, 2, 2])
    expect(started.map(({ isTerminated }) => isTerminated)).toEqual([true, false])
    for (const opened of [first, second, third]) opened?.port.close()
    door.languagesChanged()
    expect(started.map(({ languages }) => languages.length)).toEqual([1, 2])
    door.close()
    expect(door.open(undefined)).toBeUndefined()
    expect(clock.nowMs()).toBeGreaterThan(0)
  })

  it('[S12] once it is closed nothing is asked any more', async () => {
    const { checker, started } = setUp(['works'])
    checker.close()
    expect(await checker.check(MONEY)).toEqual({ ok: false, code: 'SAFETY_UNAVAILABLE' })
    expect(started).toHaveLength(0)
  })
})
