import { createObservable, type Readable } from '../app/observable.ts'

/** The browser's full screen, as far as the call uses it. */
export type FullscreenDoor = {
  /** Phones of some makes have none for pages. */
  isThere(): boolean
  isOn(): boolean
  enter(): Promise<void>
  leave(): Promise<void>
  /** Gives the way out. */
  onChange(listener: () => void): () => void
}

export type Fullscreen = Readable<'none' | 'off' | 'on'> & {
  toggle(): void
  close(): void
}

/**
 * The call on the whole screen.
 *
 * @param deps.leftByBrowser the full screen ended without our asking: by Escape, which the browser keeps from the page
 */
export function createFullscreen(deps: { door: FullscreenDoor; leftByBrowser: () => void }): Fullscreen {
  const { door } = deps
  const state = createObservable<'none' | 'off' | 'on'>(door.isThere() ? (door.isOn() ? 'on' : 'off') : 'none')
  let isAsked = false

  function leave(): void {
    isAsked = true
    // Refused when it is over already: then the change is told, too.
    door.leave().catch(() => (isAsked = false))
  }

  const stop = door.onChange(() => {
    const wasOn = state.get() === 'on'
    const isOn = door.isOn()
    state.set(isOn ? 'on' : 'off')
    // Entering may be told after we asked to leave again: what we asked for is still to come.
    if (isOn) return
    if (wasOn && !isAsked) deps.leftByBrowser()
    isAsked = false
  })

  return {
    get: state.get,
    subscribe: state.subscribe,
    toggle() {
      if (state.get() === 'none') return
      if (door.isOn()) leave()
      // A browser that refuses leaves everything as it is, and the button says so by not being pressed.
      else door.enter().catch(() => undefined)
    },
    close() {
      stop()
      if (door.isOn()) leave()
    },
  }
}

export function browserFullscreen(page: Document): FullscreenDoor {
  return {
    isThere: () => page.fullscreenEnabled,
    isOn: () => page.fullscreenElement !== null,
    // Sheets and tooltips hang on the body: the whole page has to be in it.
    enter: () => page.documentElement.requestFullscreen({ navigationUI: 'hide' }),
    leave: () => page.exitFullscreen(),
    onChange(listener) {
      page.addEventListener('fullscreenchange', listener)
      return () => page.removeEventListener('fullscreenchange', listener)
    },
  }
}
