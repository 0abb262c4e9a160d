import type { Clock } from '@visavis/ports'
import type { Code, ConversationId, Result } from '@visavis/wire'
import type { ConversationSummary, Message, Messenger } from '../messenger/types.ts'
import { createSendGuard, type SendGuard } from '../safety/question.ts'
import type { FindingSteps } from '../safety/steps.ts'
import type { Safety } from '../safety/types.ts'
import { canChoose } from './selection.ts'
import type { Undo } from './undo.ts'

type Deps = {
  readonly messenger: Messenger
  readonly conversationId: ConversationId
  readonly clock: Clock
  readonly safety: Safety
  readonly undo: Undo
  readonly summary: () => ConversationSummary
  readonly refuse: (code: Code | undefined) => void
  readonly report: (message: Message) => void
  readonly block: (member: Pick<ConversationSummary['members'][number], 'accountId' | 'handle'>) => void
  /** What is said when a flag is not told any more. */
  readonly mutedWords: (flag: Parameters<Messenger['muteFlag']>[1]) => string
}

export type ChatSafety = {
  readonly guard: SendGuard
  /** What can be done about what was noticed in a message. */
  stepsFor(message: Message): FindingSteps
  /** Not asked any more before one's own data goes [S10]. */
  askNoMore(): void
}

/** Safety in one conversation: the question before sending, and the steps under a message. */
export function createChatSafety(deps: Deps): ChatSafety {
  const { messenger, conversationId, safety, undo } = deps
  async function ask(work: Promise<Result<unknown>>): Promise<boolean> {
    const answer = await work
    if (!answer.ok) deps.refuse(answer.code)
    return answer.ok
  }
  async function mute(flag: Parameters<Messenger['muteFlag']>[1]): Promise<void> {
    if (!(await ask(messenger.muteFlag(conversationId, flag, true)))) return
    undo.offer(deps.mutedWords(flag), () => void ask(messenger.muteFlag(conversationId, flag, false)))
  }
  return {
    guard: createSendGuard({
      ...safety,
      clock: deps.clock,
      isQuiet: () => deps.summary().mutedFlags.includes('own_pii'),
    }),
    stepsFor: (message) => {
      const { position, senderAccount: accountId, senderHandle: handle } = message
      return {
        name: handle,
        place: 'chat',
        ignore: (flag) => {
          if (position !== undefined) void ask(messenger.ignoreFinding(conversationId, position, flag))
        },
        mute: (flag) => void mute(flag),
        report: canChoose(message) ? () => deps.report(message) : undefined,
        block: deps.summary().state === 'over' ? undefined : () => deps.block({ accountId, handle }),
      }
    },
    askNoMore: () => void mute('own_pii'),
  }
}
