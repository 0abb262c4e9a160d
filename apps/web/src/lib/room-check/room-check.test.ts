import { createFakeClock, settle } from '@visavis/testkit'
import { describe, expect, it } from 'vitest'
import type { Patch } from '../background/patches.ts'
import type { ColouredFind, FromRoomWorker } from './protocol.ts'
import { createRoomCheck, SILENCE_MS_MAX, type RoomWorker } from './room-check.ts'
import { rowsOf, toggle } from './rows.ts'

type FakeWorker = { looks: number; ended: boolean; say(message: FromRoomWorker): void; die(): void }
const FIND: ColouredFind = {
  kind: 'text',
  text: 'Anna',
  box: { x: 0.1, y: 0.1, width: 0.2, height: 0.1 },
  colour: [1, 2, 3],
}

function setUp(options: { isMissing?: boolean } = {}) {
  const clock = createFakeClock()
  const workers: FakeWorker[] = []
  const world = { closed: 0 }
  const check = createRoomCheck({
    clock,
    async openWorker(): Promise<RoomWorker> {
      if (options.isMissing) throw new Error('not there')
      let hear: (message: FromRoomWorker) => void = () => undefined
      let died = () => {}
      const made: FakeWorker = { looks: 0, ended: false, say: (message) => hear(message), die: () => died() }
      workers.push(made)
      return {
        look: () => void (made.looks += 1),
        onMessage: (listener) => void (hear = listener),
        onDeath: (listener) => void (died = listener),
        terminate: () => void (made.ended = true),
      }
    },
  })
  const picture = async () =>
    ({ width: 1_280, height: 720, close: () => void (world.closed += 1) }) as unknown as ImageBitmap
  const last = () => workers.at(-1) as FakeWorker
  return { clock, check, workers, world, picture, last }
}

describe('the check of the room', () => {
  it('[M11] tells what it does, then what it found, and keeps no engine', async () => {
    const { check, picture, last } = setUp()
    expect(check.get()).toEqual({ kind: 'idle' })
    await check.look(picture())
    expect(last().looks).toBe(1)
    last().say({ kind: 'step', step: 'text', share: 0.5 })
    expect(check.get()).toEqual({ kind: 'working', step: 'text', share: 0.5 })
    last().say({ kind: 'found', finds: [FIND] })
    expect(check.get()).toEqual({ kind: 'done', finds: [FIND], width: 1_280, height: 720 })
    expect(last().ended).toBe(true)
  })

  it('[M11] nothing found is an answer of its own, not a failure', async () => {
    const { check, picture, last } = setUp()
    await check.look(picture())
    last().say({ kind: 'found', finds: [] })
    expect(check.get()).toMatchObject({ kind: 'done', finds: [] })
  })

  it('[M11] stopped, also while it is fetched, it leaves nothing behind and hears nothing more', async () => {
    const { check, picture, workers, world, last } = setUp()
    const early = check.look(picture())
    check.leave()
    await early
    expect(world.closed).toBe(1)
    expect(workers.every(({ ended }) => ended)).toBe(true)
    await check.look(picture())
    check.leave()
    last().say({ kind: 'found', finds: [FIND] })
    last().die()
    expect(check.get()).toEqual({ kind: 'idle' })
    expect(workers.every(({ ended }) => ended)).toBe(true)
  })

  it.each([
    ['dies', async ({ last }: ReturnType<typeof setUp>) => last().die()],
    ['says so', async ({ last }: ReturnType<typeof setUp>) => last().say({ kind: 'failed' })],
    ['falls silent', async ({ clock }: ReturnType<typeof setUp>) => clock.advance(SILENCE_MS_MAX)],
  ])('[M11] a check that %s has failed, and can be pressed for again', async (_, end) => {
    const made = setUp()
    await made.check.look(made.picture())
    await end(made)
    expect(made.check.get()).toEqual({ kind: 'failed' })
    expect(made.last().ended).toBe(true)
    await made.check.look(made.picture())
    expect(made.check.get().kind).toBe('working')
  })

  it('[M11] a long look that goes on is not silence', async () => {
    const { clock, check, picture, last } = setUp()
    await check.look(picture())
    for (let step = 1; step <= 5; step++) {
      await clock.advance(SILENCE_MS_MAX - 1)
      last().say({ kind: 'step', step: 'fetching', share: step / 5 })
    }
    expect(check.get().kind).toBe('working')
  })

  it('[M11] files or a picture that cannot be had are told as a failure', async () => {
    const missing = setUp({ isMissing: true })
    await missing.check.look(missing.picture())
    expect(missing.check.get()).toEqual({ kind: 'failed' })
    expect(missing.world.closed).toBe(1)
    const dark = setUp()
    await dark.check.look(Promise.reject(new Error('no picture')))
    await settle()
    expect(dark.check.get()).toEqual({ kind: 'failed' })
    expect(dark.last().ended).toBe(true)
  })
})

describe('the list of places', () => {
  const done = { kind: 'done', finds: [FIND], width: 1, height: 1 } as const

  it('[M11] a place is covered and shown again with the same press; one of an earlier look stays in the list', () => {
    let patches: readonly Patch[] = [{ id: 7, x: 0.6, y: 0.6, width: 0.1, height: 0.1, colour: [9, 9, 9] }]
    const background = {
      coverPlace: (place: Omit<Patch, 'id'>) => void (patches = [...patches, { ...place, id: 8 }]),
      uncoverPlace: (id: number) => void (patches = patches.filter((patch) => patch.id !== id)),
    }
    const [found] = rowsOf(done, patches)
    if (!found) throw new Error('no row')
    expect(found.patchId).toBeUndefined()
    toggle(background, found)
    expect(rowsOf(done, patches).map(({ patchId }) => patchId)).toEqual([8, 7])
    expect(patches.at(-1)).toEqual({ ...FIND.box, colour: FIND.colour, id: 8 })
    for (const row of rowsOf({ kind: 'idle' }, patches)) toggle(background, row)
    expect(patches).toEqual([])
    expect(rowsOf({ kind: 'idle' }, patches)).toEqual([])
  })
})
