import type { Clock } from '@visavis/ports'
import { mask, type Finding, type Span } from '@visavis/safety'
import { createObservable, type Readable } from '../app/observable.ts'
import { isAsking, type SafetyPreferences } from './preferences.ts'
import type { SafetyChecker } from './types.ts'

/** A message is not kept waiting longer than this for its check. */
export const CHECK_MS_MAX = 1_000

/** What a text would tell about the one who sends it. */
export type Question = { readonly text: string; readonly findings: readonly Finding[] }

export type SendGuardState = {
  /** Stands until it is answered; the text is back in the field. */
  readonly question: Question | undefined
  /** The last text went without a check, because none could be had in time. */
  readonly isUnchecked: boolean
}

export type SendGuard = Readable<SendGuardState> & {
  /**
   * Looks at a text that is about to go: true when it may. False when there is a question now. Texts are answered in the
   * order in which they were given, each within CHECK_MS_MAX of the one before.
   */
  pass(text: string): Promise<boolean>
  /** The question was answered, or the text is written on. */
  dismiss(): void
}

type Deps = {
  readonly clock: Clock
  readonly checker: Pick<SafetyChecker, 'check'>
  readonly preferences: Readable<SafetyPreferences>
  /** Likely countries of the person, for telephone numbers. */
  readonly countries: readonly string[]
  /** The person does not want to be asked here. */
  readonly isQuiet: () => boolean
}

const CALM: SendGuardState = { question: undefined, isUnchecked: false }

/**
 * Asks once before one's own private data goes [S10]. What cannot be checked in time goes all the same, and it is said: a
 * conversation does not wait for a machine.
 */
export function createSendGuard(deps: Deps): SendGuard {
  const state = createObservable(CALM)
  let last: Promise<unknown> = Promise.resolve()

  async function look(text: string): Promise<boolean> {
    // While a question stands nothing goes past it: what was typed meanwhile comes after it.
    if (state.get().question) return false
    const found = await ownDataIn(deps, text)
    if (found === undefined || found.length === 0) {
      state.set({ question: undefined, isUnchecked: found === undefined })
      return true
    }
    state.set({ question: { text, findings: found }, isUnchecked: false })
    return false
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    pass: (text) => {
      if (text === '' || !isAsking(deps.preferences.get()) || deps.isQuiet()) return Promise.resolve(true)
      const answer = last.then(() => look(text))
      last = answer
      return answer
    },
    dismiss: () => state.set(CALM),
  }
}

/** Undefined when it could not be checked in time. */
async function ownDataIn(deps: Deps, text: string): Promise<readonly Finding[] | undefined> {
  let stopWaiting = () => {}
  const late = new Promise<undefined>((resolve) => {
    stopWaiting = deps.clock.after(CHECK_MS_MAX, () => resolve(undefined))
  })
  const { countries } = deps
  const context = countries.length > 0 ? { countries } : {}
  const answer = await Promise.race([deps.checker.check({ text, direction: 'out', context }), late])
  stopWaiting()
  if (!answer?.ok) return undefined
  return answer.value.findings.filter(({ flag, span }) => flag === 'own_pii' && tellsAnything(text, span))
}

/** What was masked before tells nothing any more. */
function tellsAnything(text: string, { start, end }: Span): boolean {
  return /[\p{L}\p{N}]/u.test(text.slice(start, end))
}

/** The text with what was found in it hidden. */
export function maskedText({ text, findings }: Question): string {
  return mask(text, findings)
}
