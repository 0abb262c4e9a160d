import type { Clock } from '@visavis/ports'
import { HOUR } from '@visavis/ports'
import { createObservable, type Readable } from '../app/observable.ts'

/** A newer service worker that is installed and waits. */
export type WaitingShell = {
  /** Undefined when it does not answer. */
  version(): Promise<string | undefined>
  takeOver(onlyIfAlone: boolean): void
  /** Resolves once it works, as far as this page learns. */
  readonly taken: Promise<void>
}

/** The browser's service workers, as far as the app needs them. */
export type ShellDoor = {
  /** Installs the app's own, or finds it; rejects where it cannot. */
  register(): Promise<void>
  /** Tells of each that waits, now or later. */
  onWaiting(listener: (waiting: WaitingShell) => void): void
  /** Looks whether the server has another one. */
  look(): Promise<void>
  reload(): void
}

/** `ready`: a newer version is here and waits for the person. */
export type VersionState = 'present' | 'ready' | 'changing'

export type Versions = Readable<VersionState> & {
  /** From the first page that can do without a network: the app is kept on this device, and looks for newer versions. */
  start(): void
  /** Goes over to the newer version and loads the page anew. */
  change(): Promise<void>
}

export function createVersions(deps: {
  readonly clock: Clock
  /** Undefined where the browser has no service workers. */
  readonly door: ShellDoor | undefined
  readonly version: string
}): Versions {
  const { clock, door, version } = deps
  const state = createObservable<VersionState>('present')
  let waiting: WaitingShell | undefined
  let isStarted = false

  async function found(next: WaitingShell): Promise<void> {
    waiting = next
    if ((await next.version()) !== version) return state.set('ready')
    // The page came from the server and is of that version already: nobody need be asked, unless another window is not.
    next.takeOver(true)
  }

  async function begin(shell: ShellDoor): Promise<void> {
    shell.onWaiting((next) => void found(next).catch(() => undefined))
    // A browser that refuses (a private window, no room) has an app that needs the network, as before.
    await shell.register().catch(() => undefined)
    clock.every(HOUR, () => void shell.look().catch(() => undefined))
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    start() {
      if (isStarted || !door) return
      isStarted = true
      void begin(door)
    },
    async change() {
      if (!waiting || !door || state.get() !== 'ready') return
      state.set('changing')
      waiting.takeOver(false)
      await waiting.taken
      door.reload()
    },
  }
}
