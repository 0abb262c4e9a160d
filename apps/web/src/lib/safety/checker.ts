import { SECOND, type Clock } from '@visavis/ports'
import { fail, ok, type Result } from '@visavis/wire'
import { HANDLE_CHARS_MAX, type Checked, type Reason } from '@visavis/safety'
import { createSerial, type Serial } from '../messenger/core/serial.ts'
import { asked, readAnswer, type Answer, type EngineLine, type Question } from './protocol.ts'
import type { PackVersion, SafetyChecker } from './types.ts'

/** An engine that works answers in milliseconds; one that does not for this long is given up. */
export const ANSWER_MS_MAX = 5 * SECOND
/** While it starts it fetches and compiles its rules. */
export const START_MS_MAX = 30 * SECOND
const ATTEMPTS = 2

/** A line to a worker. `worker` is its number: what is said of it later is about it, and not about the one after. */
export type OpenedLine = { readonly worker: number; readonly line: EngineLine }

export type CheckerDeps = {
  readonly clock: Clock
  /**
   * A line to the engine. `lost`: the worker with this number did not answer, and is to be replaced if nobody has done so.
   * Undefined when there is none to be had at present.
   */
  readonly open: (lost: number | undefined) => Promise<OpenedLine | undefined>
}

/** What came of a question: an answer, its refusal, or silence. */
type Outcome = Extract<Answer, { readonly kind: 'checked' | 'named' | 'versions' | 'refused' }> | undefined

type Held = OpenedLine & { ask(question: Question): Promise<Outcome> }

/**
 * The engine from outside: one question at a time, in the order in which they were asked. A worker that is silent is
 * replaced, and its question asked once more.
 */
export function createChecker(deps: CheckerDeps): SafetyChecker & { close(): void } {
  const { clock } = deps
  const serial: Serial = createSerial()
  let held: Held | undefined
  let lost: number | undefined
  let nextId = 1
  let isClosed = false

  async function hold(): Promise<Held | undefined> {
    if (held || isClosed) return held
    const opened = await deps.open(lost)
    lost = undefined
    if (!opened) return undefined
    held = { ...opened, ask: listening(clock, opened.line) }
    return held
  }

  function letGo({ line, worker }: Held): void {
    line.close()
    lost = worker
    held = undefined
  }

  async function answerTo(question: Question): Promise<Outcome> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const to = await hold()
      if (!to) return undefined
      const outcome = await to.ask(question)
      if (outcome) return outcome
      letGo(to)
    }
    return undefined
  }

  const inTurn = (question: Question): Promise<Outcome> => serial(() => answerTo(question)).catch(() => undefined)

  return {
    async check(message): Promise<Result<Checked>> {
      const outcome = await inTurn({ kind: 'check', id: nextId++, message: asked(message) })
      return outcome?.kind === 'checked' ? ok(outcome.checked) : fail('SAFETY_UNAVAILABLE')
    },
    async posesOf(name): Promise<Result<readonly Reason[]>> {
      const outcome = await inTurn({ kind: 'name', id: nextId++, name: name.slice(0, HANDLE_CHARS_MAX) })
      return outcome?.kind === 'named' ? ok(outcome.poses) : fail('SAFETY_UNAVAILABLE')
    },
    async versions(): Promise<Result<readonly PackVersion[]>> {
      const outcome = await inTurn({ kind: 'versions', id: nextId++ })
      return outcome?.kind === 'versions' ? ok(outcome.versions) : fail('SAFETY_UNAVAILABLE')
    },
    close() {
      isClosed = true
      held?.line.close()
      held = undefined
    },
  }
}

/** Asks over a line, one question after the other; undefined when there was no answer in time. */
function listening(clock: Clock, line: EngineLine): Held['ask'] {
  let isReady = false
  let isDead = false
  let heard: (answer: Answer | 'late') => void = () => undefined
  line.listen((data) => {
    const answer = readAnswer(data)
    if (!answer) return
    if (answer.kind === 'ready') isReady = true
    if (answer.kind === 'failed') isDead = true
    heard(answer)
  })

  return async (question) => {
    if (isDead) return undefined
    let cancel = clock.after(isReady ? ANSWER_MS_MAX : START_MS_MAX, () => heard('late'))
    const outcome = new Promise<Outcome>((resolve) => {
      heard = (answer) => {
        if (answer === 'late' || answer.kind === 'failed') return resolve(undefined)
        if (answer.kind !== 'ready') return answer.id === question.id ? resolve(answer) : undefined
        cancel()
        cancel = clock.after(ANSWER_MS_MAX, () => heard('late'))
      }
    })
    line.post(question)
    try {
      return await outcome
    } finally {
      cancel()
    }
  }
}
