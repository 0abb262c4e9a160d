import { createSeededRandom } from '@visavis/testkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DeviceKind, MediaSource } from './devices.ts'
import { tellLostDevices } from './lost-devices.ts'
import { createOwnMedia } from './own-media.ts'

/** Tracks and streams as the browser has them, as far as these files go. */
class FakeTrack extends EventTarget {
  readyState = 'live'
  readonly kind: string
  readonly label: string
  constructor(kind: string, label: string) {
    super()
    this.kind = kind
    this.label = label
  }
  stop(): void {
    this.readyState = 'ended'
  }
  /** What the browser does when the device is pulled out, or its permission taken. */
  pullOut(): void {
    this.readyState = 'ended'
    this.dispatchEvent(new Event('ended'))
  }
}
class FakeStream {
  readonly tracks: FakeTrack[]
  constructor(tracks: FakeTrack[]) {
    this.tracks = tracks
  }
  getTracks = () => [...this.tracks]
  getVideoTracks = () => this.tracks.filter(({ kind }) => kind === 'video')
  getAudioTracks = () => this.tracks.filter(({ kind }) => kind === 'audio')
}
beforeEach(() => void vi.stubGlobal('MediaStream', FakeStream))
afterEach(() => void vi.unstubAllGlobals())
const settle = () => new Promise((resolve) => void setTimeout(resolve, 0))

type Listed = Awaited<ReturnType<MediaSource['enumerateDevices']>>
const CAMERA = { deviceId: 'built-in', kind: 'videoinput', label: 'Built-in' } as const
const OTHER = { deviceId: 'usb', kind: 'videoinput', label: 'USB camera' } as const

async function setUp() {
  const world = {
    listed: [CAMERA, OTHER] as Listed,
    permission: 'granted' as PermissionState | undefined,
    refuses: undefined as string | undefined,
    opened: [] as FakeTrack[],
    asked: [] as MediaStreamConstraints[],
    changed: () => {},
  }
  const source: MediaSource = {
    async getUserMedia(constraints) {
      world.asked.push(constraints)
      if (world.refuses) throw new DOMException('', world.refuses)
      const kinds = [...(constraints.audio ? ['audio'] : []), ...(constraints.video ? ['video'] : [])]
      const tracks = kinds.map((kind) => new FakeTrack(kind, `${kind} ${world.opened.length}`))
      world.opened.push(...tracks)
      return new FakeStream(tracks) as unknown as MediaStream
    },
    enumerateDevices: async () => world.listed,
    onChange(listener) {
      world.changed = listener
      return () => undefined
    },
    permission: async () => world.permission,
  }
  const media = createOwnMedia({
    source,
    background: { wear: (camera, changed) => changed(camera), takeOff: () => undefined },
  })
  await media.open({ mode: 'video' })
  const [voice, face] = world.opened as [FakeTrack, FakeTrack]
  const shown = () => (media.get().stream as unknown as FakeStream | undefined)?.tracks ?? []
  return { world, media, voice, face, shown }
}

/** An engine as far as its switches go. */
function switches() {
  const self = { microphone: true, camera: true, isVirtual: false }
  const listeners = new Set<() => void>()
  const set = (kind: DeviceKind, on: boolean) => {
    self[kind] = on
    for (const listener of listeners) listener()
  }
  return {
    self,
    snapshot: () => ({ self }) as never,
    setCamera: (on: boolean) => set('camera', on),
    setMicrophone: (on: boolean) => set('microphone', on),
    state: {
      subscribe(listener: () => void) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
  }
}

describe('[M9] [M16] own camera and microphone', () => {
  it('a camera that is pulled out is told as gone, with what there is instead, and sound goes on', async () => {
    const { world, media, voice, face } = await setUp()
    world.listed = [OTHER]
    face.pullOut()
    await settle()
    expect(media.get().lost).toEqual({ camera: 'gone' })
    expect(media.get().devices.cameras).toEqual([{ id: 'usb', label: 'USB camera' }])
    expect([media.get().kind, voice.readyState]).toEqual(['open', 'live'])
  })

  it('a permission that is taken away is told as such', async () => {
    const { world, media, face, voice } = await setUp()
    world.permission = 'denied'
    face.pullOut()
    voice.pullOut()
    await settle()
    expect(media.get().lost).toEqual({ camera: 'denied', microphone: 'denied' })
  })

  it('another camera takes its place with one call, asked for alone; the microphone is the same one', async () => {
    const { world, media, voice, face, shown } = await setUp()
    face.pullOut()
    await settle()
    await media.restore('camera', 'usb')
    expect(world.asked.at(-1)).not.toHaveProperty('audio')
    expect(world.asked.at(-1)?.video).toMatchObject({ deviceId: { ideal: 'usb' } })
    expect(media.get().lost).toEqual({})
    expect(shown()).toEqual([voice, world.opened.at(-1)])
    world.opened.at(-1)?.pullOut()
    await settle()
    expect(media.get().lost).toEqual({ camera: 'gone' })
  })

  it('one that cannot be opened leaves the rest as it was, and says why', async () => {
    const { world, media, face, voice, shown } = await setUp()
    face.pullOut()
    await settle()
    for (const [name, reason] of [
      ['NotReadableError', 'busy'],
      ['NotAllowedError', 'denied'],
      ['NotFoundError', 'gone'],
    ]) {
      world.refuses = name
      await media.restore('camera')
      expect(media.get()).toMatchObject({ kind: 'open', lost: { camera: reason } })
    }
    expect(shown()).toContain(voice)
    expect(voice.readyState).toBe('live')
  })

  it('what is lost is forgotten when all is opened anew or closed, and late answers are stopped', async () => {
    const { world, media, face } = await setUp()
    face.pullOut()
    const late = media.restore('camera')
    media.close()
    await late
    expect(world.opened.at(-1)?.readyState).toBe('ended')
    expect(media.get()).toMatchObject({ kind: 'closed', lost: {} })
    await media.open({ mode: 'video' })
    face.pullOut()
    await settle()
    expect(media.get().lost).toEqual({})
  })

  it('devices that come and go are listed anew', async () => {
    const { world, media } = await setUp()
    world.listed = []
    world.changed()
    await settle()
    expect(media.get().devices.cameras).toEqual([])
  })
})

describe('[M8] [M16] what the other is told of a lost device', () => {
  it('is off at once, and on again when another one is there', async () => {
    const { media, face } = await setUp()
    const engine = switches()
    tellLostDevices({ engine, ownMedia: media })
    face.pullOut()
    expect(engine.self).toMatchObject({ camera: false, microphone: true })
    await settle()
    await media.restore('camera', 'usb')
    expect(engine.self.camera).toBe(true)
  })

  it('stays off when it was switched off before', async () => {
    const { media, voice } = await setUp()
    const engine = switches()
    tellLostDevices({ engine, ownMedia: media })
    engine.setMicrophone(false)
    voice.pullOut()
    await settle()
    await media.restore('microphone')
    expect(engine.self.microphone).toBe(false)
  })

  it('the key for what is lost looks for another one, and says on only when it is there', async () => {
    const { world, media, face } = await setUp()
    const engine = switches()
    const end = tellLostDevices({ engine, ownMedia: media })
    face.pullOut()
    await settle()
    world.refuses = 'NotFoundError'
    engine.setCamera(true)
    await settle()
    expect(engine.self.camera).toBe(false)
    world.refuses = undefined
    engine.setCamera(true)
    await settle()
    expect([engine.self.camera, media.get().lost]).toEqual([true, {}])
    end()
    world.opened.at(-1)?.pullOut()
    expect(engine.self.camera).toBe(true)
  })

  it('is the last state of both, whatever happens in which order', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const { world, media } = await setUp()
      const engine = switches()
      tellLostDevices({ engine, ownMedia: media })
      const random = createSeededRandom(seed)
      for (let step = 0; step < 20; step++) {
        const kind: DeviceKind = random.float() < 0.5 ? 'camera' : 'microphone'
        const deed = random.float()
        if (deed < 0.3)
          world.opened.findLast((track) => track.kind === (kind === 'camera' ? 'video' : 'audio'))?.pullOut()
        else if (deed < 0.6) void media.restore(kind)
        else if (deed < 0.8) engine[kind === 'camera' ? 'setCamera' : 'setMicrophone'](random.float() < 0.5)
        else world.refuses = random.float() < 0.5 ? 'NotFoundError' : undefined
        if (random.float() < 0.5) await settle()
        for (const each of ['camera', 'microphone'] as const)
          if (media.get().lost[each]) expect(engine.self[each], `seed ${seed} step ${step}`).toBe(false)
      }
    }
  })
})
