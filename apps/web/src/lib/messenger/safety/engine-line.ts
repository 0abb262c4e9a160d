import type { Clock } from '@visavis/ports'
import { createObservable } from '../../app/observable.ts'
import { createChecker } from '../../safety/checker.ts'
import { lineOf, type OpenedPort } from '../../safety/engine-door.ts'
import type { SafetyChoice } from '../safety-types.ts'
import type { MessengerSafety } from './ports.ts'

/** The messenger's way to the engine of red flags, whose worker belongs to the page: the page is asked for a port to it. */
export type EngineWay = MessengerSafety & {
  /** What the page has answered to a wish for a port. */
  readonly opened: (port: OpenedPort | undefined) => void
  readonly chosen: (choice: SafetyChoice) => void
}

export function createEngineWay(deps: {
  readonly clock: Clock
  readonly want: (lost: number | undefined) => void
}): EngineWay {
  // Until the page has said what the person wants, nothing is looked at.
  const choice = createObservable<SafetyChoice>({ isOn: false, countries: [] })
  let waiting: ((opened: OpenedPort | undefined) => void)[] = []
  const checker = createChecker({
    clock: deps.clock,
    open: async (lost) => {
      const opened = new Promise<OpenedPort | undefined>((resolve) => waiting.push(resolve))
      deps.want(lost)
      return lineOf(await opened)
    },
  })
  return {
    checker,
    choice,
    chosen: choice.set,
    opened(port) {
      const [next, ...rest] = waiting
      waiting = rest
      if (next) next(port)
      else port?.port.close()
    },
  }
}
