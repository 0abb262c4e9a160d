import type { Log } from '@visavis/ports'
import type { ConversationId } from '@visavis/wire'
import { openAll } from '../../vault/record-kind.ts'
import type { Change, Vault } from '../../vault/types.ts'
import { NOTHING_NOTED, safetyRecord, withSoundStates, type SafetyRecord } from './memory.ts'

const CONVERSATION = 'conversation'

/**
 * The records of all conversations, in memory and in the vault. True in memory at once; a change of one that is under way
 * elsewhere is seen by its `turn`.
 */
export type SafetyShelf = {
  readonly get: (conversationId: ConversationId) => SafetyRecord
  readonly ids: () => readonly ConversationId[]
  /** Counts what was done to the conversation's record from outside of its checks. */
  readonly turn: (conversationId: ConversationId) => number
  /** From outside of the checks: whoever is in the middle of one begins again. */
  readonly change: (conversationId: ConversationId, work: (record: SafetyRecord) => SafetyRecord) => Promise<void>
  /** What a check has led to. False, and nothing is done, when the record was changed since. */
  readonly put: (conversationId: ConversationId, turn: number, record: SafetyRecord) => Promise<boolean>
  readonly drop: (conversationId: ConversationId) => Promise<void>
}

/** Reads what is kept. A record that cannot be read is as if nothing had been looked at yet: its messages have their turn again. */
export async function openSafetyShelf(deps: {
  readonly vault: Vault
  readonly log: Log
  readonly changed: (conversationId: ConversationId) => void
}): Promise<SafetyShelf> {
  const { log, vault } = deps
  const { records: listed } = openAll(safetyRecord, await vault.list({ shelf: 'safety', prefix: [CONVERSATION] }), log)
  const records = new Map<ConversationId, SafetyRecord>()
  const turns = new Map<ConversationId, number>()
  let lost = 0
  for (const { key, record } of listed) {
    const sound = withSoundStates(record)
    records.set(key[1] as ConversationId, sound.record)
    lost += sound.lost
  }
  if (lost > 0) log.error('safety.state-replaced', { count: lost })

  const get = (conversationId: ConversationId) => records.get(conversationId) ?? NOTHING_NOTED
  const turn = (conversationId: ConversationId) => turns.get(conversationId) ?? 0
  const changeOf = (conversationId: ConversationId, record: SafetyRecord | undefined): Change => ({
    shelf: 'safety',
    key: [CONVERSATION, conversationId],
    value: record && safetyRecord.write(record),
  })

  async function set(conversationId: ConversationId, record: SafetyRecord): Promise<void> {
    if (record === get(conversationId)) return
    records.set(conversationId, record)
    await vault.write([changeOf(conversationId, record)])
    deps.changed(conversationId)
  }

  return {
    get,
    turn,
    ids: () => [...records.keys()],
    async change(conversationId, work) {
      turns.set(conversationId, turn(conversationId) + 1)
      await set(conversationId, work(get(conversationId)))
    },
    async put(conversationId, began, record) {
      if (turn(conversationId) !== began) return false
      await set(conversationId, record)
      return true
    },
    async drop(conversationId) {
      turns.set(conversationId, turn(conversationId) + 1)
      if (records.delete(conversationId)) await vault.write([changeOf(conversationId, undefined)])
    },
  }
}
