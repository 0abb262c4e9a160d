import { createLink, type Link, type Weather } from '../src/network.ts'
import type { FakeClock } from '../src/clock.ts'
import type { SeededRandom } from '../src/random.ts'

/** The client's end of a socket over a seeded network; the shape of the browser's `WebSocket` as far as it is used. */
export type ClientSocket = {
  addEventListener(type: 'open' | 'message' | 'close', listener: (event: never) => void): void
  send(bytes: Uint8Array): void
  close(code?: number): void
}

/** The server's end. */
export type ServerSocket = {
  send(bytes: Uint8Array): void
  close(code: number): void
  /** Breaks the line. Loudly: both ends are told. Silently: nobody is, as when a phone leaves the network. */
  cut(how: 'loud' | 'silent'): void
  readonly isOpen: boolean
}

export type SocketPair = { readonly client: ClientSocket; readonly server: ServerSocket }

/** Two ends of a reliable line on a fake clock: in order, nothing lost until it is cut, then nothing arrives. */
export function createSocketPair(deps: {
  clock: FakeClock
  random: SeededRandom
  weather: Weather
  received: (bytes: Uint8Array) => void
  ended: () => void
}): SocketPair {
  const { clock, random, weather } = deps
  const listeners = {
    open: [] as (() => void)[],
    message: [] as ((e: unknown) => void)[],
    close: [] as ((e: unknown) => void)[],
  }
  let isOpen = true
  let isTold = false

  const link = <T>(deliver: (message: T) => void): Link<T> =>
    createLink({ clock, random, weather, reliable: true, deliver })
  const up = link<Uint8Array>((bytes) => isOpen && deps.received(bytes))
  const down = link<Uint8Array | number>((message) => {
    if (typeof message === 'number') return closed(message)
    for (const listener of listeners.message) listener({ data: message.slice().buffer })
  })

  function closed(code: number): void {
    if (isTold) return
    isTold = true
    for (const listener of listeners.close) listener({ code })
  }

  function end(): void {
    if (!isOpen) return
    isOpen = false
    up.cut()
    deps.ended()
  }

  clock.after(weather.delayMs, () => {
    if (isOpen) for (const listener of listeners.open) listener()
  })

  return {
    client: {
      addEventListener: (type, listener) => void (listeners[type] as ((event: never) => void)[]).push(listener),
      send: (bytes) => up.send(bytes.slice()),
      close() {
        down.cut()
        end()
      },
    },
    server: {
      send: (bytes) => isOpen && down.send(bytes),
      close(code) {
        down.send(code)
        end()
      },
      cut(how) {
        up.cut()
        down.cut()
        end()
        if (how === 'loud') clock.after(1, () => closed(1006))
      },
      get isOpen() {
        return isOpen
      },
    },
  }
}
