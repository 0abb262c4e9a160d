import { DAY, HOUR, type Clock, type Log } from '@visavis/ports'
import { CALL_RECEIPT_DAYS, FRAME_FAULTS, fail, ok, type CallId, type Result } from '@visavis/wire'
import * as z from 'zod/mini'
import { bytes, flag, maybe, oneOf, openAll, recordKind, text, time, whole } from '../vault/record-kind.ts'
import type { Change, Vault } from '../vault/types.ts'
import type { CapsuleContent, CapsuleHead, CapsuleWishes } from './types.ts'

/** As long as a call can be reported with its receipt: what cannot be handed in any more is of no use. */
export const CAPSULE_MS = CALL_RECEIPT_DAYS * DAY
const SWEEP_EVERY_MS = HOUR

/** Shelf `drafts`, one record each per call: a list of capsules must not unseal their pictures. */
const HEAD = 'capsule'
const CONTENT = 'capsule-content'

const headRecord = recordKind<CapsuleHead>({
  name: 'capsule',
  shape: {
    callId: text,
    pseudonym: text,
    startedAtMs: maybe(time),
    keptAtMs: time,
    textCount: whole,
    pictureCount: whole,
    submission: maybe(
      z.looseObject({
        reportId: text,
        answerByMs: time,
        atMs: time,
        isVerified: maybe(flag),
        faults: z.array(oneOf(FRAME_FAULTS)),
      }),
    ),
  },
})

const contentRecord = recordKind<CapsuleContent>({
  name: 'capsule content',
  shape: {
    texts: z.array(z.looseObject({ from: oneOf(['me', 'them']), text, atMs: time })),
    frames: z.array(
      z.looseObject({
        callId: text,
        sender: oneOf(['creator', 'joiner']),
        count: whole,
        atMs: time,
        stampKeyId: whole,
        stamp: bytes,
        commitment: bytes,
        frankingKey: bytes,
        frame: bytes,
      }),
    ),
    stills: z.array(bytes),
    receipt: maybe(bytes),
  },
})

export type CapsuleShelf = CapsuleWishes & { readonly stop: () => void }

/** Capsules in the open vault. What has had its 30 days goes when this opens, every hour, and whenever somebody looks. */
export async function openCapsuleShelf(deps: {
  readonly vault: Vault
  readonly clock: Clock
  readonly log: Log
  readonly serverNowMs: () => number
}): Promise<CapsuleShelf> {
  const { vault, log } = deps

  async function heads(): Promise<readonly CapsuleHead[]> {
    const listed = await vault.list({ shelf: 'drafts', prefix: [HEAD] })
    const { records, damaged } = openAll(headRecord, listed, log)
    const bornMs = deps.serverNowMs() - CAPSULE_MS
    const isOld = ({ keptAtMs }: CapsuleHead) => keptAtMs <= bornMs
    const gone = records.filter(({ record }) => isOld(record)).map(({ key }) => key)
    // Without a head nothing can be found any more: what is left of it goes, too.
    const changes = [...gone, ...damaged].flatMap((key) => removal(key[1] as CallId))
    if (changes.length > 0) await vault.write(changes)
    return records
      .map(({ record }) => record)
      .filter((head) => !isOld(head))
      .toSorted((one, other) => other.keptAtMs - one.keptAtMs)
  }

  await heads()
  const stop = deps.clock.every(SWEEP_EVERY_MS, () => {
    heads().catch((err: unknown) => log.error('capsules not swept', { err }))
  })

  return {
    stop,
    async keepCapsule({ head, content }) {
      const { callId } = head
      await vault.write([
        { shelf: 'drafts', key: [HEAD, callId], value: headRecord.write(head) },
        { shelf: 'drafts', key: [CONTENT, callId], value: contentRecord.write(content) },
      ])
      return ok(true as const)
    },
    capsules: async () => ok(await heads()),
    async openCapsule(callId): Promise<Result<CapsuleContent>> {
      const isListed = (await heads()).some((head) => head.callId === callId)
      const content = contentRecord.read(await vault.get('drafts', [CONTENT, callId]))
      return isListed && content ? ok(content) : fail('NOT_FOUND')
    },
    async markSubmitted(callId, submission) {
      const head = (await heads()).find((each) => each.callId === callId)
      if (!head) return fail('NOT_FOUND')
      const record = headRecord.write({ ...head, submission })
      await vault.write([{ shelf: 'drafts', key: [HEAD, callId], value: record }])
      return ok(true as const)
    },
    async shredCapsule(callId) {
      await vault.write(removal(callId))
      return ok(true as const)
    },
  }
}

function removal(callId: CallId): readonly Change[] {
  return [
    { shelf: 'drafts', key: [HEAD, callId], value: undefined },
    { shelf: 'drafts', key: [CONTENT, callId], value: undefined },
  ]
}
