import type { MatchSession } from '@visavis/e2ee'
import type { E2ee } from '../ports.ts'

/**
 * The given encryption, with what is under way counted, so that a simulation moves its clock only when the real
 * cryptography, which runs on real threads, has come to rest. Also counts what must be wiped in the end.
 */
export type CountedE2ee = E2ee & { underWay(): number; openSessions(): number; unusedIdentities(): number }

export function countE2ee(e2ee: E2ee): CountedE2ee {
  let running = 0
  const sessions = new Set<MatchSession>()
  const identities = new Set<object>()

  async function counted<T>(work: () => Promise<T>): Promise<T> {
    running++
    try {
      return await work()
    } finally {
      running--
    }
  }

  function watch(session: MatchSession): MatchSession {
    const watched: MatchSession = {
      seal: (content) => counted(() => session.seal(content)),
      open: (bytes) => counted(() => session.open(bytes)),
      exporter: (label, context, length) => counted(() => session.exporter(label, context, length)),
      destroy() {
        sessions.delete(watched)
        return counted(() => session.destroy())
      },
    }
    sessions.add(watched)
    return watched
  }

  return {
    createMatchIdentity: (options) =>
      counted(async () => {
        const identity = await e2ee.createMatchIdentity(options)
        identities.add(identity)
        const destroy = identity.destroy.bind(identity)
        identity.destroy = () => {
          identities.delete(identity)
          destroy()
        }
        return identity
      }),
    createMatch: (identity, match) =>
      counted(async () => {
        const made = await e2ee.createMatch(identity, match)
        return made.ok ? { ok: true, value: { ...made.value, session: watch(made.value.session) } } : made
      }),
    joinMatch: (identity, match) =>
      counted(async () => {
        const made = await e2ee.joinMatch(identity, match)
        return made.ok ? { ok: true, value: { session: watch(made.value.session) } } : made
      }),
    checkIdentity: e2ee.checkIdentity,
    callCode: (session, facts) => counted(() => e2ee.callCode(session, facts)),
    commitToNonce: (callId, nonce) => counted(() => e2ee.commitToNonce(callId, nonce)),
    isCommittedNonce: (...given) => counted(() => e2ee.isCommittedNonce(...given)),
    frameKeyOf: (...given) => counted(() => e2ee.frameKeyOf(...given)),
    commitToFrame: (frame) => counted(() => e2ee.commitToFrame(frame)),
    stillOf: e2ee.stillOf,
    underWay: () => running,
    openSessions: () => sessions.size,
    unusedIdentities: () => identities.size,
  }
}
