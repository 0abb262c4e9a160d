import type { Mode } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import type { Background } from '../background/background.ts'
import { listDevices, openMedia, stopStream, type DeviceList, type MediaCode, type MediaSource } from './devices.ts'

export type OwnMediaState = {
  readonly kind: 'closed' | 'opening' | 'open' | 'failed'
  /** What is shown and sent: with a background, the room is covered in it. */
  readonly stream?: MediaStream
  /** What the open camera is called, whatever is made of its picture afterwards. */
  readonly cameraName?: string
  readonly code?: MediaCode
  readonly devices: DeviceList
}

export type OwnMedia = Readable<OwnMediaState> & {
  /** Opens what the mode needs and closes what was open before. A later call wins over an earlier one. */
  open(wanted: { mode: Mode; cameraId?: string; microphoneId?: string }): Promise<void>
  /** Camera and microphone off: their lights go out. */
  close(): void
}

const NONE: DeviceList = { cameras: [], microphones: [] }

/** The person's own camera and microphone, shared by lobby and call. */
export function createOwnMedia(deps: {
  source: MediaSource | undefined
  background: Pick<Background, 'wear' | 'takeOff'>
}): OwnMedia {
  /** What the devices give, and nobody but the background sees. */
  let bare: MediaStream | undefined
  const state = createObservable<OwnMediaState>({ kind: 'closed', devices: NONE })
  let attempt = 0

  async function refresh(source: MediaSource): Promise<void> {
    try {
      const devices = await listDevices(source)
      state.update((now) => ({ ...now, devices }))
    } catch {
      // A browser that will not list its devices still plays the default ones.
      state.update((now) => ({ ...now, devices: NONE }))
    }
  }
  deps.source?.onChange(() => {
    if (deps.source && state.get().kind === 'open') void refresh(deps.source)
  })

  return {
    get: state.get,
    subscribe: state.subscribe,
    open: async (wanted) => {
      attempt += 1
      const own = attempt
      const before = state.get()
      state.set({ kind: 'opening', devices: before.devices, ...(before.stream ? { stream: before.stream } : {}) })
      const opened = await openMedia(deps.source, wanted)
      if (own !== attempt) {
        if (opened.ok) stopStream(opened.value)
        return
      }
      stopStream(bare)
      bare = opened.ok ? opened.value : undefined
      if (!bare) deps.background.takeOff()
      if (!opened.ok) return state.set({ kind: 'failed', code: opened.code, devices: before.devices })
      if (!bare) return state.set({ kind: 'open', devices: before.devices, cameraName: '' })
      const cameraName = bare.getVideoTracks()[0]?.label ?? ''
      deps.background.wear(bare, (stream) => {
        if (own === attempt) state.set({ kind: 'open', devices: state.get().devices, cameraName, stream })
      })
      if (deps.source) await refresh(deps.source)
    },
    close: () => {
      attempt += 1
      deps.background.takeOff()
      stopStream(bare)
      bare = undefined
      state.set({ kind: 'closed', devices: state.get().devices })
    },
  }
}
