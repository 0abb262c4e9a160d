import { fail, ok, type Mode, type Result } from '@visavis/wire'

/** The part of `navigator.mediaDevices` that the lobby needs. Nothing but camera and microphone is ever asked [M9]. */
export type MediaSource = {
  getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream>
  enumerateDevices(): Promise<readonly Pick<MediaDeviceInfo, 'deviceId' | 'kind' | 'label'>[]>
  onChange(listener: () => void): () => void
  /** What the browser says of its permission now; undefined where it does not tell. */
  permission(kind: DeviceKind): Promise<PermissionState | undefined>
}
export type DeviceKind = 'camera' | 'microphone'
export type Device = { readonly id: string; readonly label: string }
export type DeviceList = { readonly cameras: readonly Device[]; readonly microphones: readonly Device[] }
export type MediaCode = 'MEDIA_DENIED' | 'MEDIA_NONE' | 'MEDIA_IN_USE'

const DENIED = new Set(['NotAllowedError', 'SecurityError', 'PermissionDeniedError'])
const NONE = new Set(['NotFoundError', 'DevicesNotFoundError', 'OverconstrainedError', 'TypeError'])

/** Browsers name the same refusals differently; everything else means that the device could not be started. */
export function codeOfMediaError(error: unknown): MediaCode {
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  if (DENIED.has(name)) return 'MEDIA_DENIED'
  return NONE.has(name) ? 'MEDIA_NONE' : 'MEDIA_IN_USE'
}

export function constraintsOf(mode: Mode, cameraId?: string, microphoneId?: string): MediaStreamConstraints {
  return {
    audio: {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      ...(microphoneId ? { deviceId: { ideal: microphoneId } } : {}),
    },
    video:
      mode === 'video'
        ? {
            width: { ideal: 1280 },
            height: { ideal: 720 },
            frameRate: { ideal: 30, max: 30 },
            facingMode: 'user',
            ...(cameraId ? { deviceId: { ideal: cameraId } } : {}),
          }
        : false,
  }
}

/** Opens one device alone, while the other one goes on. */
export async function openDevice(
  source: MediaSource,
  kind: DeviceKind,
  id: string | undefined,
): Promise<Result<MediaStreamTrack, MediaCode>> {
  const { audio, video } = constraintsOf('video', id, id)
  try {
    const stream = await source.getUserMedia(kind === 'camera' ? { video: video ?? true } : { audio: audio ?? true })
    const [track] = stream.getTracks()
    return track ? ok(track) : fail('MEDIA_NONE')
  } catch (error) {
    return fail(codeOfMediaError(error))
  }
}

/** Opens what the mode needs; undefined without asking in text mode. */
export async function openMedia(
  source: MediaSource | undefined,
  wanted: { readonly mode: Mode; readonly cameraId?: string; readonly microphoneId?: string },
): Promise<Result<MediaStream | undefined, MediaCode>> {
  if (wanted.mode === 'text') return ok(undefined)
  if (!source) return fail('MEDIA_NONE')
  try {
    return ok(await source.getUserMedia(constraintsOf(wanted.mode, wanted.cameraId, wanted.microphoneId)))
  } catch (error) {
    return fail(codeOfMediaError(error))
  }
}

/** Devices by name. Before permission is given browsers hide the names: such devices are left out. */
export async function listDevices(source: MediaSource): Promise<DeviceList> {
  const all = await source.enumerateDevices()
  const named = (kind: MediaDeviceKind) =>
    all
      .filter((device) => device.kind === kind && device.label !== '')
      .map(({ deviceId, label }) => ({ id: deviceId, label }))
  return { cameras: named('videoinput'), microphones: named('audioinput') }
}

export function stopStream(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}
