import { createObservable, type Readable } from '../app/observable.ts'
import type { DeviceStorage } from '../app/storage.ts'
import { isScene, readChoice, writeChoice, type BackgroundChoice } from './choice.ts'
import type { Cover, CoverState } from './cover.ts'
import { PATCHES_MAX, type Patch } from './patches.ts'
import type { OwnPicture, PictureRefusal } from './own-picture.ts'
import type { Wear } from './protocol.ts'

export type BackgroundState = {
  readonly choice: BackgroundChoice
  /** `off` also while no camera is open. */
  readonly cover: CoverState | { readonly kind: 'off' }
  /** Places of the room that are covered in whatever is shown [M11]; gone with the page. */
  readonly patches: readonly Patch[]
  /** They were made for another camera's picture, and may be in the wrong place now. */
  readonly patchesAreOld: boolean
  /** A picture of the person's own is kept. */
  readonly hasOwn: boolean
  /** Why the picture that was to be the own one is not. */
  readonly pictureRefusal?: PictureRefusal
}

const OWN_KEY = 'visavis.background.own'

/** The parts that are fetched only by somebody who wants a background. */
export type BackgroundParts = {
  readonly ownPicture: OwnPicture
  openCover(wear: Wear, patches: readonly Patch[]): Cover
}

/** What is behind the person [M10]: the choice, and the stream that is shown and sent in the place of the camera's. */
export type Background = Readable<BackgroundState> & {
  /**
   * Takes a stream of the camera; `changed` hears of the one to show and to send, now and after every change. The camera's
   * own picture leaves no more as long as a background is chosen. The camera's tracks stay the caller's to stop.
   */
  wear(camera: MediaStream, changed: (shown: MediaStream) => void): void
  /** The camera is closed. */
  takeOff(): void
  choose(choice: BackgroundChoice): void
  /** Sits before a picture of one's own from now on. */
  choosePicture(file: Blob): Promise<void>
  /** Forgets the own picture; the room stays covered. */
  removePicture(): Promise<void>
  /** Covers a place of the picture from now on, whatever the background. Does nothing without a camera. */
  coverPlace(place: Omit<Patch, 'id'>): void
  uncoverPlace(id: number): void
  /** Tries again after a failure. */
  retry(): void
  /** Forgets choice and own picture: the person signs out. */
  forget(): Promise<void>
}

type Worn = {
  readonly camera: MediaStream
  readonly changed: (shown: MediaStream) => void
  /** A second view of the camera, for the worker alone; the first one shows black meanwhile. */
  eye: MediaStreamTrack | undefined
}

export function createBackground(deps: {
  readonly storage: DeviceStorage
  readonly fetchParts: () => Promise<BackgroundParts>
}): Background {
  const state = createObservable<BackgroundState>({
    choice: readChoice(deps.storage),
    cover: { kind: 'off' },
    patches: [],
    patchesAreOld: false,
    hasOwn: deps.storage.read(OWN_KEY) !== undefined,
  })
  let worn: Worn | undefined
  let cover: Cover | undefined
  let leaveCover = () => {}
  /** A later wish wins over an earlier one that still waits for its parts. */
  let wish = 0
  let lastPatchId = 0
  /** The cover shows the room, for it hides places of it only. */
  let isRoomShown = false
  /** The camera whose picture the patches were made for. */
  let patchedDevice: string | undefined

  const setCover = (next: BackgroundState['cover']) => state.update((now) => ({ ...now, cover: next }))

  function setChoice(choice: BackgroundChoice): void {
    writeChoice(deps.storage, choice)
    state.update((now) => {
      const { pictureRefusal: _, ...rest } = now
      return { ...rest, choice }
    })
  }

  function setHasOwn(hasOwn: boolean): void {
    if (hasOwn) deps.storage.write(OWN_KEY, 'yes')
    else deps.storage.remove(OWN_KEY)
    state.update((now) => ({ ...now, hasOwn }))
  }

  async function wearOf(choice: BackgroundChoice, { ownPicture }: BackgroundParts): Promise<Wear> {
    if (choice === 'off') return { kind: 'room' }
    if (isScene(choice)) return { kind: 'scene', scene: choice }
    const picture = choice === 'own' ? await ownPicture.read() : undefined
    if (picture) return { kind: 'picture', picture }
    // The own picture is gone with the browser's storage: the room stays covered.
    if (choice === 'own') {
      setHasOwn(false)
      setChoice('blur-strong')
    }
    return { kind: 'blur', strength: choice === 'blur-light' ? 'light' : 'strong' }
  }

  function setPatches(patches: readonly Patch[]): void {
    state.update((now) => ({ ...now, patches, patchesAreOld: now.patchesAreOld && patches.length > 0 }))
    const isCovered = patches.length > 0 || state.get().choice !== 'off'
    if (cover && isCovered) cover.patch(patches)
    else void dressAgain()
  }

  function endCover(): void {
    leaveCover()
    cover?.close()
    cover = undefined
    isRoomShown = false
    setCover({ kind: 'off' })
  }

  /** From this very moment the camera's own track shows black, wherever it still is. */
  function hide(now: Worn): void {
    const [track] = now.camera.getVideoTracks()
    if (!track || now.eye) return
    now.eye = track.clone()
    // A track that was hidden before, in another stream, has a view that shows black as well.
    now.eye.enabled = true
    track.enabled = false
  }

  function bare(now: Worn): MediaStream {
    now.eye?.stop()
    now.eye = undefined
    for (const track of now.camera.getVideoTracks()) track.enabled = true
    endCover()
    return now.camera
  }

  /** The stream to show for the present choice; undefined when a later wish came meanwhile. */
  async function dress(now: Worn): Promise<MediaStream | undefined> {
    const own = ++wish
    const { choice, patches } = state.get()
    if ((choice === 'off' && patches.length === 0) || now.camera.getVideoTracks().length === 0) return bare(now)
    hide(now)
    // Not one more picture of the room, however long the chosen background takes to come.
    if (isRoomShown && choice !== 'off') endCover()
    if (!cover) setCover({ kind: 'preparing', share: 0 })
    try {
      const parts = await deps.fetchParts()
      const wear = await wearOf(choice, parts)
      if (own !== wish) return undefined
      isRoomShown = wear.kind === 'room'
      if (cover) {
        cover.wear(wear)
        cover.patch(state.get().patches)
        // Another choice is another try.
        cover.retry()
      } else {
        cover = parts.openCover(wear, state.get().patches)
        setCover(cover.get())
        leaveCover = cover.subscribe(setCover)
      }
    } catch {
      if (own !== wish) return undefined
      // The parts could not be had: what leaves is black until they can.
      setCover({ kind: 'failed' })
      return now.camera
    }
    if (now.eye) cover.watch(now.eye)
    return new MediaStream([...now.camera.getAudioTracks(), cover.track])
  }

  async function dressAgain(): Promise<void> {
    const now = worn
    const shown = now && (await dress(now))
    if (shown && now === worn) now.changed(shown)
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    wear(camera, changed) {
      const { patches } = state.get()
      if (patches.length > 0 && deviceOf(camera) !== patchedDevice)
        state.update((now) => ({ ...now, patchesAreOld: true }))
      worn?.eye?.stop()
      worn = { camera, changed, eye: undefined }
      void dressAgain()
    },
    takeOff() {
      wish += 1
      worn?.eye?.stop()
      worn = undefined
      endCover()
    },
    choose(choice) {
      if (choice === state.get().choice) return
      setChoice(choice)
      void dressAgain()
    },
    async choosePicture(file) {
      const own = wish
      const pictureRefusal = await deps
        .fetchParts()
        .then(({ ownPicture }) => ownPicture.keep(file))
        .catch(() => 'not-kept' as const)
      if (pictureRefusal) return state.update((now) => ({ ...now, pictureRefusal }))
      setHasOwn(true)
      if (own !== wish) return
      setChoice('own')
      await dressAgain()
    },
    async removePicture() {
      if (state.get().choice === 'own') {
        setChoice('blur-strong')
        void dressAgain()
      }
      setHasOwn(false)
      const { ownPicture } = await deps.fetchParts()
      await ownPicture.forget()
    },
    coverPlace(place) {
      const { patches } = state.get()
      if (!worn || patches.length >= PATCHES_MAX) return
      patchedDevice = deviceOf(worn.camera)
      lastPatchId += 1
      setPatches([...patches, { ...place, id: lastPatchId }])
    },
    uncoverPlace: (id) => setPatches(state.get().patches.filter((patch) => patch.id !== id)),
    retry() {
      if (cover) cover.retry()
      else void dressAgain()
    },
    async forget() {
      setPatches([])
      setChoice('off')
      if (!state.get().hasOwn) return
      setHasOwn(false)
      const { ownPicture } = await deps.fetchParts()
      await ownPicture.forget()
    },
  }
}

function deviceOf(camera: MediaStream): string | undefined {
  return camera.getVideoTracks()[0]?.getSettings().deviceId
}
