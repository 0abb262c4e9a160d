import type { CallRole } from '@visavis/e2ee'
import type * as E2ee from '@visavis/e2ee'
import type { Clock, Log } from '@visavis/ports'
import {
  COMMITS_BURST,
  COMMITS_PER_SECOND,
  type AckResult,
  type CallId,
  type ClientFrameBody,
  type Result,
} from '@visavis/wire'

export type Commit = (
  name: 'call.commit',
  body: ClientFrameBody<'call.commit'>,
) => Promise<Result<AckResult<'call.commit'>>>
export type FrameKey = (sender: CallRole) => Promise<Uint8Array | undefined>

/**
 * Our side of the evidence: commits to each key frame we send (e2ee SPEC, "Evidence of video"). Beyond what the server
 * takes nothing is sent: the partner asks for another key frame soon enough.
 */
export function createOwnFrames(deps: {
  readonly e2ee: Pick<typeof E2ee, 'commitToFrame'>
  readonly clock: Clock
  readonly log: Log
  readonly callId: CallId
  readonly role: CallRole
  readonly frameKey: FrameKey
  readonly connection: { request: Commit }
}): { sent(digest: Uint8Array): void; confirmed(): void; close(): void } {
  const { callId, clock, e2ee, role } = deps
  let key: Promise<Uint8Array | undefined> | undefined
  let count = 0
  let allowance: number = COMMITS_BURST
  let allowedAtMs = clock.monotonicMs()
  let isClosed = false
  // Counts rise in the order of the frames, and so must the commitments.
  let chain: Promise<unknown> = Promise.resolve()

  function isAllowed(): boolean {
    const nowMs = clock.monotonicMs()
    allowance = Math.min(COMMITS_BURST, allowance + ((nowMs - allowedAtMs) / 1_000) * COMMITS_PER_SECOND)
    allowedAtMs = nowMs
    if (allowance < 1) return false
    allowance -= 1
    return true
  }

  async function commitTo(digest: Uint8Array, mine: number): Promise<void> {
    const frameKey = await key
    if (!frameKey || isClosed) return
    const { commitment } = await e2ee.commitToFrame({ frameKey, callId, sender: role, count: mine, digest })
    if (isClosed) return
    // Not waited for: one that is lost is one frame without evidence.
    void deps.connection.request('call.commit', { callId, count: mine, commitment: commitment.slice() })
  }

  return {
    confirmed: () => void (key ??= deps.frameKey(role)),
    sent(digest) {
      if (isClosed || !key || !isAllowed()) return
      const mine = ++count
      chain = chain
        .then(() => commitTo(digest, mine))
        .catch((err: unknown) => deps.log.error('frame not committed to', { call: callId, err }))
    },
    close() {
      isClosed = true
    },
  }
}
