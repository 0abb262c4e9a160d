import type { Mode } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import type { Background } from '../background/background.ts'
import {
  listDevices,
  openDevice,
  openMedia,
  stopStream,
  type DeviceKind,
  type DeviceList,
  type MediaCode,
  type MediaSource,
} from './devices.ts'

/** Why a device that was in use gives nothing any more, as far as the browser tells. */
export type LossReason = 'gone' | 'denied' | 'busy'

export type OwnMediaState = {
  readonly kind: 'closed' | 'opening' | 'open' | 'failed'
  /** What is shown and sent: with a background, the room is covered in it. */
  readonly stream?: MediaStream
  /** What the open camera is called, whatever is made of its picture afterwards. */
  readonly cameraName?: string
  readonly code?: MediaCode
  readonly devices: DeviceList
  /** Devices that stopped while they were in use: unplugged, taken by another program, or no longer allowed. */
  readonly lost: Readonly<Partial<Record<DeviceKind, LossReason>>>
}

export type OwnMedia = Readable<OwnMediaState> & {
  /** Opens what the mode needs and closes what was open before. A later call wins over an earlier one. */
  open(wanted: { mode: Mode; cameraId?: string; microphoneId?: string }): Promise<void>
  /** Opens a device in the place of a lost one, this one or any; the other device goes on meanwhile, whatever comes of it. */
  restore(kind: DeviceKind, id?: string): Promise<void>
  /** Camera and microphone off: their lights go out. */
  close(): void
}

const NONE: DeviceList = { cameras: [], microphones: [] }
const NOTHING_LOST = {}
const REASONS: Readonly<Record<MediaCode, LossReason>> = {
  MEDIA_DENIED: 'denied',
  MEDIA_NONE: 'gone',
  MEDIA_IN_USE: 'busy',
}

/** The person's own camera and microphone, shared by lobby and call. */
export function createOwnMedia(deps: {
  source: MediaSource | undefined
  background: Pick<Background, 'wear' | 'takeOff'>
}): OwnMedia {
  const { source, background } = deps
  /** What the devices give, and nobody but the background sees. */
  let bare: MediaStream | undefined
  const state = createObservable<OwnMediaState>({ kind: 'closed', devices: NONE, lost: NOTHING_LOST })
  let attempt = 0

  async function refresh(from: MediaSource): Promise<void> {
    // A browser that will not list its devices still plays the default ones.
    const devices = await listDevices(from).catch(() => NONE)
    state.update((now) => ({ ...now, devices }))
  }
  source?.onChange(() => void (state.get().kind === 'open' && refresh(source)))

  function show(own: number): void {
    if (!bare) return
    const cameraName = bare.getVideoTracks()[0]?.label ?? ''
    background.wear(bare, (stream) => {
      if (own === attempt) state.update(({ devices, lost }) => ({ kind: 'open', devices, lost, cameraName, stream }))
    })
  }

  function watch(track: MediaStreamTrack): void {
    // Never after a `stop` of ours (W3C mediacapture-main, 4.3.4).
    track.addEventListener('ended', () => void lose(track), { once: true })
  }

  function setLost(kind: DeviceKind, reason: LossReason): void {
    state.update((now) => ({ ...now, lost: { ...now.lost, [kind]: reason } }))
  }

  async function lose(track: MediaStreamTrack): Promise<void> {
    if (!source || !bare?.getTracks().includes(track)) return
    const kind = track.kind === 'video' ? 'camera' : 'microphone'
    setLost(kind, 'gone')
    const permission = await source.permission(kind)
    // Another device may stand in its place by now.
    if (permission && permission !== 'granted' && state.get().lost[kind]) setLost(kind, 'denied')
    await refresh(source)
  }

  async function restore(kind: DeviceKind, id?: string): Promise<void> {
    const own = attempt
    if (!source || !bare) return
    const opened = await openDevice(source, kind, id)
    if (own !== attempt || !bare || !state.get().lost[kind]) {
      if (opened.ok) opened.value.stop()
      return
    }
    if (!opened.ok) {
      setLost(kind, REASONS[opened.code])
      return refresh(source)
    }
    watch(opened.value)
    bare = new MediaStream([...bare.getTracks().filter((track) => track.kind !== opened.value.kind), opened.value])
    state.update((now) => {
      const { [kind]: _, ...lost } = now.lost
      return { ...now, lost }
    })
    show(own)
    await refresh(source)
  }

  async function open(wanted: Parameters<OwnMedia['open']>[0]): Promise<void> {
    attempt += 1
    const own = attempt
    const { devices, stream } = state.get()
    state.set({ kind: 'opening', devices, lost: NOTHING_LOST, ...(stream ? { stream } : {}) })
    const opened = await openMedia(source, wanted)
    if (own !== attempt) {
      if (opened.ok) stopStream(opened.value)
      return
    }
    stopStream(bare)
    bare = opened.ok ? opened.value : undefined
    if (!bare) background.takeOff()
    if (!opened.ok) return state.set({ kind: 'failed', code: opened.code, devices, lost: NOTHING_LOST })
    if (!bare) return state.set({ kind: 'open', devices, cameraName: '', lost: NOTHING_LOST })
    for (const track of bare.getTracks()) watch(track)
    show(own)
    if (source) await refresh(source)
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    open,
    restore,
    close: () => {
      attempt += 1
      background.takeOff()
      stopStream(bare)
      bare = undefined
      state.set({ kind: 'closed', devices: state.get().devices, lost: NOTHING_LOST })
    },
  }
}
