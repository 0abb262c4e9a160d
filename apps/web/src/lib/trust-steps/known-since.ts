import { KNOWN_MINUTES } from '@visavis/policy'
import { MINUTE, type Clock, type Log } from '@visavis/ports'
import type { Core } from '../messenger/core-types.ts'
import type { Contact } from '../messenger/types.ts'

/**
 * Since when the two people of each pair are contacts, kept with the conversation, so that it holds without a network; and a
 * call when the first day of somebody is over.
 */
export type KnownSince = {
  /** The list of contacts or of conversations is another one. */
  readonly refresh: () => void
  readonly stop: () => void
}

const KNOWN_MS = KNOWN_MINUTES * MINUTE

export function createKnownSince(deps: {
  readonly clock: Pick<Clock, 'after'>
  readonly log: Log
  readonly core: Pick<Core, 'conversations' | 'update'>
  readonly serverNowMs: () => number
  /** Empty until the server has answered. */
  readonly contacts: () => readonly Contact[]
  /** Messages may reach further than before. */
  readonly changed: () => void
}): KnownSince {
  const { clock, core } = deps
  let isStopped = false
  let stopWaiting = () => {}

  function plan(): void {
    stopWaiting()
    if (isStopped) return
    const nowMs = deps.serverNowMs()
    const waits = core
      .conversations()
      .map(({ knownSinceMs }) => (knownSinceMs ?? -Infinity) + KNOWN_MS - nowMs)
      .filter((waitMs) => waitMs > 0)
    if (waits.length === 0) return
    stopWaiting = clock.after(Math.min(...waits), () => {
      deps.changed()
      plan()
    })
  }

  async function note(): Promise<void> {
    const since = new Map(deps.contacts().map(({ conversationId, sinceMs }) => [conversationId, sinceMs]))
    for (const { server, knownSinceMs } of core.conversations()) {
      const sinceMs = since.get(server.conversationId)
      if (server.kind !== 'pair' || sinceMs === undefined || sinceMs === knownSinceMs) continue
      await core.update(server.conversationId, { knownSinceMs: sinceMs })
    }
    plan()
    deps.changed()
  }

  return {
    refresh() {
      note().catch((err: unknown) => {
        if (!isStopped) deps.log.error('messages.known-since-failed', { err })
      })
    },
    stop() {
      isStopped = true
      stopWaiting()
    },
  }
}
