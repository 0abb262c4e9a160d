import type { Readable } from '../../app/observable.ts'
import type { SafetyChecker } from '../../safety/types.ts'
import type { SafetyChoice } from '../safety-types.ts'

/** What the messenger needs for safety: the engine, wherever it runs, and what the person has chosen. */
export type MessengerSafety = {
  readonly checker: Pick<SafetyChecker, 'check'>
  readonly choice: Readable<SafetyChoice>
}
