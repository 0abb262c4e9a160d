import type { Engine } from '../engine/types.ts'
import type { DeviceKind } from './devices.ts'
import type { OwnMedia } from './own-media.ts'

const KINDS: readonly DeviceKind[] = ['camera', 'microphone']

/**
 * Keeps what the other is told true when a camera or microphone stops by itself: it is told as off, and as on again when
 * another device has taken its place. Whoever switches on what is lost means to have a device again: any is tried then.
 * Returns the end of it.
 */
export function tellLostDevices(deps: {
  readonly engine: Pick<Engine, 'snapshot' | 'state' | 'setCamera' | 'setMicrophone'>
  readonly ownMedia: Pick<OwnMedia, 'get' | 'subscribe' | 'restore'>
}): () => void {
  const { engine, ownMedia } = deps
  const lost = new Set<DeviceKind>()
  /** Was on when it was lost, or has been wished on since. */
  const wanted = new Set<DeviceKind>()

  function set(kind: DeviceKind, on: boolean): void {
    if (kind === 'camera') engine.setCamera(on)
    else engine.setMicrophone(on)
  }

  function mediaChanged(): void {
    for (const kind of KINDS) {
      const isLost = ownMedia.get().lost[kind] !== undefined
      if (isLost && !lost.has(kind)) {
        lost.add(kind)
        if (!engine.snapshot().self[kind]) continue
        wanted.add(kind)
        set(kind, false)
      } else if (!isLost && lost.delete(kind) && wanted.delete(kind)) set(kind, true)
    }
  }

  function engineChanged(): void {
    for (const kind of lost) {
      if (!engine.snapshot().self[kind]) continue
      wanted.add(kind)
      set(kind, false)
      void ownMedia.restore(kind)
    }
  }

  mediaChanged()
  const ends = [ownMedia.subscribe(mediaChanged), engine.state.subscribe(engineChanged)]
  return () => ends.forEach((end) => end())
}
