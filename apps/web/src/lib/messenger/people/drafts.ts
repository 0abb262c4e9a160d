import { DAY, type Log } from '@visavis/ports'
import { MAILBOX_DAYS, type ConversationId } from '@visavis/wire'
import { openAll, recordKind, text as words, time } from '../../vault/record-kind.ts'
import type { Change, Vault } from '../../vault/types.ts'

/** Longer ones are cut: more than a message can carry is no use. */
const DRAFT_CHARS_MAX = 16 * 1024
const KEY = 'draft'

/** What was begun and not sent, on this device only and for 30 days [K5]. Shelf `drafts`, key ['draft', conversation]. */
export type Drafts = {
  readonly of: (conversationId: ConversationId) => string
  readonly save: (conversationId: ConversationId, text: string) => Promise<void>
  /** What to write when the draft was sent; it is empty from here on. */
  readonly clear: (conversationId: ConversationId) => readonly Change[]
}

type Draft = { readonly text: string; readonly atMs: number }
const draftRecord = recordKind<Draft>({ name: 'draft', shape: { text: words, atMs: time } })

export async function openDrafts(deps: {
  readonly vault: Vault
  readonly log: Log
  readonly serverNowMs: () => number
  readonly changed: () => void
}): Promise<Drafts> {
  const { vault, changed, log, serverNowMs } = deps
  const texts = new Map<ConversationId, string>()
  const { records, damaged } = openAll(draftRecord, await vault.list({ shelf: 'drafts', prefix: [KEY] }), log)
  const old: Change[] = damaged.map((key) => ({ shelf: 'drafts', key, value: undefined }))
  for (const { key, record } of records) {
    if (serverNowMs() - record.atMs < MAILBOX_DAYS * DAY) texts.set(key[1] as ConversationId, record.text)
    else old.push({ shelf: 'drafts', key, value: undefined })
  }
  if (old.length > 0) await vault.write(old)

  function set(conversationId: ConversationId, text: string): Change {
    if (text === '') texts.delete(conversationId)
    else texts.set(conversationId, text)
    return text === ''
      ? { shelf: 'drafts', key: [KEY, conversationId], value: undefined }
      : { shelf: 'drafts', key: [KEY, conversationId], value: draftRecord.write({ text, atMs: serverNowMs() }) }
  }

  return {
    of: (conversationId) => texts.get(conversationId) ?? '',
    async save(conversationId, text) {
      const draft = text.slice(0, DRAFT_CHARS_MAX)
      if (draft === (texts.get(conversationId) ?? '')) return
      await vault.write([set(conversationId, draft)])
      changed()
    },
    clear: (conversationId) => (texts.has(conversationId) ? [set(conversationId, '')] : []),
  }
}
