import type { CallSession } from './call-session.ts'
import type { MediaManager } from './media-manager.ts'
import type { MediaPath } from './ports.ts'
import type { Engine } from './types.ts'

/** Own microphone, camera and tracks: for the path that waits for a match, and for the present call. */
export function createSelfControls(deps: {
  readonly media: MediaManager
  readonly path: () => MediaPath | undefined
  readonly session: () => CallSession | undefined
  readonly changed: () => void
}): Pick<Engine, 'setMicrophone' | 'setCamera' | 'wantReveal' | 'watchPicture' | 'replaceTracks'> {
  const { media, path, session, changed } = deps

  function selfChanged(): void {
    const self = media.self()
    path()?.setMicrophone(self.microphone)
    path()?.setCamera(self.camera)
    session()?.selfMedia(self)
    changed()
  }
  return {
    setMicrophone(on) {
      media.setMicrophone(on)
      selfChanged()
    },
    setCamera(on) {
      media.setCamera(on)
      selfChanged()
    },
    wantReveal: (isWanted) => session()?.wantReveal(isWanted),
    watchPicture: (isWatched) => session()?.evidence.see({ isWatched }),
    replaceTracks(stream) {
      media.replaceStream(stream)
      path()?.replaceStream(stream)
      session()?.replaceStream(stream)
    },
  }
}
