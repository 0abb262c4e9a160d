import type { Code, ConversationId } from '@visavis/wire'
import type { Messenger } from '../messenger/types.ts'
import { maskedText, type SendGuard } from '../safety/question.ts'
import { canSend, compose, givenBack, joined, type Attachment, type Composer } from './composer.ts'

export type Sending = {
  /** Sends or saves what the composer holds. What is refused, or asked about, comes back into the field. */
  send(): Promise<void>
  /** The answers to the question before one's own data goes [S10]: as it is, or masked and looked at once more. */
  sendAsItIs(): Promise<void>
  maskOwnData(): void
  /** What a draft is to hold: also what is on its way out of the field. */
  draftText(): string
}

type Deps = {
  readonly messenger: Messenger
  readonly conversationId: ConversationId
  readonly guard: SendGuard
  readonly composer: () => Composer
  readonly setComposer: (composer: Composer) => void
  readonly refuse: (code: Code | undefined) => void
  readonly saveDraft: () => void
  readonly toEnd: () => void
}

/** From the field to the messenger, past the guard of one's own data. Nothing that was typed is lost on the way. */
export function createSending(deps: Deps): Sending {
  const { guard, setComposer: set } = deps
  /** Taken out of the field and not yet given to the messenger, oldest first. */
  const held: Composer[] = []

  function take(): Composer | undefined {
    const composer = deps.composer()
    if (!canSend(composer)) return undefined
    held.push(composer)
    set(compose(composer, { kind: 'sent' }))
    return composer
  }
  function giveBack(): void {
    set(held.splice(0).reduceRight((now, each) => givenBack(each, now), deps.composer()))
  }
  async function deliver(composer: Composer): Promise<void> {
    held.splice(held.indexOf(composer), 1)
    deps.saveDraft()
    if (!composer.editing) deps.toEnd()
    const left = await sendAll(deps, composer)
    deps.refuse(left?.code)
    // Nothing that was typed is lost; what was typed since stays, too.
    if (left && deps.composer().text === '') set(left.composer)
  }

  return {
    async send() {
      if (guard.get().question) return
      const composer = take()
      if (!composer) return
      const mayGo = await guard.pass(composer.text.trim())
      // Given back together with one before it.
      if (!held.includes(composer)) return
      if (mayGo) await deliver(composer)
      else giveBack()
    },
    async sendAsItIs() {
      guard.dismiss()
      const composer = take()
      if (composer) await deliver(composer)
    },
    maskOwnData() {
      const { question } = guard.get()
      const composer = deps.composer()
      guard.dismiss()
      if (!question) return
      // Words that were typed meanwhile stand after those that were asked about.
      set({ ...composer, text: composer.text.replace(question.text, () => maskedText(question)) })
    },
    draftText: () => {
      const { text, editing } = deps.composer()
      const out = held.filter((each) => !each.editing).map((each) => each.text)
      return joined(...out, editing ? editing.draft : text)
    },
  }
}

/** Sends text and attachments in turn; what was refused, as a composer again, with the reason. */
async function sendAll(deps: Deps, composer: Composer): Promise<{ composer: Composer; code: Code } | undefined> {
  const { messenger, conversationId } = deps
  const { editing, replyTo, attachments } = composer
  const text = composer.text.trim()
  if (editing) {
    const answer = await messenger.edit(conversationId, editing.position, text)
    return answer.ok ? undefined : { composer, code: answer.code }
  }
  if (attachments.length === 0) {
    const answer = await messenger.sendText(conversationId, text, replyTo?.position)
    return answer.ok ? undefined : { composer, code: answer.code }
  }
  for (const [index, attachment] of attachments.entries()) {
    // The words belong to the first of several; so does what it answers.
    const answer = await messenger.sendFile(
      conversationId,
      fileOf(attachment),
      index === 0 ? text : '',
      index === 0 ? replyTo?.position : undefined,
    )
    if (answer.ok) continue
    const left = { ...composer, text: index === 0 ? composer.text : '', attachments: attachments.slice(index) }
    return { composer: left, code: answer.code }
  }
  return undefined
}

function fileOf({ blob, name, role, isViewOnce }: Attachment) {
  return { blob, name, role, isViewOnce }
}
