import type { BoundarySubject, Company, Mode, Stance } from '@visavis/wire'
import { LANGUAGES_MAX } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import type { DeviceStorage } from '../app/storage.ts'
import type { SeekWish } from '../engine/types.ts'
import { addInterests, type InterestRefusal } from './interests.ts'
import type { OwnMedia, OwnMediaState } from './own-media.ts'
import { preferencesDefault, readPreferences, wishOf, writePreferences, type Preferences } from './preferences.ts'

export type LobbyModel = Readable<Preferences> & {
  /** Opens camera and microphone as chosen; also the retry after a refusal. */
  openMedia(): Promise<void>
  chooseMode(mode: Mode): void
  chooseCamera(id: string): void
  chooseMicrophone(id: string): void
  toggleLanguage(code: string): void
  /** Adds what was typed; the answer says why something was refused. */
  addInterest(typed: string): InterestRefusal | undefined
  removeInterest(tag: string): void
  chooseCompany(company: Company): void
  /** At least one wish stays: nobody can wish for nobody. */
  toggleWish(company: Company): void
  chooseStance(subject: BoundarySubject, stance: Stance): void
  /** Whether the veil clears without a press as soon as the other wants it [M15]. */
  chooseUncover(uncover: boolean): void
  /** Whether everything that the mode needs is there. */
  isReady(media: OwnMediaState): boolean
  wish(): SeekWish
}

/** The choices before a call [M11, M12]. Every change is kept on this device at once. */
export function createLobbyModel(deps: {
  storage: DeviceStorage
  browserLanguages: readonly string[]
  ownMedia: OwnMedia
}): LobbyModel {
  const state = createObservable(readPreferences(deps.storage, preferencesDefault(deps.browserLanguages)))
  function patch(change: Partial<Preferences>): void {
    state.update((now) => ({ ...now, ...change }))
    writePreferences(deps.storage, state.get())
  }
  function openMedia(): Promise<void> {
    const { mode, cameraId, microphoneId } = state.get()
    return deps.ownMedia.open({ mode, ...(cameraId ? { cameraId } : {}), ...(microphoneId ? { microphoneId } : {}) })
  }
  return {
    get: state.get,
    subscribe: state.subscribe,
    openMedia,
    chooseMode: (mode) => {
      if (mode === state.get().mode) return
      patch({ mode })
      if (mode === 'text') deps.ownMedia.close()
      else void openMedia()
    },
    chooseCamera: (cameraId) => {
      patch({ cameraId })
      void openMedia()
    },
    chooseMicrophone: (microphoneId) => {
      patch({ microphoneId })
      void openMedia()
    },
    toggleLanguage: (code) => {
      const { languages } = state.get()
      const without = languages.filter((known) => known !== code)
      if (without.length === languages.length) {
        if (languages.length < LANGUAGES_MAX) patch({ languages: [...languages, code] })
      } else if (without.length > 0) patch({ languages: without })
    },
    addInterest: (typed) => {
      const added = addInterests(state.get().interests, typed)
      patch({ interests: added.interests })
      return added.refused
    },
    removeInterest: (tag) => patch({ interests: state.get().interests.filter((known) => known !== tag) }),
    chooseCompany: (company) => patch({ company }),
    toggleWish: (company) => {
      const { wish } = state.get()
      const without = wish.filter((known) => known !== company)
      if (without.length === wish.length) patch({ wish: [...wish, company] })
      else if (without.length > 0) patch({ wish: without })
    },
    chooseStance: (subject, stance) => patch({ boundaries: { ...state.get().boundaries, [subject]: stance } }),
    chooseUncover: (uncover) => patch({ uncover }),
    isReady(media) {
      const { mode } = state.get()
      if (mode === 'text') return true
      const needed = mode === 'video' ? media.lost.camera : media.lost.microphone
      return media.kind === 'open' && media.stream !== undefined && needed === undefined
    },
    wish: () => wishOf(state.get()),
  }
}
