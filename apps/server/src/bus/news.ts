import type { Bus, Log } from '@visavis/ports'
import { uuid, type AccountId, type DeviceId } from '@visavis/wire'
import * as z from 'zod/mini'

const id = <T extends string>() =>
  z.pipe(
    uuid,
    z.transform((text) => text as T),
  )

/** What nodes tell each other, by subject: ids of accounts and devices, never anything about them. JSON in UTF-8. */
const NEWS = {
  /** These two must not meet from now on [M7]. Already done on the node that says so. */
  'accounts.parted': z.strictObject({ one: id<AccountId>(), other: id<AccountId>() }),
  /** This device is signed out: its sockets and sessions end, wherever they are. */
  'session.ended': z.strictObject({
    device: id<DeviceId>(),
    code: z.enum(['AUTH_REQUIRED', 'AUTH_EXPIRED']),
  }),
} as const

type Subject = keyof typeof NEWS
type Message<S extends Subject> = z.infer<(typeof NEWS)[S]>

export type News = {
  /** Never throws: what is told has been done here and is in storage, so that a lost word delays, but loses nothing. */
  readonly tell: <S extends Subject>(subject: S, message: Message<S>) => void
  /** Listeners may hear their own node and hear things twice. Returns what ends the subscription. */
  readonly on: <S extends Subject>(subject: S, listener: (message: Message<S>) => void) => () => void
}

/**
 * News between equal nodes, over the bus. Bytes from the bus are checked like any stranger's: what does not fit is logged
 * and forgotten, and a listener that fails does not take the node with it.
 */
export function createNews(deps: { bus: Bus; log: Log }): News {
  const { bus, log } = deps

  function tell<S extends Subject>(subject: S, message: Message<S>): void {
    try {
      bus.publish(subject, new TextEncoder().encode(JSON.stringify(message)))
    } catch (error) {
      log.warn('bus.not-told', { reason: subject, err: error })
    }
  }

  function on<S extends Subject>(subject: S, listener: (message: Message<S>) => void): () => void {
    return bus.subscribe(subject, (bytes) => {
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

function read<S extends Subject>(subject: S, bytes: Uint8Array): Message<S> | undefined {
  try {
    const parsed = NEWS[subject].safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
    return parsed.success ? (parsed.data as Message<S>) : undefined
  } catch {
    return undefined
  }
}
