import { createObservable, type Readable } from '../app/observable.ts'

/** What the call's screen shows of the partner at this moment; the small window shows that and nothing more. */
export type Sight = {
  readonly name: string
  readonly stream: MediaStream | undefined
  /** No veil and no cover is over the picture. */
  readonly isClear: boolean
  /** What stands in the picture's place. */
  readonly words: string
}

/** A window of the browser that stays over the others. */
export type OpenedWindow = { close(): void }

/**
 * What the browser offers. `page`: a window with a page of ours in it, which shows the veil by showing no picture.
 * `picture`: one that shows a video whatever is over it on the page, so that it stays shut while the picture is veiled.
 */
export type WindowDoor =
  | { readonly kind: 'none' }
  | { readonly kind: 'page'; open(sight: Readable<Sight>, gone: () => void): Promise<OpenedWindow> }
  | { readonly kind: 'picture'; open(stream: MediaStream, gone: () => void): Promise<OpenedWindow> }

export type SmallWindow = Readable<'none' | 'veiled' | 'shut' | 'open'> & {
  /** What is seen now; `undefined` when there is no call any more, which closes the window. */
  show(sight: Sight | undefined): void
  /** Opens or closes. Browsers allow it within a press only. */
  toggle(): void
  close(): void
}

const NOTHING: Sight = { name: '', stream: undefined, isClear: false, words: '' }

/**
 * The partner's picture in a small window over other windows, for as long as the call lasts. It never shows what the
 * screen does not: the veil is a promise to the one who is seen, too [M15].
 */
export function createSmallWindow({ door }: { door: WindowDoor }): SmallWindow {
  const sight = createObservable<Sight>(NOTHING)
  let isInCall = false
  let opened: OpenedWindow | undefined
  /** Counts openings, so that one that comes late is recognised. */
  let turn = 0
  const now = () => {
    if (door.kind === 'none') return 'none'
    if (opened) return 'open'
    return door.kind === 'picture' && !mayShow(sight.get()) ? 'veiled' : 'shut'
  }
  const state = createObservable<'none' | 'veiled' | 'shut' | 'open'>(now())

  function close(): void {
    turn += 1
    opened?.close()
    opened = undefined
    state.set(now())
  }

  async function open(): Promise<void> {
    turn += 1
    const own = turn
    const gone = () => own === turn && close()
    const { stream } = sight.get()
    const made =
      door.kind === 'page'
        ? await door.open(sight, gone)
        : door.kind === 'picture' && stream && mayShow(sight.get())
          ? await door.open(stream, gone)
          : undefined
    // Closed, veiled or over while the browser was opening it.
    if (own !== turn) return made?.close()
    opened = made
    state.set(now())
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    show(next) {
      const before = sight.get()
      isInCall = next !== undefined
      sight.set(next ?? NOTHING)
      const isOther = sight.get().stream !== before.stream
      if (!isInCall || (door.kind === 'picture' && (isOther || !mayShow(sight.get())))) close()
      else state.set(now())
    },
    toggle() {
      if (opened) return close()
      if (!isInCall) return
      // A browser that refuses opens nothing; the button is not pressed then.
      open().catch(() => close())
    },
    close,
  }
}

function mayShow({ isClear, stream }: Sight): boolean {
  return isClear && stream !== undefined
}
