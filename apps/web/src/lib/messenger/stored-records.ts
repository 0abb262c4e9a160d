import type { KeyPackage } from '@visavis/e2ee'
import { SUITE_KINDS } from '@visavis/wire'
import * as z from 'zod/mini'
import { bytes, flag, maybe, oneOf, recordKind, text, time, whole } from '../vault/record-kind.ts'
import type {
  ChainsRecord,
  ConversationRecord,
  GroupRecord,
  MessageRecord,
  NoticeRecord,
  OutboxRecord,
} from './core-types.ts'
import type { PendingStep } from './core/conversation.ts'
import type { Entry } from './core/inbox.ts'

/**
 * What the core keeps in the vault, as it is checked when it is read (see `record-kind.ts`). What becomes of one that
 * cannot be read stands where it is read.
 */
const positions = z.record(text, whole)
const texts = z.array(text)
const chain = z.looseObject({ count: whole, previous: bytes })
const evidence = z.looseObject({ frankingKey: bytes, body: bytes })

/** What opens an encrypted file. */
export const fileShape = z.looseObject({
  fileId: text,
  key: bytes,
  root: bytes,
  sizeBytes: whole,
  mime: text,
  name: text,
  role: oneOf(['photo', 'voice', 'document']),
  isViewOnce: flag,
  preview: maybe(bytes),
  durationMs: maybe(whole),
  width: maybe(whole),
  height: maybe(whole),
})

/** One of a kind that a later app knows is not readable here. */
const content = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('text'), text, replyTo: maybe(whole) }),
  z.looseObject({ kind: z.literal('reaction'), target: whole, emoji: text }),
  z.looseObject({ kind: z.literal('edit'), target: whole, text }),
  z.looseObject({ kind: z.literal('unsend'), target: whole }),
  z.looseObject({ kind: z.literal('read'), upTo: whole }),
  z.looseObject({ kind: z.literal('title'), text }),
  z.looseObject({ kind: z.literal('file'), file: fileShape, caption: text, replyTo: maybe(whole) }),
  z.looseObject({ kind: z.literal('timer'), seconds: whole }),
  z.looseObject({ kind: z.literal('sharing'), on: flag, since: maybe(whole) }),
])

export const messageRecord = recordKind<MessageRecord>({
  name: 'message',
  shape: {
    messageId: text,
    position: whole,
    generation: whole,
    senderAccount: text,
    senderDevice: text,
    sentAtMs: time,
    clientMs: time,
    content: maybe(content),
    code: maybe(text),
    isAfterGap: flag,
    isRepeat: maybe(flag),
    evidence: maybe(evidence),
    commitment: bytes,
    stampKeyId: whole,
    stamp: bytes,
  },
})

export const noticeRecord = recordKind<NoticeRecord>({
  name: 'notice',
  shape: {
    notice: z.looseObject({
      kind: oneOf(['started', 'secured-again', 'over', 'joined', 'left', 'key-changed', 'device-added']),
      accountId: maybe(text),
    }),
    atMs: time,
  },
})

export const outboxRecord = recordKind<OutboxRecord>({
  name: 'outbox',
  shape: {
    order: whole,
    messageId: text,
    createdAtMs: time,
    content,
    state: oneOf(['held', 'waiting', 'failed']),
    code: maybe(text),
    sealed: maybe(
      z.looseObject({ generation: whole, epoch: whole, ciphertext: bytes, commitment: bytes, evidence, chain }),
    ),
  },
})

const member = z.looseObject({
  accountId: text,
  handle: text,
  isOwner: flag,
  accountKey: text,
  devices: z.array(z.looseObject({ deviceId: text, deviceKey: text })),
  deliveredPosition: whole,
})

export const conversationRecord = recordKind<ConversationRecord>({
  name: 'conversation',
  shape: {
    server: z.looseObject({
      conversationId: text,
      kind: oneOf(SUITE_KINDS),
      state: oneOf(['open', 'requested', 'request', 'over']),
      generation: whole,
      epoch: whole,
      position: whole,
      createdAtMs: time,
      members: z.array(member),
      roster: texts,
    }),
    lastPosition: whole,
    readPosition: whole,
    readSent: whole,
    readBy: positions,
    deliveredTo: positions,
    title: text,
    timerSeconds: whole,
    titleAt: maybe(whole),
    timerAt: maybe(whole),
    isMuted: flag,
    sharing: maybe(z.record(text, z.looseObject({ on: flag, position: whole }))),
    isSharingAside: maybe(flag),
    knownSinceMs: maybe(time),
    filesFreeUpTo: maybe(whole),
    shownMembers: maybe(texts),
  },
})

export const groupRecord = recordKind<GroupRecord>({
  name: 'group',
  shape: {
    state: bytes,
    epoch: whole,
    sinceEpoch: whole,
    devices: texts,
    renewedAtMs: time,
    sentSince: whole,
    retiredAtMs: maybe(time),
  },
})

export const chainsRecord = recordKind<ChainsRecord>({
  name: 'chains',
  shape: { isFromStart: flag, own: maybe(chain), of: z.record(text, chain) },
})

export const pendingRecord = recordKind<PendingStep>({
  name: 'pending step',
  shape: {
    generation: whole,
    epoch: whole,
    messageId: text,
    commit: maybe(bytes),
    welcome: maybe(bytes),
    adds: texts,
    removes: texts,
    next: z.looseObject({ state: bytes, epoch: whole, devices: texts }),
  },
})

export const keyPackageRecord = recordKind<KeyPackage & { readonly madeAtMs: number }>({
  name: 'key package',
  shape: { id: text, suite: oneOf(SUITE_KINDS), bytes, secret: bytes, isLast: flag, madeAtMs: time },
})

/** A delivery that waits for its commit. */
export const entryRecord = recordKind<Entry>({
  name: 'entry',
  shape: {
    seq: whole,
    conversationId: text,
    generation: whole,
    epoch: whole,
    kind: oneOf(['welcome', 'commit', 'message']),
    messageId: text,
    senderAccount: text,
    senderDevice: text,
    position: whole,
    sentAtMs: time,
    commitment: maybe(bytes),
    stampKeyId: maybe(whole),
    stamp: maybe(bytes),
    bytes,
  },
})

export const cursorRecord = recordKind<{ readonly durableSeq: number }>({
  name: 'cursor',
  shape: { durableSeq: whole },
})
