import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createObservable } from '../app/observable.ts'
import { createBackground, type BackgroundParts } from './background.ts'
import type { CoverState } from './cover.ts'
import { PATCHES_MAX, type Patch } from './patches.ts'
import type { PictureRefusal } from './own-picture.ts'
import type { Wear } from './protocol.ts'

/** Tracks and streams as the browser has them, as far as the background goes. */
class FakeTrack {
  enabled = true
  readyState = 'live'
  readonly kind: string
  readonly name: string
  clones: FakeTrack[] = []
  constructor(kind: string, name: string) {
    this.kind = kind
    this.name = name
  }
  clone(): FakeTrack {
    const made = new FakeTrack(this.kind, `${this.name}'`)
    made.enabled = this.enabled
    this.clones.push(made)
    return made
  }
  stop(): void {
    this.readyState = 'ended'
  }
  getSettings = () => ({ deviceId: this.name })
}
class FakeStream {
  readonly tracks: FakeTrack[]
  constructor(tracks: FakeTrack[]) {
    this.tracks = tracks
  }
  getVideoTracks = () => this.tracks.filter(({ kind }) => kind === 'video')
  getAudioTracks = () => this.tracks.filter(({ kind }) => kind === 'audio')
}
beforeEach(() => void vi.stubGlobal('MediaStream', FakeStream))
afterEach(() => void vi.unstubAllGlobals())

const settle = () => new Promise((resolve) => void setTimeout(resolve, 0))
const names = (stream: MediaStream | undefined) =>
  (stream as unknown as FakeStream | undefined)?.tracks.map(({ name }) => name)

function setUp(kept: Record<string, string> = {}, options: { refuses?: PictureRefusal; isGone?: boolean } = {}) {
  const stored = new Map(Object.entries(kept))
  const world = { fetched: 0, offline: false, forgotten: 0 }
  const covers: {
    wears: Wear[]
    patches: (readonly Patch[])[]
    watched: string[]
    closed: boolean
    state: ReturnType<typeof createObservable<CoverState>>
  }[] = []
  const parts: BackgroundParts = {
    ownPicture: {
      read: async () => (options.isGone ? undefined : ({ close() {} } as ImageBitmap)),
      keep: async () => options.refuses,
      forget: async () => void (world.forgotten += 1),
    },
    openCover(wear, patches) {
      const state = createObservable<CoverState>({ kind: 'preparing', share: 0 })
      const own = { wears: [wear], patches: [patches], watched: [] as string[], closed: false, state }
      covers.push(own)
      return {
        get: state.get,
        subscribe: state.subscribe,
        track: new FakeTrack('video', 'covered') as unknown as MediaStreamTrack,
        watch: (camera) => void own.watched.push((camera as unknown as FakeTrack).name),
        wear: (next) => void own.wears.push(next),
        patch: (next) => void own.patches.push(next),
        retry: () => state.set({ kind: 'preparing', share: 0 }),
        close: () => void (own.closed = true),
      }
    },
  }
  const background = createBackground({
    storage: {
      read: (key) => stored.get(key),
      write: (key, value) => void stored.set(key, value),
      remove: (key) => void stored.delete(key),
    },
    fetchParts: async () => {
      world.fetched += 1
      if (world.offline) throw new TypeError('offline')
      return parts
    },
  })
  const camera = (name = 'camera') => {
    const track = new FakeTrack('video', name)
    return { track, stream: new FakeStream([track, new FakeTrack('audio', 'voice')]) as unknown as MediaStream }
  }
  const shown: (readonly string[] | undefined)[] = []
  const changed = (stream: MediaStream) => void shown.push(names(stream))
  return { background, world, covers, camera, shown, changed, stored }
}

describe('the background', () => {
  it('[M10] without a choice the camera is shown as it is, and nothing is fetched', async () => {
    const { background, world, camera, shown, changed } = setUp()
    const { stream, track } = camera()
    background.wear(stream, changed)
    await settle()
    expect(shown).toEqual([['camera', 'voice']])
    expect(track.enabled).toBe(true)
    expect(world.fetched).toBe(0)
    expect(background.get().cover).toEqual({ kind: 'off' })
  })

  it('[M10] switched on: the bare picture ends in that very moment, before anything is fetched', async () => {
    const { background, camera, shown, changed, covers, stored } = setUp()
    const { stream, track } = camera()
    background.wear(stream, changed)
    await settle()
    background.choose('blur-strong')
    expect(track.enabled).toBe(false)
    expect(background.get().cover.kind).toBe('preparing')
    await settle()
    expect(shown.at(-1)).toEqual(['voice', 'covered'])
    expect(covers[0]?.watched).toEqual(["camera'"])
    expect(stored.get('visavis.background')).toBe('blur-strong')
  })

  it('[M10] a remembered choice: the bare picture is shown never', async () => {
    const { background, camera, shown, changed } = setUp({ 'visavis.background': 'dusk' })
    const { stream, track } = camera()
    background.wear(stream, changed)
    expect(track.enabled).toBe(false)
    await settle()
    expect(shown).toEqual([['voice', 'covered']])
  })

  it('[M10] another camera, the next call, another choice: the same outgoing track', async () => {
    const { background, camera, shown, changed, covers } = setUp({ 'visavis.background': 'dusk' })
    background.wear(camera().stream, changed)
    await settle()
    const other = camera('other')
    background.wear(other.stream, changed)
    await settle()
    background.choose('meadow')
    await settle()
    expect(covers.length).toBe(1)
    expect(other.track.enabled).toBe(false)
    expect(covers[0]?.watched).toEqual(["camera'", "other'", "other'"])
    expect(covers[0]?.wears.at(-1)).toEqual({ kind: 'scene', scene: 'meadow' })
    expect(shown.at(-1)).toEqual(['voice', 'covered'])
  })

  it('[M10] [M16] another microphone with the same camera: what the worker sees of it is not black', async () => {
    const { background, camera, changed } = setUp({ 'visavis.background': 'dusk' })
    const { stream, track } = camera()
    background.wear(stream, changed)
    await settle()
    background.wear(new FakeStream([track, new FakeTrack('audio', 'other voice')]) as unknown as MediaStream, changed)
    await settle()
    expect(track.clones.map(({ enabled, readyState }) => [enabled, readyState])).toEqual([
      [true, 'ended'],
      [true, 'live'],
    ])
    expect(track.enabled).toBe(false)
  })

  it('[M10] switched off by choice only: the camera again, and all of the background ends', async () => {
    const { background, camera, shown, changed, covers, stored } = setUp({ 'visavis.background': 'dusk' })
    const { stream, track } = camera()
    background.wear(stream, changed)
    await settle()
    background.choose('off')
    await settle()
    expect(track.enabled).toBe(true)
    expect(track.clones[0]?.readyState).toBe('ended')
    expect(covers[0]?.closed).toBe(true)
    expect(shown.at(-1)).toEqual(['camera', 'voice'])
    expect(stored.has('visavis.background')).toBe(false)
  })

  it('[M10] two wishes at once: the later one counts', async () => {
    const { background, camera, shown, changed, covers } = setUp()
    const { stream, track } = camera()
    background.wear(stream, changed)
    background.choose('dusk')
    background.choose('off')
    background.choose('blur-light')
    await settle()
    expect(shown.at(-1)).toEqual(['voice', 'covered'])
    expect(covers.filter(({ closed }) => !closed).map(({ wears }) => wears.at(-1))).toEqual([
      { kind: 'blur', strength: 'light' },
    ])
    expect(track.enabled).toBe(false)
  })

  it('[M10] its code cannot be had: black, words, and a retry that works', async () => {
    const { background, world, camera, shown, changed } = setUp({ 'visavis.background': 'dusk' })
    world.offline = true
    const { stream, track } = camera()
    background.wear(stream, changed)
    await settle()
    expect(background.get().cover).toEqual({ kind: 'failed' })
    expect(track.enabled).toBe(false)
    world.offline = false
    background.retry()
    await settle()
    expect(shown.at(-1)).toEqual(['voice', 'covered'])
  })

  it('[M10] the camera is closed: worker and second view end, the choice stays', async () => {
    const { background, camera, changed, covers } = setUp({ 'visavis.background': 'dusk' })
    const { stream, track } = camera()
    background.wear(stream, changed)
    await settle()
    background.takeOff()
    expect(covers[0]?.closed).toBe(true)
    expect(track.clones[0]?.readyState).toBe('ended')
    expect(background.get()).toMatchObject({ choice: 'dusk', cover: { kind: 'off' } })
  })

  it('[M10] an own picture is worn at once; one that is refused changes nothing but what is said', async () => {
    const good = setUp()
    good.background.wear(good.camera().stream, good.changed)
    await good.background.choosePicture(new Blob())
    expect(good.background.get()).toMatchObject({ choice: 'own', hasOwn: true })
    expect(good.covers[0]?.wears[0]?.kind).toBe('picture')
    const bad = setUp({}, { refuses: 'unreadable' })
    bad.background.wear(bad.camera().stream, bad.changed)
    await bad.background.choosePicture(new Blob())
    expect(bad.background.get()).toMatchObject({ choice: 'off', hasOwn: false, pictureRefusal: 'unreadable' })
  })

  it('[M10] an own picture that is gone with the storage: the room stays covered', async () => {
    const kept = { 'visavis.background': 'own', 'visavis.background.own': 'yes' }
    const { background, camera, changed, covers } = setUp(kept, { isGone: true })
    background.wear(camera().stream, changed)
    await settle()
    expect(covers[0]?.wears[0]).toEqual({ kind: 'blur', strength: 'strong' })
    expect(background.get()).toMatchObject({ choice: 'blur-strong', hasOwn: false })
  })

  it('[M10] an own picture that is removed is forgotten, and the room stays covered; so at signing out', async () => {
    const kept = { 'visavis.background': 'own', 'visavis.background.own': 'yes' }
    const { background, world, camera, changed, covers, stored } = setUp(kept)
    background.wear(camera().stream, changed)
    await settle()
    await background.removePicture()
    await settle()
    expect(world.forgotten).toBe(1)
    expect(covers[0]?.wears.at(-1)).toEqual({ kind: 'blur', strength: 'strong' })
    const leaving = setUp(kept)
    await leaving.background.forget()
    expect(leaving.world.forgotten).toBe(1)
    expect([...leaving.stored.keys()]).toEqual([])
    const never = setUp()
    await never.background.forget()
    expect(never.world.fetched).toBe(0)
    expect(stored.has('visavis.background.own')).toBe(false)
  })
})

describe('places of the room that are covered', () => {
  const PLACE = { x: 0.1, y: 0.2, width: 0.3, height: 0.1, colour: [10, 20, 30] } as const

  it('[M11] the bare picture ends in that very moment, and the place is covered from the first picture on', async () => {
    const { background, camera, shown, changed, covers } = setUp()
    const { stream, track } = camera()
    background.wear(stream, changed)
    await settle()
    background.coverPlace(PLACE)
    expect(track.enabled).toBe(false)
    await settle()
    expect(shown.at(-1)).toEqual(['voice', 'covered'])
    expect(covers[0]?.wears).toEqual([{ kind: 'room' }])
    expect(covers[0]?.patches[0]).toEqual([{ ...PLACE, id: 1 }])
  })

  it('[M11] each can be taken back by itself, and the camera is shown as it is after the last one', async () => {
    const { background, camera, shown, changed, covers } = setUp()
    const { stream, track } = camera()
    background.wear(stream, changed)
    background.coverPlace(PLACE)
    background.coverPlace({ ...PLACE, x: 0.5 })
    await settle()
    background.uncoverPlace(1)
    await settle()
    expect(covers[0]?.patches.at(-1)).toEqual([{ ...PLACE, x: 0.5, id: 2 }])
    expect(track.enabled).toBe(false)
    background.uncoverPlace(2)
    await settle()
    expect(covers[0]?.closed).toBe(true)
    expect(track.enabled).toBe(true)
    expect(shown.at(-1)).toEqual(['camera', 'voice'])
  })

  it('[M11] with a background they are covered in that, and stay when it is switched off', async () => {
    const { background, camera, changed, covers } = setUp({ 'visavis.background': 'dusk' })
    const { stream, track } = camera()
    background.wear(stream, changed)
    await settle()
    background.coverPlace(PLACE)
    expect(covers[0]?.patches.at(-1)).toHaveLength(1)
    background.choose('off')
    await settle()
    expect(covers[0]?.wears.at(-1)).toEqual({ kind: 'room' })
    expect(covers[0]?.patches.at(-1)).toHaveLength(1)
    expect(track.enabled).toBe(false)
  })

  it('[M10] [M11] a background chosen after: not one more picture of the room, whatever it takes to fetch', async () => {
    const { background, world, camera, changed, covers } = setUp()
    const { stream, track } = camera()
    background.wear(stream, changed)
    background.coverPlace(PLACE)
    await settle()
    world.offline = true
    background.choose('blur-strong')
    expect(covers[0]?.closed).toBe(true)
    expect(track.enabled).toBe(false)
    await settle()
    expect(background.get().cover.kind).toBe('failed')
    world.offline = false
    background.retry()
    await settle()
    expect(covers[1]?.wears).toEqual([{ kind: 'blur', strength: 'strong' }])
    expect(covers[1]?.patches[0]).toHaveLength(1)
  })

  it('[M11] with another camera they stay, and it is said that they were made for another picture', async () => {
    const { background, camera, changed, covers } = setUp()
    background.wear(camera().stream, changed)
    background.coverPlace(PLACE)
    await settle()
    background.wear(camera().stream, changed)
    expect(background.get().patchesAreOld).toBe(false)
    background.wear(camera('other').stream, changed)
    await settle()
    expect(background.get().patchesAreOld).toBe(true)
    expect(covers.at(-1)?.patches.at(-1)).toHaveLength(1)
    background.uncoverPlace(1)
    expect(background.get().patchesAreOld).toBe(false)
  })

  it('[M11] no place without a camera, no endless list, and none after signing out', async () => {
    const { background, camera, changed } = setUp()
    background.coverPlace(PLACE)
    expect(background.get().patches).toEqual([])
    background.wear(camera().stream, changed)
    for (let press = 0; press < PATCHES_MAX + 5; press++) background.coverPlace(PLACE)
    expect(background.get().patches).toHaveLength(PATCHES_MAX)
    await background.forget()
    expect(background.get().patches).toEqual([])
  })
})
