import { describe, expect, it } from 'vitest'
import { createFakeBus } from './bus.ts'
import { createFakeClock, settle, type FakeClock } from './clock.ts'
import { busContract, clockContract, randomContract, relayContract } from './contracts.ts'
import { createLink, STORM } from './network.ts'
import { someone } from './people.ts'
import { createSeededRandom } from './random.ts'
import { createFakeRelay } from './relay.ts'

busContract('fake', createFakeBus, () => settle())
randomContract('seeded', () => createSeededRandom(42n))
clockContract('fake', createFakeClock, (clock, ms) => (clock as FakeClock).advance(ms))
relayContract('fake', async () => createFakeRelay(() => 0))

describe('seeded chance', () => {
  it('repeats itself for the same seed and differs for another', () => {
    const draw = (seed: number) =>
      Array.from(
        { length: 5 },
        (
          (random) => () =>
            random.float()
        )(createSeededRandom(seed)),
      )
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
    expect(someone(createSeededRandom(3), 7)).toEqual(someone(createSeededRandom(3), 7))
  })
})

describe('seeded network', () => {
  async function run(reliable: boolean) {
    const clock = createFakeClock()
    const seen: number[] = []
    const link = createLink<number>({
      clock,
      random: createSeededRandom(9),
      weather: STORM,
      reliable,
      deliver: (n) => void seen.push(n),
    })
    for (let n = 0; n < 200; n++) link.send(n)
    await clock.advance(1_000)
    return { clock, link, seen }
  }

  it('keeps order and loses nothing on a reliable link, until it is cut', async () => {
    const { clock, link, seen } = await run(true)
    expect(seen).toEqual(Array.from({ length: 200 }, (_, n) => n))
    link.send(1_000)
    link.cut()
    link.send(1_001)
    await clock.advance(1_000)
    expect(seen).toHaveLength(200)
    link.mend()
    link.send(1_002)
    await clock.advance(1_000)
    expect(seen.at(-1)).toBe(1_002)
    expect(clock.pending()).toBe(0)
  })

  it('drops, repeats and reorders on an unreliable one', async () => {
    const { seen } = await run(false)
    expect(new Set(seen).size).toBeLessThan(200)
    expect(seen.length).toBeGreaterThan(new Set(seen).size)
    expect(seen).not.toEqual([...seen].toSorted((a, b) => a - b))
  })
})

describe('fake clock', () => {
  it('unfolds a chain of sleeps in order', async () => {
    const clock = createFakeClock()
    const steps: number[] = []
    const chain = (async () => {
      for (const ms of [10, 20, 30]) {
        await clock.sleep(ms)
        steps.push(clock.monotonicMs())
      }
    })()
    await clock.advance(100)
    await chain
    expect(steps).toEqual([10, 30, 60])
  })

  it('lets wall-clock time jump without running anything', async () => {
    const clock = createFakeClock(1_000)
    clock.setNowMs(99_000)
    expect(clock.nowMs()).toBe(99_000)
    expect(clock.monotonicMs()).toBe(0)
  })
})
