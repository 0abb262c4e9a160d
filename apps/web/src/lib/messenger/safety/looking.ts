import { MINUTE } from '@visavis/ports'
import type { Context, Direction } from '@visavis/safety'
import type { AccountId, ConversationId } from '@visavis/wire'
import type { ConversationRecord, MessageRecord } from '../core-types.ts'
import { actingOf } from '../view/effects.ts'
import type { Row, RowStore } from '../view/rows.ts'
import { OWN, stateOf, withLooked, withUnchecked, without, type SafetyRecord } from './memory.ts'
import type { MessengerSafety } from './ports.ts'
import { editedText, hasText, textOf } from './subjects.ts'

export type LookDeps = {
  readonly safety: MessengerSafety
  readonly store: Pick<RowStore, 'record'>
  readonly me: AccountId
  readonly handleOf: (accountId: AccountId) => string
  readonly conversations: () => readonly ConversationRecord[]
}

/** `unavailable`: there was no engine to ask. */
export type Look = (
  conversationId: ConversationId,
  record: SafetyRecord,
  row: Row,
) => Promise<SafetyRecord | 'unavailable'>

/** What is asked about, and with which message it is shown. */
type Subject = { readonly message: MessageRecord; readonly text: string; readonly shownAt?: number }

/**
 * Looks at one row of a conversation, as if it came just now: words of others are searched for red flags, own words are
 * context, an edit is looked at where it was made and shown where it belongs. The same rows in the same order lead to the
 * same record, so that a check that was cut off is simply made again.
 */
export function createLook(deps: LookDeps): Look {
  const { me, safety, store } = deps

  async function subjectOf(conversationId: ConversationId, row: Row): Promise<Subject | undefined> {
    const message = row.record
    if (!message) return undefined
    const acting = actingOf(message)
    if (acting?.kind === 'edit') {
      const text = editedText(message, await store.record(conversationId, acting.target))
      return text === undefined ? undefined : { message, text, shownAt: acting.target }
    }
    return hasText(message, row.effects) ? { message, text: textOf(message.content) } : undefined
  }

  async function withOwnWords(
    conversationId: ConversationId,
    record: SafetyRecord,
    { message, text }: Subject,
  ): Promise<SafetyRecord | 'unavailable'> {
    let states = record.states
    for (const account of heardBy(conversationId, record)) {
      const state = stateOf({ ...record, states }, account)
      const checked = await ask(conversationId, message, account, { text, direction: 'out', state })
      if (!checked.ok) return 'unavailable'
      states = { ...states, [account]: checked.value.state }
    }
    return { ...record, states }
  }

  /** Whose side of the conversation own words belong to: the other's, or everybody's who has spoken and whoever will. */
  function heardBy(conversationId: ConversationId, record: SafetyRecord): readonly string[] {
    const server = find(conversationId)?.server
    if (server?.kind !== 'pair') return [...new Set([OWN, ...Object.keys(record.states)])]
    return server.members.map(({ accountId }) => accountId).filter((accountId) => accountId !== me)
  }

  function ask(
    conversationId: ConversationId,
    message: MessageRecord,
    account: string,
    about: { readonly text: string; readonly direction: Direction; readonly state: ReturnType<typeof stateOf> },
  ) {
    return safety.checker.check({ ...about, context: contextOf(conversationId, message, account) })
  }

  function contextOf(conversationId: ConversationId, { sentAtMs }: MessageRecord, account: string): Context {
    const sinceMs = knownSince(conversationId, account)
    const { countries } = safety.choice.get()
    return { countries, ...(sinceMs !== undefined && { minutesKnown: Math.max(0, sentAtMs - sinceMs) / MINUTE }) }
  }

  /** Of a pair since they are contacts, or since one has asked; in a group as well as the two know each other outside of it. */
  function knownSince(conversationId: ConversationId, account: string): number | undefined {
    const isTheirs = ({ server }: ConversationRecord) =>
      server.kind === 'pair' && server.members.some(({ accountId }) => accountId === account)
    const here = find(conversationId)
    const pair = here?.server.kind === 'pair' ? here : deps.conversations().find(isTheirs)
    return pair && (pair.knownSinceMs ?? pair.server.createdAtMs)
  }

  const find = (conversationId: ConversationId) =>
    deps.conversations().find(({ server }) => server.conversationId === conversationId)

  return async (conversationId, record, row) => {
    const acting = row.record && actingOf(row.record)
    // Who may take back what is settled where it is done (core): then the message is gone, whoever looks again.
    if (acting?.kind === 'unsend')
      return withoutTakenBack(record, acting.target, row, await store.record(conversationId, acting.target))
    const subject = await subjectOf(conversationId, row)
    if (!subject) return record
    const { message, shownAt, text } = subject
    if (!safety.choice.get().isOn) return shownAt === undefined ? record : without(record, new Set([shownAt]))
    if (message.senderAccount === me) return withOwnWords(conversationId, record, subject)
    const { senderAccount: by, sentAtMs: atMs, position } = message
    const checked = await ask(conversationId, message, by, { text, direction: 'in', state: stateOf(record, by) })
    if (!checked.ok) return 'unavailable'
    const handle = deps.handleOf(by)
    return withLooked(record, {
      position,
      atMs,
      by,
      handle,
      text,
      ...checked.value,
      ...(shownAt !== undefined && { shownAt }),
    })
  }
}

function withoutTakenBack(
  record: SafetyRecord,
  target: number,
  { record: unsend }: Row,
  taken: MessageRecord | undefined,
): SafetyRecord {
  const isAuthor = taken === undefined || taken.senderAccount === unsend?.senderAccount
  return isAuthor ? without(record, new Set([target])) : record
}

/** A message of somebody else is told to be unchecked; own ones have nothing to tell. */
export function givenUp(deps: LookDeps, record: SafetyRecord, { record: message }: Row): SafetyRecord {
  if (!message || message.senderAccount === deps.me || actingOf(message)) return record
  const { position, senderAccount: by, sentAtMs: atMs } = message
  return withUnchecked(record, { position, by, atMs, handle: deps.handleOf(by) })
}
