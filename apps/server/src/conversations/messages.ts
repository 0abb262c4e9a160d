import assert from 'node:assert/strict'
import { stampInputShared } from '@visavis/e2ee'
import type { Clock } from '@visavis/ports'
import { fail, ok, type AccountId, type AckResult, type ClientFrameBody, type Result } from '@visavis/wire'
import type { Draft, Mailbox, Positions, Posting, Prepared, StoredEntry, StoredMessage } from '../mailbox/index.ts'
import { stampKeyOf, type StampKey, type StampKeys } from '../stamps/index.ts'
import type { Apart } from './apart.ts'
import type { Book } from './book.ts'
import { judgeMessage, reaches, type Standing } from './rules.ts'
import type { Actor, Conversation } from './types.ts'

type Body = ClientFrameBody<'conversation.send'>
type Answer = Result<AckResult<'conversation.send'>>

export type MessageDeps = {
  readonly clock: Clock
  readonly book: Book
  readonly apart: Apart
  readonly stampKeys: StampKeys
  readonly mailbox: Pick<Mailbox, 'post'>
}

/**
 * Messages of conversations. Judged, numbered and stamped when their batch is made up, so that they and the steps of the
 * group have one order for everybody; all that is looked at is in memory, so a message costs no query of its own.
 */
export function createMessages(deps: MessageDeps) {
  /** Errors: DEVICE_REQUIRED, CONVERSATION_UNKNOWN, CONVERSATION_EPOCH, CONVERSATION_WAITS, SERVER_STORAGE. */
  function send(sender: Actor, body: Body): Promise<Answer> {
    if (!sender.isRegistered) return Promise.resolve(fail('DEVICE_REQUIRED'))
    const posting = createPosting(deps, sender, body)
    // Begins to fetch what is missing; the batch waits for it.
    posting.ready()?.catch(() => undefined)
    return deps.mailbox.post(posting)
  }

  return { send }
}

function createPosting(deps: MessageDeps, sender: Actor, body: Body): Posting<Answer> {
  const { clock, book, apart, stampKeys } = deps
  const { conversationId, messageId } = body
  let isGone = false

  function isWarm(): boolean {
    return !!book.peek(conversationId) && !!apart.peek(sender.accountId) && !!stampKeys.peek(clock.nowMs())
  }

  async function gather(): Promise<void> {
    const [found] = await Promise.all([
      book.load(conversationId),
      apart.load(sender.accountId),
      stampKeys.current(clock.nowMs()),
    ])
    isGone = !found
  }

  function prepare(positions: Positions): Prepared<Answer> {
    const conversation = book.peek(conversationId)
    if (!conversation) return isGone ? refused(fail('CONVERSATION_UNKNOWN')) : { kind: 'late' }
    const others = apart.peek(sender.accountId)
    const sentAtMs = clock.nowMs()
    const key = stampKeys.peek(sentAtMs)
    if (!others || !key) return { kind: 'late' }
    const position = positions.next(conversation)
    const standing = judgeMessage(conversation, sender, body, position)
    if (!standing.ok) return refused(standing)
    positions.take(conversation)
    return write({ conversation, sender, body, others, standing: standing.value, key, position, sentAtMs })
  }

  async function known(first: StoredMessage): Promise<Answer> {
    if (first.kind !== 'message' || first.conversationId !== conversationId) return fail('WIRE_INVALID')
    assert(first.stamping, 'a message was stored without a stamp')
    const key = await stampKeys.byId(first.stamping.keyId)
    assert(key, 'a message outlived the key of its stamp')
    return answerOf(first, first.senderAccount, stampKeyOf(first.stamping.keyId, key), first.stamping.commitment)
  }

  return {
    senderDevice: sender.deviceId,
    messageId,
    ready: () => (isWarm() ? undefined : gather()),
    prepare,
    known,
  }
}

type Written = {
  readonly conversation: Conversation
  readonly sender: Actor
  readonly body: Body
  readonly others: ReadonlySet<AccountId>
  readonly standing: Standing
  readonly key: StampKey
  readonly position: number
  readonly sentAtMs: number
}

/** A row for each device in the group but the sender's and those of people who are apart from the sender [WV5]. */
function write({ conversation, sender, body, others, standing, key, position, sentAtMs }: Written): Prepared<Answer> {
  const { conversationId, generation, epoch, messageId, commitment, ciphertext, isQuiet } = body
  const { accountId: senderAccount, deviceId: senderDevice } = sender
  const said = { conversationId, generation, senderAccount, senderDevice, position, sentAtMs }
  const stamps = new Map<AccountId, Uint8Array<ArrayBuffer>>()
  const drafts: Draft[] = []
  const addRow = (recipientDevice: Draft['recipientDevice'], recipient: AccountId, bytes: Body['ciphertext']) => {
    const stamp = stamps.get(recipient) ?? stampFor(said, recipient, key, commitment)
    stamps.set(recipient, stamp)
    const stamping = { keyId: key.id, commitment, stamp }
    const part = drafts.length
    const shared = {
      kind: 'message',
      recipientDevice,
      messageId,
      epoch,
      part,
      stamping,
      ...(isQuiet && { isQuiet }),
    } as const
    drafts.push({ ...said, ...shared, ciphertext: bytes })
  }
  for (const [device, account] of conversation.roster) {
    if (device === senderDevice || others.has(account) || !reaches(standing, senderAccount, account)) continue
    // Added since: it has no key for this epoch.
    if (epoch < (conversation.latecomers.get(device) ?? 0)) continue
    addRow(device, account, ciphertext)
  }
  // Goes to nobody, and is remembered all the same: sent again, it has the same position.
  if (drafts.length === 0) addRow(senderDevice, senderAccount, new Uint8Array(0))
  return { kind: 'rows', drafts, answer: answerOf(said, senderAccount, key, commitment, stamps.get(senderAccount)) }
}

type Said = Pick<
  StoredEntry,
  'conversationId' | 'generation' | 'senderAccount' | 'senderDevice' | 'position' | 'sentAtMs'
>

function answerOf(
  said: Said,
  senderAccount: AccountId,
  key: StampKey,
  commitment: Uint8Array,
  known?: Uint8Array<ArrayBuffer>,
): Answer {
  const { position, sentAtMs } = said
  const stamp = known ?? stampFor(said, senderAccount, key, commitment)
  return ok({ position, sentAtMs, stampKeyId: key.id, stamp })
}

/** HMAC-SHA-256 over what the e2ee SPEC (franking) says a stamp covers. */
function stampFor(
  said: Said,
  recipient: AccountId,
  { id, mac }: StampKey,
  commitment: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const { conversationId, generation, senderAccount, senderDevice, position, sentAtMs } = said
  const place = { conversationId, generation, senderAccount, senderDevice, position, sentAtMs }
  return mac.of(stampInputShared({ ...place, stampKeyId: id, recipient, commitment }))
}

function refused(answer: Answer): Prepared<Answer> {
  return { kind: 'refused', answer }
}
