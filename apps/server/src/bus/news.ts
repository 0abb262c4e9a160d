import type { Bus, Log } from '@visavis/ports'
import {
  CONVERSATION_ACCOUNTS_MAX,
  DEVICES_PER_ACCOUNT_MAX,
  uuid,
  type AccountId,
  type CallId,
  type ConversationId,
  type DeviceId,
} from '@visavis/wire'
import * as z from 'zod/mini'

/** More are told in several messages. */
export const ACCOUNTS_TOLD_MAX = 256
const DEVICES_TOLD_MAX = CONVERSATION_ACCOUNTS_MAX * DEVICES_PER_ACCOUNT_MAX

const id = <T extends string>() =>
  z.pipe(
    uuid,
    z.transform((text) => text as T),
  )
const devices = z.array(id<DeviceId>()).check(z.minLength(1), z.maxLength(DEVICES_TOLD_MAX))

/** What nodes tell each other, by subject: ids and numbers, never anything a person wrote or is called. */
const NEWS = {
  /** These two must not meet from now on [M7]. Already done on the node that says so. */
  'accounts.parted': z.strictObject({ one: id<AccountId>(), other: id<AccountId>() }),
  /** This device is signed out: its sockets and sessions end, wherever they are. */
  'session.ended': z.strictObject({
    device: id<DeviceId>(),
    code: z.enum(['AUTH_REQUIRED', 'AUTH_EXPIRED']),
  }),
  /** The devices of these accounts are to ask for these lists again. */
  'accounts.changed': z.strictObject({
    accounts: z.array(id<AccountId>()).check(z.minLength(1), z.maxLength(ACCOUNTS_TOLD_MAX)),
    lists: z.array(z.enum(['contacts', 'conversations', 'devices'])).check(z.minLength(1), z.maxLength(3)),
  }),
  /** This device of `account` is to learn that both sides of its call wish to stay in contact; `other` is who is there. */
  'contact.made': z.strictObject({
    account: id<AccountId>(),
    device: id<DeviceId>(),
    callId: id<CallId>(),
    other: id<AccountId>(),
    conversationId: id<ConversationId>(),
  }),
  /** Its members, devices or state are others now: what is in memory of it is old. */
  'conversation.changed': z.strictObject({ conversationId: id<ConversationId>() }),
  /** What this member's devices have got, for the devices `to`. */
  'conversation.delivered': z.strictObject({
    conversationId: id<ConversationId>(),
    accountId: id<AccountId>(),
    position: z.int().check(z.nonnegative()),
    to: devices,
  }),
  /** This member types, for the devices `to`. */
  'conversation.typing': z.strictObject({
    conversationId: id<ConversationId>(),
    accountId: id<AccountId>(),
    to: devices,
  }),
} as const

type Subject = keyof typeof NEWS
type Message<S extends Subject> = z.infer<(typeof NEWS)[S]>

export type News = {
  /** Never throws: what is told has been done here and is in storage, so that a lost word delays, but loses nothing. */
  readonly tell: <S extends Subject>(subject: S, message: Message<S>) => void
  /** What the other nodes tell, perhaps twice; never what this one does. Returns what ends the subscription. */
  readonly on: <S extends Subject>(subject: S, listener: (message: Message<S>) => void) => () => void
}

/**
 * News between equal nodes, over the bus: JSON in UTF-8, with the name of the node that tells it in front, so that a node
 * knows its own at a glance. `node` is any name that no other node has. Bytes from the bus are checked like any stranger's:
 * what does not fit is logged and forgotten, and a listener that fails does not take the node with it.
 */
export function createNews(deps: { bus: Bus; log: Log; node: string }): News {
  const { bus, log } = deps
  const head = `{"from":${JSON.stringify(deps.node)},"news":`
  const own = Buffer.from(head)

  function tell<S extends Subject>(subject: S, message: Message<S>): void {
    try {
      bus.publish(subject, Buffer.from(`${head}${JSON.stringify(message)}}`))
    } catch (error) {
      log.warn('bus.not-told', { reason: subject, err: error })
    }
  }

  function on<S extends Subject>(subject: S, listener: (message: Message<S>) => void): () => void {
    return bus.subscribe(subject, (bytes) => {
      if (own.equals(bytes.subarray(0, own.byteLength))) return
      const message = read(subject, bytes)
      if (!message) return log.warn('bus.unreadable', { reason: subject })
      try {
        listener(message)
      } catch (error) {
        log.error('bus.listener-failed', { reason: subject, err: error })
      }
    })
  }

  return { tell, on }
}

const envelope = z.strictObject({ from: uuid, news: z.unknown() })

function read<S extends Subject>(subject: S, bytes: Uint8Array): Message<S> | undefined {
  try {
    const parsed = envelope.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
    const news = parsed.success ? NEWS[subject].safeParse(parsed.data.news) : undefined
    return news?.success ? (news.data as Message<S>) : undefined
  } catch {
    return undefined
  }
}
