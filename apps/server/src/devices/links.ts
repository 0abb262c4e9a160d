import type { Clock, Random } from '@visavis/ports'
import {
  fail,
  fromB64,
  LINK_LIFETIME_MS,
  LINK_SEALED_BYTES_MAX,
  ok,
  toB64,
  type LinkId,
  type Result,
  type RouteResponse,
} from '@visavis/wire'
import type { LinkStore } from './link-store.ts'
import type { Asker } from './service.ts'

/**
 * Links [K9]: a new device waits under an id that only its screen shows; a registered device of the same account answers
 * with what it seals to it. The server carries bytes it cannot open, once, for `LINK_LIFETIME_MS` at most.
 */
export type Links = {
  open(asker: Asker): Promise<Result<RouteResponse<'openLink'>>>
  /** Errors: DEVICE_REQUIRED, LINK_EXPIRED. */
  answer(asker: Asker, linkId: LinkId, sealed: string): Promise<Result<Record<string, never>>>
  /** Errors: LINK_EXPIRED. */
  read(asker: Asker, linkId: LinkId): Promise<Result<RouteResponse<'readLink'>>>
}

export function createLinks({ clock, random, store }: { clock: Clock; random: Random; store: LinkStore }): Links {
  return {
    async open({ accountId, sessionId }) {
      const link = {
        linkId: random.uuid() as LinkId,
        accountId,
        sessionId,
        expiresAtMs: clock.nowMs() + LINK_LIFETIME_MS,
      }
      await store.open(link)
      return ok({ linkId: link.linkId, expiresAtMs: link.expiresAtMs })
    },

    async answer({ accountId, isRegistered }, linkId, sealed) {
      if (!isRegistered) return fail('DEVICE_REQUIRED')
      const bytes = fromB64(sealed)
      if (!bytes || bytes.byteLength === 0 || bytes.byteLength > LINK_SEALED_BYTES_MAX) return fail('WIRE_INVALID')
      return (await store.answer(accountId, linkId, bytes, clock.nowMs())) ? ok({}) : fail('LINK_EXPIRED')
    },

    async read({ sessionId }, linkId) {
      const sealed = await store.read(sessionId, linkId, clock.nowMs())
      if (sealed === undefined) return fail('LINK_EXPIRED')
      return ok({ sealed: sealed && toB64(sealed) })
    },
  }
}
