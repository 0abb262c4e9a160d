import type { FakeClock } from './clock.ts'
import type { SeededRandom } from './random.ts'

/**
 * A link between two ends on a fake clock, as bad as it is told to be. A reliable link (a socket) keeps order and loses
 * nothing until it is cut; an unreliable one (datagrams) may drop, repeat and reorder.
 */
export type Weather = {
  readonly delayMs: number
  readonly jitterMs: number
  /** Probabilities per message; ignored by reliable links. */
  readonly drop: number
  readonly repeat: number
}

export const CALM: Weather = { delayMs: 5, jitterMs: 0, drop: 0, repeat: 0 }
export const STORM: Weather = { delayMs: 40, jitterMs: 60, drop: 0.1, repeat: 0.05 }

export type Link<T> = {
  send(message: T): void
  /** Everything on the way is lost, and so is what is sent from now on. */
  cut(): void
  mend(): void
  readonly isCut: boolean
  inFlight(): number
}

export function createLink<T>(deps: {
  clock: FakeClock
  random: SeededRandom
  weather: Weather
  reliable: boolean
  deliver: (message: T) => void
}): Link<T> {
  const { clock, random, weather } = deps
  const onTheWay = new Set<() => void>()
  let isCut = false
  let lastArrivalMs = 0

  function post(message: T): void {
    let arrivalMs = clock.monotonicMs() + weather.delayMs + random.float() * weather.jitterMs
    if (deps.reliable) arrivalMs = lastArrivalMs = Math.max(arrivalMs, lastArrivalMs)
    const cancel = clock.after(arrivalMs - clock.monotonicMs(), () => {
      onTheWay.delete(cancel)
      deps.deliver(message)
    })
    onTheWay.add(cancel)
  }

  return {
    send(message) {
      if (isCut) return
      if (!deps.reliable && random.chance(weather.drop)) return
      post(message)
      if (!deps.reliable && random.chance(weather.repeat)) post(message)
    },
    cut() {
      isCut = true
      for (const cancel of onTheWay) cancel()
      onTheWay.clear()
    },
    mend: () => void (isCut = false),
    get isCut() {
      return isCut
    },
    inFlight: () => onTheWay.size,
  }
}
