import { createFakeClock } from '@visavis/testkit'
import { describe, expect, it } from 'vitest'
import { createCover, DEAD_MS, RESTARTS_MAX, STALL_MS, START_DEAD_MS } from './cover.ts'
import type { FromCoverWorker, Picture, ToCoverWorker, Wear } from './protocol.ts'

type FakeWorker = {
  readonly got: ToCoverWorker[]
  say(message: FromCoverWorker): void
  die(): void
  ended: boolean
}
const ASSETS = { engine: '/engine', landscape: '/landscape', square: '/square' }
const WEAR: Wear = { kind: 'blur', strength: 'strong' }
const CAMERA = {} as MediaStreamTrack

function setUp() {
  const clock = createFakeClock()
  const workers: FakeWorker[] = []
  /** What left the device, in order. */
  const out: string[] = []
  const world = { intakes: 0, closedIntakes: 0, closedPictures: 0 }
  const cover = createCover({
    clock,
    assets: ASSETS,
    wear: WEAR,
    patches: [],
    outlet: {
      track: {} as MediaStreamTrack,
      show: (picture) => void out.push((picture as unknown as { name: string }).name),
      card: () => void out.push('card'),
      close: () => void out.push('closed'),
    },
    openIntake: () => {
      world.intakes += 1
      return { answered: () => undefined, close: () => void (world.closedIntakes += 1) }
    },
    createWorker() {
      let hear: (message: FromCoverWorker) => void = () => undefined
      let died = () => {}
      const worker: FakeWorker = { got: [], say: (message) => hear(message), die: () => died(), ended: false }
      workers.push(worker)
      return {
        post: (message) => void worker.got.push(message),
        onMessage: (listener) => void (hear = listener),
        onDeath: (listener) => void (died = listener),
        terminate: () => void (worker.ended = true),
      }
    },
  })
  const picture = (name: string) => ({ name, close: () => void (world.closedPictures += 1) }) as unknown as Picture
  const shown = (name: string, change: { isCard?: boolean; eased?: boolean } = {}): FromCoverWorker => ({
    kind: 'shown',
    picture: picture(name),
    isCard: false,
    eased: false,
    ...change,
  })
  const last = () => workers.at(-1) as FakeWorker
  /** A worker that covers, and a camera. */
  async function running() {
    cover.watch(CAMERA)
    last().say({ kind: 'ready' })
    last().say(shown('covered'))
    out.length = 0
  }
  return { clock, workers, out, world, cover, shown, last, running }
}

describe('the cover', () => {
  it('[M10] the card is there before anything else, and until the first covered picture', async () => {
    const { clock, out, cover, last, shown } = setUp()
    cover.watch(CAMERA)
    expect(out).toEqual(['card'])
    last().say({ kind: 'progress', share: 0.5 })
    expect(cover.get()).toEqual({ kind: 'preparing', share: 0.5 })
    await clock.advance(5 * STALL_MS)
    expect(new Set(out)).toEqual(new Set(['card']))
    expect(out.length).toBeGreaterThan(3)
    last().say({ kind: 'ready' })
    last().say(shown('covered'))
    expect(out.at(-1)).toBe('covered')
    expect(cover.get()).toEqual({ kind: 'on', eased: false })
    cover.close()
  })

  it('[M10] the camera is read only when the worker is ready, and again when it is another', () => {
    const { world, cover, last } = setUp()
    cover.watch(CAMERA)
    expect(world.intakes).toBe(0)
    last().say({ kind: 'ready' })
    expect(world.intakes).toBe(1)
    cover.watch({} as MediaStreamTrack)
    expect([world.intakes, world.closedIntakes]).toEqual([2, 1])
    cover.close()
  })

  it('[M10] nothing comes for a moment: the card, and the person again when it goes on', async () => {
    const { clock, out, cover, last, shown, running } = setUp()
    await running()
    last().say({ kind: 'alive' })
    await clock.advance(STALL_MS + 200)
    expect(out).toEqual(['card'])
    expect(cover.get()).toEqual({ kind: 'card' })
    last().say(shown('covered', { eased: true }))
    expect(cover.get()).toEqual({ kind: 'on', eased: true })
    cover.close()
  })

  it('[M10] the card of the worker is told as such', async () => {
    const { cover, last, shown, running } = setUp()
    await running()
    last().say(shown('card of the worker', { isCard: true }))
    expect(cover.get()).toEqual({ kind: 'card' })
    cover.close()
  })

  it.each(['says it failed', 'throws', 'falls silent'] as const)(
    '[M10] a worker that %s: the card at once, another worker by itself, and in the end the person is asked',
    async (how) => {
      const { clock, workers, out, world, cover, last, running } = setUp()
      for (let death = 0; death <= RESTARTS_MAX; death++) {
        await running()
        const dying = last()
        if (how === 'says it failed') dying.say({ kind: 'failed' })
        else if (how === 'throws') dying.die()
        else await clock.advance(DEAD_MS + 200)
        expect(dying.ended).toBe(true)
        expect(out.at(-1)).toBe('card')
        expect(new Set(out)).toEqual(new Set(['card']))
      }
      expect(workers.length).toBe(RESTARTS_MAX + 1)
      expect(cover.get()).toEqual({ kind: 'failed' })
      expect(world.closedIntakes).toBe(world.intakes)
      await clock.advance(2 * STALL_MS)
      expect(out.at(-1)).toBe('card')
      cover.retry()
      expect(cover.get().kind).toBe('preparing')
      expect(last().got[0]).toMatchObject({ kind: 'start', wear: WEAR })
      cover.close()
    },
  )

  it('[M10] while it starts, a worker may be busy for longer, but not for ever', async () => {
    const { clock, workers, cover } = setUp()
    await clock.advance(START_DEAD_MS - 200)
    expect(workers.length).toBe(1)
    await clock.advance(400)
    expect(workers.length).toBe(2)
    cover.close()
  })

  it('[M10] pictures of a worker that was given up are shown to nobody', async () => {
    const { workers, out, world, cover, shown, running, last } = setUp()
    await running()
    const former = last()
    former.say({ kind: 'failed' })
    out.length = 0
    former.say(shown('late'))
    expect(out).toEqual([])
    expect(world.closedPictures).toBe(1)
    expect(workers.length).toBe(2)
    cover.close()
  })

  it('[M10] another choice reaches the worker, and every later one', async () => {
    const { cover, last, running } = setUp()
    await running()
    cover.wear({ kind: 'scene', scene: 'dusk' })
    expect(last().got.at(-1)).toEqual({ kind: 'wear', wear: { kind: 'scene', scene: 'dusk' } })
    last().die()
    expect(last().got[0]).toMatchObject({ kind: 'start', wear: { kind: 'scene', scene: 'dusk' } })
    cover.close()
  })

  it('[M11] covered places reach the worker at once, and every later worker with its first word', () => {
    const { cover, workers, last } = setUp()
    const patches = [{ id: 1, x: 0, y: 0, width: 0.5, height: 0.5, colour: [1, 2, 3] }] as const
    cover.patch(patches)
    expect(last().got.at(-1)).toEqual({ kind: 'patches', patches })
    last().die()
    expect(workers).toHaveLength(2)
    expect(last().got[0]).toMatchObject({ kind: 'start', patches })
    cover.close()
  })

  it('[M10] closing ends the worker, the track and every timer', async () => {
    const { clock, out, cover, last, running } = setUp()
    await running()
    cover.close()
    expect(last().ended).toBe(true)
    expect(out).toEqual(['closed'])
    expect(clock.pending()).toBe(0)
  })
})
