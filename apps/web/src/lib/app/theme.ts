import { createObservable, type Readable } from './observable.ts'
import type { DeviceStorage } from './storage.ts'

export const COLOURS = ['system', 'light', 'dark'] as const
export type Colours = (typeof COLOURS)[number]
export type Theme = { readonly colours: Colours; readonly contrast: 'normal' | 'more' }

export type ThemeModel = Readable<Theme> & { choose(change: Partial<Theme>): void }

const KEY = 'visavis.theme'

function parse(text: string | undefined): Theme {
  const [colours, contrast] = (text ?? '').split(' ')
  return {
    colours: COLOURS.find((candidate) => candidate === colours) ?? 'system',
    contrast: contrast === 'more' ? 'more' : 'normal',
  }
}

/** The look a person chose. `apply` puts it on the page; it is called at once and after each choice. */
export function createTheme(deps: { storage: DeviceStorage; apply(theme: Theme): void }): ThemeModel {
  const state = createObservable(parse(deps.storage.read(KEY)))
  deps.apply(state.get())
  return {
    get: state.get,
    subscribe: state.subscribe,
    choose: (change) => {
      const next = { ...state.get(), ...change }
      deps.storage.write(KEY, `${next.colours} ${next.contrast}`)
      deps.apply(next)
      state.set(next)
    },
  }
}
