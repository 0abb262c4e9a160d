import { compilePack, createEngine, readPackData, type Engine, type Message } from '@visavis/safety'
import { fail, ok } from '@visavis/wire'
import { readWrittenPack } from '../../../../../safety-packs.ts'
import { createObservable, type Observable } from '../../../app/observable.ts'
import type { SafetyChoice } from '../../safety-types.ts'
import type { MessengerSafety } from '../ports.ts'

/**
 * The shipped engine with the English rules as people wrote them, in this process: what was learned beside them changes with
 * every training. It may be taken away, as a worker may.
 */
export type LocalSafety = MessengerSafety & {
  readonly choice: Observable<SafetyChoice>
  /** What was asked, in order. */
  readonly asked: readonly Message[]
  /** How the next questions are answered: not at all while this says so. */
  refuse(isRefused: (message: Message) => boolean): void
  /** Comes between a question and its answer. */
  before(work: () => Promise<void>): void
}

let shared: Engine | undefined

/** Made once: it remembers nothing, and to compile the rules takes a while. */
export function englishEngine(): Engine {
  if (shared) return shared
  const data = readPackData(JSON.parse(readWrittenPack('en')))
  const pack = data.ok ? compilePack(data.value) : data
  if (!pack.ok) throw new Error(pack.where)
  shared = createEngine([pack.value])
  return shared
}

export function createLocalSafety(): LocalSafety {
  const asked: Message[] = []
  let isRefused: (message: Message) => boolean = () => false
  let before: () => Promise<void> = () => Promise.resolve()
  return {
    asked,
    choice: createObservable<SafetyChoice>({ isOn: true, countries: [] }),
    refuse: (next) => void (isRefused = next),
    before: (next) => void (before = next),
    checker: {
      async check(message) {
        asked.push(message)
        await before()
        return isRefused(message) ? fail('SAFETY_UNAVAILABLE') : ok(englishEngine().check(message))
      },
    },
  }
}
