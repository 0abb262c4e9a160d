import {
  CAPTION_BYTES_MAX,
  EMOJI_BYTES_MAX,
  FILE_PLAIN_BYTES_MAX,
  TEXT_BYTES_MAX,
  TIMER_SECONDS_MAX,
  type FileDescriptor,
  type MessageContent,
} from '@visavis/e2ee'
import type { Log, Random } from '@visavis/ports'
import { fail, MAILBOX_DAYS, ok, type ConversationId, type MessageId, type Result } from '@visavis/wire'
import type { Change } from '../../vault/types.ts'
import type { Core, MessageRecord, ServerConversation } from '../core-types.ts'
import type { FileTransfers } from '../files-port.ts'
import type { Messenger, NewFile } from '../types.ts'
import { createSteps } from '../../trust-steps/steps.ts'
import type { RowStore } from '../view/rows.ts'

/** Edits and unsendings of what was sent longer ago are refused: everybody's copy is about to go anyway. */
const CHANGE_MS_MAX = MAILBOX_DAYS * 24 * 60 * 60_000

export type Outgoing = Pick<
  Messenger,
  | 'sendText'
  | 'sendFile'
  | 'react'
  | 'edit'
  | 'unsend'
  | 'retry'
  | 'discard'
  | 'setTimer'
  | 'setSharing'
  | 'cancelTransfer'
> & {
  /** Goes on with files that were on their way up when the app was closed. */
  resume(): void
  /**
   * A key has changed while messages waited: what was not encrypted yet is held back, too. A copy is held before the
   * original goes, so that a crash in between may repeat a message but loses none.
   */
  readonly holdBack: (conversationId: ConversationId) => Promise<void>
  /** What was refused for good and has no line of its own to show that: a reaction, a receipt. */
  readonly dropRefused: (conversationId: ConversationId) => Promise<void>
  /** The person has accepted the new key: what was held back goes. */
  releaseHeld(conversationId: ConversationId): Promise<void>
}

type Deps = {
  readonly core: Core
  readonly store: RowStore
  readonly transfers: FileTransfers
  readonly random: Random
  readonly log: Log
  readonly me: string
  readonly serverNowMs: () => number
  /** Sending waits for the person to accept a changed key (see directory.ts). */
  readonly isHeld: (conversation: ServerConversation) => boolean
  /** Written with a message: the draft it was is gone. */
  readonly clearDraft: (conversationId: ConversationId) => readonly Change[]
}

/** What a person sends. Every wish is checked here, so that what is in the outbox can be sent. */
export function createOutgoing(deps: Deps): Outgoing {
  const { core, random, store, transfers } = deps
  const steps = createSteps(deps)
  /** Uploaded, and held back because of a changed key. */
  const uploaded = new Map<MessageId, MessageContent>()
  const uploading = new Set<MessageId>()
  const holding = new Set<ConversationId>()

  const find = (conversationId: ConversationId) =>
    core.conversations().find(({ server }) => server.conversationId === conversationId)?.server

  /** The conversation, if it may be written to. A request is answered before it is written back to. */
  function writable(conversationId: ConversationId): Result<ServerConversation> {
    const conversation = find(conversationId)
    if (!conversation || conversation.state === 'over') return fail('CONVERSATION_UNKNOWN')
    return conversation.state === 'request' ? fail('CONVERSATION_WAITS') : ok(conversation)
  }

  async function post(
    conversationId: ConversationId,
    content: MessageContent,
    changes: readonly Change[] = [],
  ): Promise<Result<MessageId>> {
    const conversation = writable(conversationId)
    if (!conversation.ok) return conversation
    return core.send(conversationId, content, { held: deps.isHeld(conversation.value), with: changes })
  }

  async function sendText(conversationId: ConversationId, text: string, replyTo?: number): Promise<Result<MessageId>> {
    if (text.trim() === '' || byteLength(text) > TEXT_BYTES_MAX || !isReply(replyTo)) return fail('WIRE_INVALID')
    const content = { kind: 'text', text, ...(replyTo !== undefined && { replyTo }) } as const
    return post(conversationId, content, deps.clearDraft(conversationId))
  }

  async function sendFile(
    conversationId: ConversationId,
    file: NewFile,
    caption: string,
    replyTo?: number,
  ): Promise<Result<MessageId>> {
    if (byteLength(caption) > CAPTION_BYTES_MAX || !isReply(replyTo) || file.blob.size === 0)
      return fail('WIRE_INVALID')
    if (file.blob.size > FILE_PLAIN_BYTES_MAX) return fail('FILE_TOO_LARGE')
    const conversation = writable(conversationId)
    if (!conversation.ok) return conversation
    if (steps.isSendingLocked(conversationId)) return fail('FILE_LOCKED')
    const messageId = random.uuid() as MessageId
    const reply = replyTo === undefined ? {} : { replyTo }
    const content = { kind: 'file', file: placeholder(file), caption, ...reply } as const
    const held = await core.send(conversationId, content, {
      messageId,
      held: true,
      with: deps.clearDraft(conversationId),
    })
    if (held.ok) upload(conversationId, messageId, file)
    return held
  }

  /** Not awaited by anybody: its state is in `transfers`, its end in the outbox. */
  function upload(conversationId: ConversationId, messageId: MessageId, file: NewFile | undefined): void {
    if (uploading.has(messageId)) return
    uploading.add(messageId)
    const work = async () => {
      const done = await transfers.send(conversationId, messageId, file)
      const record = held(conversationId).find((each) => each.messageId === messageId)
      if (!done.ok || record?.content.kind !== 'file') return
      const content = { ...record.content, file: done.value }
      const conversation = find(conversationId)
      if (conversation && mustWait(conversation, content)) uploaded.set(messageId, content)
      else {
        uploaded.delete(messageId)
        await core.release(messageId, content)
      }
    }
    work()
      .catch((err: unknown) => deps.log.error('messages.upload-failed', { err }))
      .finally(() => uploading.delete(messageId))
  }

  /** For the person to accept a changed key, or for both to agree to sharing again. */
  const mustWait = (conversation: ServerConversation, { kind }: MessageContent) =>
    deps.isHeld(conversation) || (kind === 'file' && steps.isSendingLocked(conversation.conversationId))

  const held = (conversationId: ConversationId) => core.outboxOf(conversationId).filter(({ state }) => state === 'held')

  function whereIs(messageId: MessageId) {
    for (const { server } of core.conversations()) {
      const record = core.outboxOf(server.conversationId).find((each) => each.messageId === messageId)
      if (record) return { conversationId: server.conversationId, record }
    }
    return undefined
  }

  /** A message that is there and can still be acted on. */
  async function target(conversationId: ConversationId, position: number): Promise<MessageRecord | undefined> {
    if (!isPosition(position)) return undefined
    const record = await store.record(conversationId, position)
    return record?.content?.kind === 'text' || record?.content?.kind === 'file' ? record : undefined
  }

  async function ownTarget(conversationId: ConversationId, position: number): Promise<MessageRecord | undefined> {
    const record = await target(conversationId, position)
    const isYoung = record !== undefined && deps.serverNowMs() - record.sentAtMs < CHANGE_MS_MAX
    return isYoung && record.senderAccount === deps.me ? record : undefined
  }

  async function act(conversationId: ConversationId, content: MessageContent | undefined): Promise<Result<true>> {
    if (!content) return fail('WIRE_INVALID')
    const sent = await post(conversationId, content)
    return sent.ok ? ok(true) : sent
  }

  async function holdBack(conversationId: ConversationId): Promise<void> {
    if (holding.has(conversationId)) return
    holding.add(conversationId)
    try {
      for (;;) {
        const outbox = core.outboxOf(conversationId)
        const next = outbox.find(({ sealed, state }) => state === 'waiting' && sealed === undefined)
        if (!next) return
        const copy = await core.send(conversationId, next.content, { held: true })
        if (!copy.ok) return
        if (!(await core.discard(next.messageId))) await core.discard(copy.value)
      }
    } finally {
      holding.delete(conversationId)
    }
  }

  async function cancelTransfer(conversationId: ConversationId, messageId: MessageId): Promise<void> {
    await transfers.cancel(messageId)
    // A message whose file does not come is none.
    if (!held(conversationId).some((each) => each.messageId === messageId)) return
    if (await core.discard(messageId)) await transfers.forget(messageId)
  }

  return {
    sendText,
    sendFile,
    async react(conversationId, position, emoji) {
      const isEmoji = byteLength(emoji) <= EMOJI_BYTES_MAX && !/\s/u.test(emoji)
      const record = isEmoji ? await target(conversationId, position) : undefined
      return act(conversationId, record && { kind: 'reaction', target: position, emoji })
    },
    async edit(conversationId, position, text) {
      const record = await ownTarget(conversationId, position)
      const bytesMax = record?.content?.kind === 'file' ? CAPTION_BYTES_MAX : TEXT_BYTES_MAX
      const isText = byteLength(text) <= bytesMax && (text.trim() !== '' || record?.content?.kind === 'file')
      return act(conversationId, record && isText ? { kind: 'edit', target: position, text } : undefined)
    },
    async unsend(conversationId, position) {
      const record = await ownTarget(conversationId, position)
      return act(conversationId, record && { kind: 'unsend', target: position })
    },
    async setTimer(conversationId, seconds) {
      const isTimer = Number.isSafeInteger(seconds) && seconds >= 0 && seconds <= TIMER_SECONDS_MAX
      return act(conversationId, isTimer ? { kind: 'timer', seconds } : undefined)
    },
    async setSharing(conversationId, on) {
      const isPair = find(conversationId)?.kind === 'pair'
      return act(conversationId, isPair ? { kind: 'sharing', on } : undefined)
    },
    async retry(messageId) {
      const found = whereIs(messageId)
      if (found?.record.state === 'held' && isPlaceholder(found.record.content)) {
        upload(found.conversationId, messageId, undefined)
      } else await core.retry(messageId)
    },
    async discard(messageId) {
      const isFile = whereIs(messageId)?.record.content.kind === 'file'
      if (isFile) await transfers.cancel(messageId)
      uploaded.delete(messageId)
      // Nothing shows it any more: neither the file nor what was sealed of it stays.
      if ((await core.discard(messageId)) && isFile) await transfers.forget(messageId)
    },
    cancelTransfer,
    holdBack,
    async dropRefused(conversationId) {
      for (const { content, messageId, state } of core.outboxOf(conversationId)) {
        if (state === 'failed' && content.kind !== 'text' && content.kind !== 'file') await core.discard(messageId)
      }
    },
    resume() {
      for (const { server } of core.conversations()) {
        for (const { content, messageId } of held(server.conversationId)) {
          if (isPlaceholder(content)) upload(server.conversationId, messageId, undefined)
          else if (!mustWait(server, content)) void core.release(messageId, content)
        }
      }
    },
    async releaseHeld(conversationId) {
      const isLocked = steps.isSendingLocked(conversationId)
      for (const { content, messageId } of held(conversationId)) {
        if (isLocked && content.kind === 'file') continue
        const ready = uploaded.get(messageId) ?? (isPlaceholder(content) ? undefined : content)
        if (ready) await core.release(messageId, ready)
        uploaded.delete(messageId)
      }
    },
  }
}

/** Stands in the outbox until the upload is through: what can be said of the file, without id and keys. */
function placeholder(file: NewFile): FileDescriptor {
  return {
    fileId: '',
    key: new Uint8Array(),
    root: new Uint8Array(),
    sizeBytes: file.blob.size,
    mime: file.blob.type === '' ? 'application/octet-stream' : file.blob.type,
    name: file.name,
    role: file.role,
    isViewOnce: file.isViewOnce,
    ...(file.durationMs !== undefined && { durationMs: file.durationMs }),
    ...(file.waveform !== undefined && { preview: file.waveform }),
  }
}

function isPlaceholder(content: MessageContent): boolean {
  return content.kind === 'file' && content.file.fileId === ''
}

function isReply(position: number | undefined): boolean {
  return position === undefined || isPosition(position)
}

function isPosition(position: number): boolean {
  return Number.isSafeInteger(position) && position > 0
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).byteLength
}
