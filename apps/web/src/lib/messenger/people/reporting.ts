import type { ReportEntry } from '@visavis/e2ee'
import {
  fail,
  fromB64,
  ok,
  REPORT_MESSAGES_MAX,
  REPORT_WORDS_CHARS_MAX,
  toB64,
  type AccountId,
  type ConversationId,
  type ReportCategory,
  type Result,
} from '@visavis/wire'
import type * as E2ee from '@visavis/e2ee'
import type { Api } from '../../account/api.ts'
import type { MessageRecord } from '../core-types.ts'
import type { MessageReport } from '../report-types.ts'
import type { Row, RowStore } from '../view/rows.ts'

/**
 * Reports of messages [T2]. What leaves the device, sealed to the moderators: the messages the person chose, opened, and
 * of everything between the first and the last of them only that it was there (who, when, at which position), so that
 * nothing can be left out unseen. A message that was edited is reported with its edit, since that is what was on screen.
 */
export async function reportMessages(
  deps: {
    readonly api: Api
    readonly e2ee: Pick<typeof E2ee, 'sealReport'>
    readonly store: RowStore
    readonly me: AccountId
  },
  wish: {
    readonly conversationId: ConversationId
    readonly positions: readonly number[]
    readonly category: ReportCategory
    readonly words: string | undefined
  },
): Promise<Result<MessageReport>> {
  const { conversationId, category, words } = wish
  if (words !== undefined && words.length > REPORT_WORDS_CHARS_MAX) return fail('WIRE_INVALID')
  const entries = await entriesOf(deps.store, conversationId, wish.positions)
  if (!entries) return fail('WIRE_INVALID')
  const key = await deps.api.call('getReportKey')
  if (!key.ok) return key
  const publicKey = fromB64(key.value.publicKey)
  if (publicKey?.byteLength !== REPORT_KEY_BYTES) return fail('SERVER_INTERNAL')
  const sealed = await deps.e2ee.sealReport({ reporter: deps.me, conversationId, publicKey, entries })
  const answer = await deps.api.call('reportMessages', {
    body: { conversationId, category, ...(words !== undefined && { words }), sealed: toB64(sealed) },
  })
  return answer.ok ? ok(answer.value) : answer
}

const REPORT_KEY_BYTES = 32

/** Entries in the order of positions, or undefined when the choice cannot be reported: too much, not here, own only. */
async function entriesOf(
  store: RowStore,
  conversationId: ConversationId,
  positions: readonly number[],
): Promise<readonly ReportEntry[] | undefined> {
  if (positions.length === 0 || positions.length > REPORT_MESSAGES_MAX) return undefined
  if (!positions.every((position) => Number.isSafeInteger(position) && position > 0)) return undefined
  const span = spanOf(positions)
  if (span.to - span.from >= REPORT_MESSAGES_MAX) return undefined
  const chosen = withEdits(new Set(positions), await store.between(conversationId, span.from, span.to))
  const whole = spanOf([...chosen])
  if (whole.to - whole.from >= REPORT_MESSAGES_MAX) return undefined
  const rows = await store.between(conversationId, whole.from, whole.to)
  const entries = rows.flatMap(({ record }) => {
    if (!record) return []
    return [entryOf(conversationId, record, chosen.has(record.position))]
  })
  const isComplete = [...chosen].every((position) =>
    entries.some((entry) => entry.stamped.position === position && entry.evidence !== undefined),
  )
  return isComplete ? entries : undefined
}

/**
 * The chosen positions and those of their edits. Where the two are further apart than a report reaches, the edit stands
 * for its message: it is what the person saw.
 */
function withEdits(chosen: ReadonlySet<number>, rows: readonly Row[]): ReadonlySet<number> {
  const both = new Set(chosen)
  const latest = new Set(chosen)
  for (const { position, effects } of rows) {
    if (!chosen.has(position) || !effects.edit) continue
    both.add(effects.edit.position)
    latest.add(effects.edit.position)
    latest.delete(position)
  }
  const { from, to } = spanOf([...both])
  return to - from < REPORT_MESSAGES_MAX ? both : latest
}

function spanOf(positions: readonly number[]) {
  return { from: Math.min(...positions), to: Math.max(...positions) }
}

function entryOf(conversationId: ConversationId, record: MessageRecord, isOpened: boolean): ReportEntry {
  const { stampKeyId, senderAccount, senderDevice, generation, position, sentAtMs, commitment, stamp } = record
  return {
    stamped: { stampKeyId, senderAccount, senderDevice, conversationId, generation, position, sentAtMs, commitment },
    stamp,
    ...(isOpened && record.evidence && { evidence: record.evidence }),
  }
}
