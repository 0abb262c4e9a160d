import type { Flag } from '@visavis/safety'
import type { QuotedFinding } from '../messenger/safety-types.ts'
import { isTold, type SafetyPreferences } from './preferences.ts'

/**
 * How much is shown under a message: `card` for a threat, `line` for one sentence, `mark` for a sign that says the same to
 * who presses or hears it. What was said a moment ago is not said as loudly again: a conversation stays a conversation.
 */
export type Notice = {
  readonly look: 'card' | 'line' | 'mark'
  /** The gravest first. Never empty. */
  readonly findings: readonly QuotedFinding[]
}

/** A message as far as notices go; of calls and of conversations alike. */
export type Noticed = {
  readonly messageId: string
  readonly findings?: readonly QuotedFinding[]
  readonly isUnchecked?: true
}

export type Notices = {
  readonly of: ReadonlyMap<string, Notice>
  /** The first of each run of messages that could not be checked. */
  readonly unchecked: ReadonlySet<string>
}

/** Within so many messages the same flag is not told in full again. */
export const REPEAT_MESSAGES = 10

const BY_GRAVITY: readonly Flag[] = [
  'threat',
  'money',
  'intimate_request',
  'coercion',
  'pii_request',
  'impersonation',
  'leave_platform',
  'urgency',
  'inconsistent',
  'love_bombing',
  'own_pii',
]

/** What stands under each of the messages, which are in order. */
export function noticesOf(messages: readonly Noticed[], preferences: SafetyPreferences): Notices {
  const of = new Map<string, Notice>()
  const unchecked = new Set<string>()
  const toldAt = new Map<Flag, number>()
  let isUncheckedBefore = false
  for (const [index, message] of messages.entries()) {
    if (message.isUnchecked && !isUncheckedBefore && preferences.isOn) unchecked.add(message.messageId)
    isUncheckedBefore = message.isUnchecked === true
    const findings = byGravity((message.findings ?? []).filter(({ flag }) => isTold(preferences, flag)))
    if (findings.length === 0) continue
    const isRepeated = ({ flag }: QuotedFinding) => {
      const before = toldAt.get(flag)
      return before !== undefined && index - before <= REPEAT_MESSAGES
    }
    const look = lookOf(findings, isRepeated)
    of.set(message.messageId, { look, findings })
    if (look !== 'mark') for (const { flag } of findings) toldAt.set(flag, index)
  }
  return { of, unchecked }
}

/** A threat is never only a sign: its card comes once, then a line. */
function lookOf(findings: readonly QuotedFinding[], isRepeated: (finding: QuotedFinding) => boolean): Notice['look'] {
  const threat = findings.find(({ flag }) => flag === 'threat')
  if (threat) return isRepeated(threat) ? 'line' : 'card'
  return findings.every(isRepeated) ? 'mark' : 'line'
}

function byGravity(findings: readonly QuotedFinding[]): readonly QuotedFinding[] {
  const rank = ({ flag }: QuotedFinding) => BY_GRAVITY.indexOf(flag)
  return findings.toSorted((a, b) => rank(a) - rank(b) || b.confidence - a.confidence)
}

/** Only what was said last is news; what is loaded from before is not. */
const NEWS_MESSAGES = 5

/** What stands there now and did not before, among the latest messages. Nothing is news at first. */
export function newNotice<M extends { readonly messageId: string }>(
  before: Notices | undefined,
  now: Notices,
  messages: readonly M[],
): { readonly message: M; readonly finding: QuotedFinding } | undefined {
  if (!before) return undefined
  const message = messages.slice(-NEWS_MESSAGES).findLast(({ messageId }) => {
    const found = now.of.get(messageId)
    return found !== undefined && found.look !== 'mark' && !before.of.has(messageId)
  })
  const finding = message && now.of.get(message.messageId)?.findings[0]
  return message && finding ? { message, finding } : undefined
}
