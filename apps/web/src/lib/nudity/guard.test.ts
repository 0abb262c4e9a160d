import { createFakeClock, settle } from '@visavis/testkit'
import { describe, expect, it } from 'vitest'
import { ANSWER_MS_MAX, createNudityGuard, LOOK_EVERY_MS, REST, START_MS_MAX, type NudityWorker } from './guard.ts'
import type { Scores } from './judgement.ts'
import type { FromNudityWorker } from './protocol.ts'

const NUDE: Scores = { drawing: 0, hentai: 0, neutral: 0.05, porn: 0.95, sexy: 0 }
const PLAIN: Scores = { drawing: 0, hentai: 0, neutral: 1, porn: 0, sexy: 0 }
const VIDEO = {} as HTMLVideoElement

type FakeWorker = { looks: number; ended: boolean; say(message: FromNudityWorker): void; die(): void }

function setUp(options: { kept?: string; isMissing?: boolean } = {}) {
  const clock = createFakeClock()
  const workers: FakeWorker[] = []
  const kept = new Map(options.kept ? [['visavis.nudity', options.kept]] : [])
  const world = { tries: 0, hasPicture: true }
  const guard = createNudityGuard({
    clock,
    storage: {
      read: (key) => kept.get(key),
      write: (key, value) => void kept.set(key, value),
      remove: (key) => void kept.delete(key),
    },
    async openWorker(): Promise<NudityWorker> {
      world.tries += 1
      if (options.isMissing) throw new Error('not there')
      let hear: (message: FromNudityWorker) => void = () => undefined
      let died = () => {}
      const made: FakeWorker = { looks: 0, ended: false, say: (message) => hear(message), die: () => died() }
      workers.push(made)
      return {
        start: () => undefined,
        look() {
          if (world.hasPicture) made.looks += 1
          return world.hasPicture
        },
        lookAt: () => void (made.looks += 1),
        onMessage: (listener) => void (hear = listener),
        onDeath: (listener) => void (died = listener),
        terminate: () => void (made.ended = true),
      }
    },
  })
  const last = () => workers.at(-1) as FakeWorker
  const seen = (scores: Scores, tookMs = 20) => last().say({ kind: 'seen', scores, tookMs })
  async function ready(): Promise<() => void> {
    const leave = guard.hold()
    await settle()
    last().say({ kind: 'ready' })
    return leave
  }
  return { clock, guard, workers, world, kept, last, seen, ready }
}

describe('the guard against nudity', () => {
  it('[M15] two pictures of nudity are told at once, and once', async () => {
    const { clock, guard, seen, ready } = setUp()
    await ready()
    let told = 0
    const check = guard.check(() => (told += 1))
    for (const expected of [0, 1, 1]) {
      check.offer(VIDEO, false)
      seen(NUDE)
      expect(told).toBe(expected)
      await clock.advance(LOOK_EVERY_MS.clear)
    }
  })

  it('[M15] plain pictures are told of never', async () => {
    const { clock, guard, last, seen, ready } = setUp()
    await ready()
    const check = guard.check(() => expect.unreachable())
    for (let look = 0; look < 20; look++) {
      check.offer(VIDEO, false)
      seen(PLAIN)
      await clock.advance(LOOK_EVERY_MS.clear)
    }
    expect(last().looks).toBe(20)
  })

  it('[M15] what was seen of one partner is nothing about the next', async () => {
    const { clock, guard, seen, ready } = setUp()
    await ready()
    const first = guard.check(() => expect.unreachable())
    first.offer(VIDEO, false)
    seen(NUDE)
    await clock.advance(LOOK_EVERY_MS.clear)
    first.offer(VIDEO, false)
    first.close()
    const second = guard.check(() => expect.unreachable())
    // The answer about the first partner comes while the second one is there.
    seen(NUDE)
    await clock.advance(LOOK_EVERY_MS.clear)
    second.offer(VIDEO, false)
    seen(NUDE)
  })

  it('[M15] looks up to four times a second, every two seconds under the veil, and never at two pictures at a time', async () => {
    const { clock, guard, last, seen, ready } = setUp()
    await ready()
    const check = guard.check(() => undefined)
    const lookFor = async (ms: number, isVeiled: boolean) => {
      const before = last().looks
      for (let spent = 0; spent < ms; spent += 50) {
        check.offer(VIDEO, isVeiled)
        check.offer(VIDEO, isVeiled)
        expect(last().looks - before).toBeLessThanOrEqual(ms / LOOK_EVERY_MS.clear + 1)
        seen(PLAIN)
        await clock.advance(50)
      }
      return last().looks - before
    }
    expect(await lookFor(4_000, false)).toBe(16)
    expect(await lookFor(4_000, true)).toBe(2)
  })

  it('[M15] a slow device looks less often, so that no more than a fifth of one core is spent', async () => {
    const { clock, guard, last, seen, ready } = setUp()
    await ready()
    const check = guard.check(() => undefined)
    check.offer(VIDEO, false)
    seen(PLAIN, 400)
    await clock.advance(REST * 400 - 200)
    check.offer(VIDEO, false)
    expect(last().looks).toBe(1)
    await clock.advance(200)
    check.offer(VIDEO, false)
    expect(last().looks).toBe(2)
  })

  it('[M15] without a picture nothing is waited for', async () => {
    const { clock, guard, world, last, ready } = setUp()
    await ready()
    const check = guard.check(() => undefined)
    world.hasPicture = false
    check.offer(VIDEO, false)
    await clock.advance(2 * ANSWER_MS_MAX)
    expect(guard.get().engine).toBe('ready')
    world.hasPicture = true
    check.offer(VIDEO, false)
    expect(last().looks).toBe(1)
  })

  it('[M15] nothing is fetched before a call with video is near, and all of it is let go of after', async () => {
    const { guard, workers, ready } = setUp()
    await settle()
    expect(workers).toHaveLength(0)
    expect(guard.get().engine).toBe('idle')
    const leave = await ready()
    const other = guard.hold()
    leave()
    leave()
    expect(workers.map(({ ended }) => ended)).toEqual([false])
    other()
    expect(workers.map(({ ended }) => ended)).toEqual([true])
    expect(guard.get().engine).toBe('idle')
  })

  it('[M15] switched off it fetches nothing and covers nothing; switched on in mid-call it works', async () => {
    const { clock, guard, workers, last, seen } = setUp({ kept: 'off' })
    let told = 0
    guard.hold()
    await settle()
    expect(workers).toHaveLength(0)
    const check = guard.check(() => (told += 1))
    check.offer(VIDEO, false)
    guard.choose('usual')
    await settle()
    last().say({ kind: 'ready' })
    for (const _ of [1, 2]) {
      check.offer(VIDEO, false)
      seen(NUDE)
      await clock.advance(LOOK_EVERY_MS.clear)
    }
    expect(told).toBe(1)
    guard.choose('off')
    expect(last().ended).toBe(true)
    expect(guard.get()).toEqual({ setting: 'off', engine: 'idle', hasFailed: false })
  })

  it('[M15] pictures judged before a change of the setting count no more after it', async () => {
    const { clock, guard, seen, ready } = setUp()
    await ready()
    const check = guard.check(() => expect.unreachable())
    check.offer(VIDEO, false)
    seen(NUDE)
    guard.choose('strict')
    await clock.advance(LOOK_EVERY_MS.clear)
    check.offer(VIDEO, false)
    seen(NUDE)
  })

  it.each([
    ['dies', async ({ last }: ReturnType<typeof setUp>) => last().die()],
    ['says so', async ({ last }: ReturnType<typeof setUp>) => last().say({ kind: 'failed' })],
    ['never starts', async ({ clock }: ReturnType<typeof setUp>) => clock.advance(START_MS_MAX + 2_000)],
  ])('[M15] a worker that %s is started once more, and then it is said that there is no check', async (_, end) => {
    const made = setUp()
    made.guard.hold()
    await settle()
    await end(made)
    await settle()
    expect(made.guard.get().engine).toBe('loading')
    expect(made.workers).toHaveLength(2)
    await end(made)
    await settle()
    expect(made.guard.get()).toEqual({ setting: 'usual', engine: 'failed', hasFailed: true })
    expect(made.workers.map(({ ended }) => ended)).toEqual([true, true])
    await made.clock.advance(START_MS_MAX)
    expect(made.workers).toHaveLength(2)
  })

  it('[M15] a worker that leaves a picture without an answer is dead, and the next one looks', async () => {
    const { clock, guard, workers, last, ready } = setUp()
    await ready()
    const check = guard.check(() => undefined)
    check.offer(VIDEO, false)
    await clock.advance(ANSWER_MS_MAX + 2_000)
    expect(workers).toHaveLength(2)
    last().say({ kind: 'ready' })
    check.offer(VIDEO, false)
    expect(last().looks).toBe(1)
  })

  it('[M15] files that cannot be had are told as what they are, and tried again with the next call', async () => {
    const { guard, world } = setUp({ isMissing: true })
    const leave = guard.hold()
    await settle(20)
    expect(guard.get()).toEqual({ setting: 'usual', engine: 'failed', hasFailed: true })
    leave()
    // Not in a call, the settings still know.
    expect(guard.get()).toEqual({ setting: 'usual', engine: 'idle', hasFailed: true })
    const before = world.tries
    guard.hold()
    await settle(20)
    expect(world.tries).toBeGreaterThan(before)
  })

  it('[M15] who leaves while it is fetched leaves no worker behind', async () => {
    const { guard, workers } = setUp()
    guard.hold()()
    await settle()
    expect(workers.every(({ ended }) => ended)).toBe(true)
    expect(guard.get().engine).toBe('idle')
  })

  const still = () => {
    const picture = { isClosed: false, close: () => void (picture.isClosed = true) }
    return picture as typeof picture & ImageBitmap
  }

  it('[S11] still pictures are looked at one after the other, between those of a call', async () => {
    const { guard, last, seen, ready } = setUp()
    await ready()
    const check = guard.check(() => undefined)
    check.offer(VIDEO, false)
    const answers = [guard.judge(still()), guard.judge(still())]
    expect(last().looks).toBe(1)
    seen(PLAIN)
    expect(last().looks).toBe(2)
    seen(NUDE)
    expect(last().looks).toBe(3)
    seen(PLAIN)
    expect(await Promise.all(answers)).toEqual([NUDE, PLAIN])
  })

  it('[S11] a still picture is given back without an answer when there is no check, or none any more', async () => {
    const { guard, last, ready } = setUp()
    const early = still()
    expect(await guard.judge(early)).toBeUndefined()
    expect(early.isClosed).toBe(true)
    const leave = await ready()
    const [asked, waiting] = [guard.judge(still()), guard.judge(still())]
    last().die()
    expect(await asked).toBeUndefined()
    leave()
    expect(await waiting).toBeUndefined()
  })
})
