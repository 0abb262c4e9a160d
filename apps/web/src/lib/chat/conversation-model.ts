import type { Clock } from '@visavis/ports'
import type { Code, ConversationId, ReportCategory, Result } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import type { ConversationView, Message, Messenger } from '../messenger/types.ts'
import type { SendGuard } from '../safety/question.ts'
import { compose, composerOf, lastEditable, type Composer, type ComposerAction } from './composer.ts'
import { reportOf, toggled, type ReportStep } from './selection.ts'
import { createSending, type Sending } from './sending.ts'
import type { VoiceNote } from './voice-recorder.ts'

export const DRAFT_AFTER_MS = 400
export const TYPING_EVERY_MS = 3_000

export type ConversationState = {
  /** Undefined until the messenger has answered. */
  readonly view: ConversationView | undefined
  readonly composer: Composer
  readonly report: ReportStep | undefined
  /** Why the last thing asked for was refused. */
  readonly code: Code | undefined
}

export type ConversationModel = Readable<ConversationState> &
  Omit<Sending, 'draftText'> & {
    readonly guard: SendGuard
    /** Follows the conversation until the returned function is called, which also saves the draft. */
    open(): () => void
    compose(action: ComposerAction): void
    editLast(): void
    sendVoice(note: VoiceNote): Promise<void>
    react(message: Message, emoji: string): void
    unsend(message: Message): void
    loadEarlier(): Promise<void>
    loadLater(): Promise<void>
    /** The messages up to here are on screen. */
    seen(position: number): void
    refuse(code: Code | undefined): void
    chooseForReport(first: Message | undefined): void
    toggle(message: Message): void
    tell(): void
    report(category: ReportCategory, words: string): Promise<void>
    endReport(): void
  }

type Deps = {
  readonly messenger: Messenger
  readonly clock: Clock
  readonly conversationId: ConversationId
  readonly draft: string
  /** Asks before one's own data goes. */
  readonly guard: SendGuard
}

/** One conversation on screen: its messages, what is being written, and a report being put together. */
export function createConversationModel(deps: Deps): ConversationModel {
  const state = createObservable<ConversationState>({
    view: undefined,
    composer: composerOf(deps.draft),
    report: undefined,
    code: undefined,
  })
  const { messenger, conversationId } = deps
  const drafts = createDrafts(deps, () => sending.draftText())
  const sending = createSending({
    ...deps,
    composer: () => state.get().composer,
    setComposer: (composer) => {
      state.update((now) => ({ ...now, composer }))
      drafts.changed(false)
    },
    refuse: (code) => refuse(code),
    saveDraft: () => drafts.save(),
    toEnd: () => toEnd(),
  })
  let seenPosition = 0
  let isLoading = false

  const refuse = (code: Code | undefined) => state.update((now) => ({ ...now, code }))
  async function ask(work: Promise<Result<unknown>>): Promise<boolean> {
    const answer = await work
    refuse(answer.ok ? undefined : answer.code)
    return answer.ok
  }
  function apply(action: ComposerAction): void {
    // Whoever writes on has answered the question.
    if (action.kind === 'write' || action.kind === 'cancel') deps.guard.dismiss()
    state.update((now) => ({ ...now, composer: compose(now.composer, action) }))
    drafts.changed(action.kind === 'write' && state.get().composer.text.trim() !== '')
  }
  /** What is written stands at the end, whatever older part is on screen. */
  function toEnd(): void {
    if (state.get().view?.isAtEnd === false) void messenger.jumpToEnd(conversationId)
  }
  return {
    get: state.get,
    subscribe: state.subscribe,
    open: () => {
      const leave = messenger.watch(conversationId, (view) => state.update((now) => ({ ...now, view })))
      return () => {
        leave()
        drafts.close()
      }
    },
    compose: apply,
    editLast: () => {
      const message = lastEditable(state.get().view)
      if (message) apply({ kind: 'edit', message })
    },
    guard: deps.guard,
    send: () => sending.send(),
    sendAsItIs: () => sending.sendAsItIs(),
    maskOwnData: () => sending.maskOwnData(),
    sendVoice: async ({ blob, durationMs, waveform }) => {
      toEnd()
      const replyTo = state.get().composer.replyTo?.position
      const file = { blob, name: '', role: 'voice', isViewOnce: false, durationMs, waveform } as const
      const isSent = await ask(messenger.sendFile(conversationId, file, '', replyTo))
      if (isSent && replyTo !== undefined) apply({ kind: 'cancel' })
    },
    react: ({ position, reactions }, emoji) => {
      if (position === undefined) return
      // The same one again takes it back.
      const isMine = reactions.some((each) => each.mine && each.emoji === emoji)
      void ask(messenger.react(conversationId, position, isMine ? '' : emoji))
    },
    unsend: ({ position }) => {
      if (position !== undefined) void ask(messenger.unsend(conversationId, position))
    },
    loadEarlier: async () => {
      if (isLoading || !state.get().view?.hasEarlier) return
      isLoading = true
      await messenger.loadEarlier(conversationId).finally(() => (isLoading = false))
    },
    loadLater: async () => {
      if (isLoading || state.get().view?.isAtEnd !== false) return
      isLoading = true
      await messenger.loadLater(conversationId).finally(() => (isLoading = false))
    },
    seen: (position) => {
      if (position <= seenPosition) return
      seenPosition = position
      messenger.markRead(conversationId, position)
    },
    refuse,
    ...reporting(deps, state),
  }
}

/** Saves the draft a little after the last change, and tells at most every few seconds that something is being written. */
function createDrafts(deps: Deps, text: () => string) {
  let stopTimer: (() => void) | undefined
  let toldMs = Number.NEGATIVE_INFINITY
  function save(): void {
    stopTimer?.()
    stopTimer = undefined
    deps.messenger.saveDraft(deps.conversationId, text())
  }
  return {
    save,
    changed: (isTyped: boolean) => {
      stopTimer?.()
      stopTimer = deps.clock.after(DRAFT_AFTER_MS, save)
      const nowMs = deps.clock.monotonicMs()
      if (!isTyped || nowMs - toldMs < TYPING_EVERY_MS) return
      toldMs = nowMs
      deps.messenger.typing(deps.conversationId)
    },
    close: () => {
      if (stopTimer) save()
    },
  }
}

type State = ReturnType<typeof createObservable<ConversationState>>

/** Choosing messages and sending them to the moderators [T1] [T2]. */
function reporting(deps: Deps, state: State) {
  const set = (report: ReportStep | undefined) => state.update((now) => ({ ...now, report }))
  return {
    chooseForReport: (first: Message | undefined) => {
      const empty = { chosen: [] }
      set({ kind: 'choosing', selection: first ? toggled(empty, first) : empty })
    },
    toggle: (message: Message) => {
      const { report } = state.get()
      if (report?.kind === 'choosing') set({ kind: 'choosing', selection: toggled(report.selection, message) })
    },
    tell: () => {
      const { report } = state.get()
      if (report?.kind === 'choosing' && report.selection.chosen.length > 0) {
        set({ kind: 'telling', selection: report.selection })
      }
    },
    report: async (category: ReportCategory, words: string) => {
      const { report } = state.get()
      if (report?.kind !== 'telling') return
      const { selection } = report
      set({ kind: 'sending', selection })
      const asked = reportOf(selection, category, words)
      const answer = await deps.messenger.report(deps.conversationId, asked.positions, asked.category, asked.words)
      set(answer.ok ? { kind: 'sent', report: answer.value } : { kind: 'telling', selection, code: answer.code })
    },
    endReport: () => {
      // A report on its way cannot be taken back: its result is shown.
      if (state.get().report?.kind !== 'sending') set(undefined)
    },
  }
}
