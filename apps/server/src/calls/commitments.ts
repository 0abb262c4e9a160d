import { frameStampInput } from '@visavis/e2ee'
import type { Clock } from '@visavis/ports'
import {
  COMMITS_BURST,
  COMMITS_PER_SECOND,
  fail,
  ok,
  type ClientFrameBody,
  type DeviceId,
  type Result,
} from '@visavis/wire'
import { createTokenBucket, type DeliverOnce, type TokenBucket } from '../gateway/index.ts'
import type { StampKey, StampKeys } from '../stamps/index.ts'
import type { LiveCalls, Place, Side } from './live-calls.ts'

type Done = Result<Record<string, never>>
type Body = ClientFrameBody<'call.commit'>

/**
 * Stamps commitments to key frames [T3]: the sender tells us one, we tell the partner, with our word for who sent it, in
 * which call and when (e2ee SPEC EV3). Nothing is stored and nothing of the picture is known here. Not ordered and not
 * repeated: a frame whose stamp is lost counts as not committed, and the partner's app asks for the next one.
 */
export function createCommitments(deps: {
  clock: Clock
  live: Pick<LiveCalls, 'placeOf'>
  stampKeys: Pick<StampKeys, 'peek' | 'current'>
  deliverOnce: DeliverOnce
}) {
  const { clock, live, stampKeys, deliverOnce } = deps
  const buckets = new WeakMap<Side, TokenBucket>()

  function bucketOf(side: Side): TokenBucket {
    const perSecond = COMMITS_PER_SECOND
    const known = buckets.get(side)
    const bucket = known ?? createTokenBucket({ perSecond, burst: COMMITS_BURST, nowMs: clock.monotonicMs() })
    if (!known) buckets.set(side, bucket)
    return bucket
  }

  function tell(
    { side }: Place,
    { callId, count, commitment }: Body,
    { id: keyId, mac }: StampKey,
    atMs: number,
  ): Done {
    const partner = side.other()
    const { accountId: senderAccount } = side
    const stamped = { keyId, senderAccount, recipientAccount: partner.accountId, callId, count, atMs, commitment }
    const stamp = mac.of(frameStampInput(stamped))
    deliverOnce(partner.deviceId, 'call.committed', { callId, count, commitment, atMs, stampKeyId: keyId, stamp })
    return ok({})
  }

  /** Only a side of the live call may, and only where there are pictures. Rejects when the day's key cannot be had. */
  function commit(device: DeviceId, body: Body): Done | Promise<Done> {
    const place = live.placeOf(device, body.callId)
    if (!place) return fail('CALL_UNKNOWN')
    if (place.call.record.mode !== 'video') return fail('NOT_ALLOWED')
    const waitMs = bucketOf(place.side).take(clock.monotonicMs())
    if (waitMs > 0) return fail('RATE_LIMITED', waitMs)
    const atMs = clock.nowMs()
    const key = stampKeys.peek(atMs)
    if (key) return tell(place, body, key, atMs)
    return stampKeys.current(atMs).then((made) => {
      // The call may have ended meanwhile.
      const still = live.placeOf(device, body.callId)
      return still ? tell(still, body, made, atMs) : fail('CALL_UNKNOWN')
    })
  }

  return { commit }
}
