import type { OpenedContent } from '@visavis/e2ee'
import { SECOND, type Clock, type Log } from '@visavis/ports'
import {
  CODES,
  TEXT_BYTES_MAX,
  type AckResult,
  type CallId,
  type Code,
  type MessageId,
  type Result,
  type ServerFrameBody,
} from '@visavis/wire'
import type { SecureChannel } from './secure-channel.ts'
import type { ChatMessage } from './types.ts'

/** Own texts that may wait for the network at once. */
export const UNSENT_MAX = 64
/** Own texts whose receipt is still asked for after a session was lost. */
export const UNRECEIPTED_MAX = 64
/** Older messages of a call are dropped from memory and from the screen. */
export const MESSAGES_MAX = 2_000
/** A refusal that may pass is tried again by itself this often, with this wait when the server names none. */
export const SEND_RETRIES_MAX = 30
export const SEND_RETRY_MS = 2 * SECOND
/** The wait grows with every refusal, up to this many times: a server in trouble is given two minutes and some peace. */
const RETRY_GROWTH_MAX = 5
/** Incoming texts that wait for the partner's confirmed identity. */
export const EARLY_MESSAGES_MAX = 64

type Outgoing = { readonly messageId: MessageId; ciphertext: Uint8Array | undefined; refusals: number }
type Incoming = ServerFrameBody<'message'>

export type Chat = {
  messages(): readonly ChatMessage[]
  /** Undefined when the text is empty, too long, or too many wait. */
  send(text: string): MessageId | undefined
  retry(messageId: MessageId): void
  handleMessage(body: Incoming): void
  handleReceipt(messageId: MessageId): void
  /** The session was lost, and receipts with it: what was sent and not receipted is sent again, to be receipted again. */
  sessionLost(): void
  /** The partner's identity is confirmed: texts may be shown. */
  confirmed(): void
  close(): void
}

/**
 * Texts of one call [K1][K4]. Each is sealed once and the same ciphertext is sent until the server has it, so that a
 * retry can never become a second message; the next text is sent only after the one before it was accepted or given
 * up, so that the order is that of writing. Everything is in memory only and gone with the call.
 */
export function createChat(deps: {
  readonly clock: Clock
  readonly log: Log
  readonly callId: CallId
  readonly newMessageId: () => MessageId
  readonly serverNowMs: () => number
  readonly channel: Pick<SecureChannel, 'seal' | 'open'>
  readonly send: (messageId: MessageId, ciphertext: Uint8Array) => Promise<Result<AckResult<'message.send'>>>
  readonly changed: () => void
}): Chat {
  let messages: readonly ChatMessage[] = []
  const unsent: Outgoing[] = []
  const given: Map<MessageId, Outgoing> = new Map()
  /** Sent and not receipted, oldest first. */
  const unreceipted: Map<MessageId, Uint8Array> = new Map()
  const seen = new Set<MessageId>()
  let early: Incoming[] | undefined = []
  let isSending = false
  let isClosed = false
  let cancelRetry: (() => void) | undefined

  function update(messageId: MessageId, facts: Partial<ChatMessage>): void {
    messages = messages.map((message) => (message.messageId === messageId ? { ...message, ...facts } : message))
    deps.changed()
  }

  function show(message: ChatMessage): void {
    messages = [...messages, message].slice(-MESSAGES_MAX)
    deps.changed()
  }

  function send(text: string): MessageId | undefined {
    const bytes = new TextEncoder().encode(text).byteLength
    if (isClosed || bytes === 0 || bytes > TEXT_BYTES_MAX || unsent.length >= UNSENT_MAX) return undefined
    const messageId = deps.newMessageId()
    const atMs = deps.serverNowMs()
    const outgoing: Outgoing = { messageId, ciphertext: undefined, refusals: 0 }
    unsent.push(outgoing)
    show({ messageId, from: 'me', text, atMs, state: 'sending' })
    void seal(outgoing, { kind: 'text', messageId, text, sentAtMs: atMs })
    return messageId
  }

  async function seal(outgoing: Outgoing, content: Parameters<SecureChannel['seal']>[0]): Promise<void> {
    outgoing.ciphertext = await deps.channel.seal(content)
    if (isClosed) return
    if (!outgoing.ciphertext) return give(outgoing, 'E2EE_OPEN_FAILED')
    pump()
  }

  function pump(): void {
    const first = unsent[0]
    if (isClosed || isSending || cancelRetry || !first?.ciphertext) return
    isSending = true
    void deliver(first, first.ciphertext)
  }

  async function deliver(outgoing: Outgoing, ciphertext: Uint8Array): Promise<void> {
    const result = await deps.send(outgoing.messageId, ciphertext)
    isSending = false
    if (!isClosed) answered(outgoing, result)
  }

  function answered(outgoing: Outgoing, result: Result<AckResult<'message.send'>>): void {
    if (result.ok) {
      remove(outgoing)
      awaitReceipt(outgoing)
      const already = messages.find((message) => message.messageId === outgoing.messageId)
      if (already?.state === 'sending') update(outgoing.messageId, { state: 'sent' })
      return pump()
    }
    if (!CODES[result.code].retry || ++outgoing.refusals > SEND_RETRIES_MAX) return give(outgoing, result.code)
    const waitMs = (result.retryAfterMs ?? SEND_RETRY_MS) * Math.min(outgoing.refusals, RETRY_GROWTH_MAX)
    cancelRetry = deps.clock.after(waitMs, () => {
      cancelRetry = undefined
      pump()
    })
  }

  function awaitReceipt({ messageId, ciphertext }: Outgoing): void {
    const isReceipted = messages.some((each) => each.messageId === messageId && each.state === 'delivered')
    if (isReceipted || !ciphertext) return
    unreceipted.set(messageId, ciphertext)
    for (const oldest of unreceipted.keys()) {
      if (unreceipted.size <= UNRECEIPTED_MAX) break
      unreceipted.delete(oldest)
    }
  }

  function remove(outgoing: Outgoing): void {
    const at = unsent.indexOf(outgoing)
    if (at >= 0) unsent.splice(at, 1)
  }

  function give(outgoing: Outgoing, code: Code): void {
    remove(outgoing)
    given.set(outgoing.messageId, outgoing)
    update(outgoing.messageId, { state: 'failed', code })
    pump()
  }

  async function take(body: Incoming): Promise<void> {
    const opened = await deps.channel.open(body.ciphertext)
    if (isClosed) return
    const text = opened.ok ? textOf(opened.value, body.messageId) : undefined
    const from = { messageId: body.messageId, from: 'them', atMs: body.sentAtMs } as const
    if (text !== undefined) show({ ...from, text, state: 'delivered' })
    else show({ ...from, text: '', state: 'failed', code: 'E2EE_OPEN_FAILED' })
  }

  return {
    messages: () => messages,
    send,
    retry(messageId) {
      const outgoing = given.get(messageId)
      if (!outgoing?.ciphertext || isClosed || unsent.length >= UNSENT_MAX) return
      given.delete(messageId)
      outgoing.refusals = 0
      unsent.push(outgoing)
      messages = messages.map((message) => (message.messageId === messageId ? withoutCode(message) : message))
      deps.changed()
      pump()
    },
    handleMessage(body) {
      if (isClosed || body.callId !== deps.callId || seen.has(body.messageId)) return
      if (early && early.length >= EARLY_MESSAGES_MAX)
        return deps.log.warn('too many early messages', { call: deps.callId })
      seen.add(body.messageId)
      if (early) early.push(body)
      else void take(body)
    },
    handleReceipt(messageId) {
      if (isClosed) return
      unreceipted.delete(messageId)
      const own = messages.find((message) => message.messageId === messageId && message.from === 'me')
      if (own && own.state !== 'delivered') update(messageId, { state: 'delivered' })
    },
    sessionLost() {
      // The answers say nothing new; the receipts come as frames.
      for (const [messageId, ciphertext] of unreceipted) void deps.send(messageId, ciphertext)
    },
    confirmed() {
      const waiting = early ?? []
      early = undefined
      for (const body of waiting) void take(body)
    },
    close() {
      isClosed = true
      cancelRetry?.()
      cancelRetry = undefined
      messages = []
      early = undefined
      unsent.length = 0
      given.clear()
      unreceipted.clear()
      seen.clear()
    },
  }
}

/** The text, if it is one and says inside who it is outside: the server cannot give a text another id. */
function textOf(content: OpenedContent, messageId: MessageId): string | undefined {
  return content.kind === 'text' && content.messageId === messageId ? content.text : undefined
}

function withoutCode({ messageId, from, text, atMs }: ChatMessage): ChatMessage {
  return { messageId, from, text, atMs, state: 'sending' }
}
