import type { Clock } from '@visavis/ports'
import { fail, type CallId, type Result } from '@visavis/wire'
import type { Readable } from '../app/observable.ts'
import { createUndo, type Pending } from '../chat/undo.ts'
import type { EngineState } from '../engine/types.ts'
import type { CallFinding } from '../messenger/safety-types.ts'
import type { Messenger } from '../messenger/types.ts'
import { createCallFindings, type CallFindingsState } from '../safety/call-findings.ts'
import { createSendGuard, type SendGuard } from '../safety/question.ts'
import type { FindingSteps } from '../safety/steps.ts'
import type { Safety } from '../safety/types.ts'
import type { CallAction } from './keys.ts'

type Flag = Parameters<Messenger['muteFlag']>[1]

/** Safety in the texts of a call: what was noticed, the question before sending, and the steps, which are those of the call. */
export type CallSafety = {
  readonly findings: Readable<CallFindingsState>
  readonly guard: SendGuard
  /** What was just muted, while it can be undone. */
  readonly pending: Readable<Pending | undefined>
  undo(): void
  /** The engine's state changed. */
  follow(state: EngineState): void
  stepsFor(messageId: string, name: string): Omit<FindingSteps, 'logFault'>
  /** Not asked in this call any more before one's own data goes [S10]. */
  askNoMore(): void
  close(): void
}

type Deps = {
  readonly clock: Clock
  readonly safety: Safety
  /** Where findings are noted [S16]; opened when there is something to note. */
  readonly messenger: () => Promise<Pick<Messenger, 'noteCallFindings'>>
  readonly act: (action: CallAction) => void
  readonly mutedWords: (flag: Flag) => string
}

export function createCallSafety(deps: Deps): CallSafety {
  const { clock, safety } = deps
  const findings = createCallFindings({ ...safety, note: (...given) => noteIn(deps.messenger, given) })
  const undo = createUndo({ clock })
  let callId: CallId | undefined
  let quietIn: CallId | undefined
  const guard = createSendGuard({ ...safety, clock, isQuiet: () => callId !== undefined && quietIn === callId })
  return {
    findings,
    guard,
    pending: undo,
    undo: () => undo.undo(),
    follow: ({ call }) => {
      const current = call.kind === 'none' ? undefined : call
      if (current?.callId !== callId) guard.dismiss()
      callId = current?.callId
      // An ended call has no texts any more; what was noticed in it stays until the next one.
      if (call.kind !== 'ended') findings.follow(current)
    },
    stepsFor: (messageId, name) => ({
      name,
      place: 'call',
      ignore: (flag) => findings.ignore(messageId, flag),
      mute: (flag) => {
        findings.mute(flag, true)
        undo.offer(deps.mutedWords(flag), () => findings.mute(flag, false))
      },
      report: () => deps.act('report'),
      block: () => deps.act('block'),
      keepEvidence: () => deps.act('capsule'),
    }),
    askNoMore: () => {
      quietIn = callId
    },
    close: () => undo.flush(),
  }
}

async function noteIn(
  messenger: Deps['messenger'],
  given: readonly [callId: CallId, handle: string, atMs: number, findings: readonly CallFinding[]],
): Promise<Result<true>> {
  const opened = await messenger().catch(() => undefined)
  return opened ? opened.noteCallFindings(...given) : fail('NETWORK_OFFLINE')
}
