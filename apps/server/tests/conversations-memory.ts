import type { AccountId, ConversationId, DeviceId } from '@visavis/wire'
import type { Conversation, ConversationStore, Member } from '../src/conversations/index.ts'
import type { StampKeyStore } from '../src/stamps/index.ts'
import type { MemoryMailboxStore } from './mailbox-memory.ts'

export type MemoryConversationStore = ConversationStore & { readonly stampKeys: StampKeyStore }

type Kept = Omit<Conversation, 'position' | 'version'>

/** Conversations in memory, over a mailbox in memory as the real ones share a database; passes the same contract. */
export function createMemoryConversationStore(mailbox: MemoryMailboxStore): MemoryConversationStore {
  const all = new Map<ConversationId, Kept>()
  const { channels } = mailbox

  async function reach(): Promise<void> {
    await Promise.resolve()
    if (mailbox.outage === 'refuse') throw new Error('Connection terminated')
  }

  /** Copies: what a caller does to its own must not reach what is stored. */
  function read(id: ConversationId): Conversation | undefined {
    const [kept, channel] = [all.get(id), channels.get(id)]
    if (!kept || !channel) return undefined
    const members = new Map([...kept.members].map(([account, member]) => [account, { ...member }]))
    return { ...kept, ...channel, members, roster: new Map(kept.roster), latecomers: new Map(kept.latecomers) }
  }

  function change(id: ConversationId, more: Partial<Kept>): void {
    const [kept, channel] = [all.get(id), channels.get(id)]
    if (!kept || !channel) return
    all.set(id, { ...kept, ...more })
    channel.version++
  }

  function make(kept: Kept): void {
    all.set(kept.conversationId, kept)
    channels.set(kept.conversationId, { position: 0, version: 0 })
  }

  const store: MemoryConversationStore = {
    stampKeys: createMemoryStampKeyStore(reach),
    async load(id) {
      await reach()
      return read(id)
    },
    async listOf(account) {
      await reach()
      return [...all.values()].flatMap((kept) => (kept.members.has(account) ? (read(kept.conversationId) ?? []) : []))
    },
    countOf: async (account) => (await store.listOf(account)).length,
    async openPair({ conversationId, accounts, state, requestedBy, nowMs }) {
      await reach()
      const former = [...all.values()].find(
        ({ kind, members }) => kind === 'pair' && accounts.every((account) => members.has(account)),
      )
      if (!former) {
        make({ ...fresh(conversationId, nowMs), kind: 'pair', state, requestedBy, members: membersOf(accounts, nowMs) })
        return conversationId
      }
      const id = former.conversationId
      const isKept = state === 'request' && former.state === 'open'
      change(id, isKept ? {} : { state, requestedBy, requestFrom: channels.get(id)?.position ?? 0 })
      return id
    },
    async setPairState(id, state) {
      await reach()
      if (all.get(id)?.kind !== 'pair') return false
      change(id, state === 'open' ? { state, requestedBy: undefined } : { state })
      return true
    },
    async createGroup({ conversationId, owner, members, nowMs }) {
      await reach()
      const people = membersOf([owner, ...members], nowMs, owner)
      make({ ...fresh(conversationId, nowMs), kind: 'group', state: 'open', requestedBy: undefined, members: people })
    },
    async changeMembers(id, version, { add, remove, owner, nowMs }) {
      await reach()
      const kept = all.get(id)
      if (!kept || channels.get(id)?.version !== version) return false
      const staying = [...kept.members].filter(([account]) => !remove.includes(account))
      const members = new Map([...staying, ...membersOf(add, nowMs)])
      const next = owner && members.get(owner)
      if (next) members.set(owner, { ...next, isOwner: true })
      change(id, { members, ...without(kept, (_, account) => remove.includes(account)) })
      if (members.size > 0) return true
      all.delete(id)
      channels.delete(id)
      return true
    },
    async step(id, version, { generation, epoch, isStart, adds, removes }, rows) {
      await reach()
      const kept = all.get(id)
      if (!kept || channels.get(id)?.version !== version) return 'moved'
      const { roster, latecomers } = without(kept, (device) => isStart || removes.includes(device))
      const late = isStart ? [] : [...adds.keys()].map((device) => [device, epoch] as const)
      if (!mailbox.put(rows)) return 'known'
      const devices = { roster: new Map([...roster, ...adds]), latecomers: new Map([...latecomers, ...late]) }
      change(id, { generation, epoch, ...devices })
      if (mailbox.outage === 'uncertain') throw new Error('Connection terminated unexpectedly')
      return 'stored'
    },
    async removeDevices(devices) {
      await reach()
      const hit = [...all.values()].filter(({ roster }) => devices.some((device) => roster.has(device)))
      for (const kept of hit)
        change(
          kept.conversationId,
          without(kept, (device) => devices.includes(device)),
        )
      return hit.map(({ conversationId }) => conversationId)
    },
    async saveDelivered(delivered) {
      await reach()
      for (const { conversationId, accountId, position } of delivered) {
        const member = all.get(conversationId)?.members.get(accountId)
        if (member) member.deliveredPosition = Math.max(member.deliveredPosition, position)
      }
    },
  }
  return store
}

function fresh(conversationId: ConversationId, createdAtMs: number) {
  const nobody = { roster: new Map(), latecomers: new Map() }
  return { conversationId, createdAtMs, generation: 0, epoch: 0, requestFrom: 0, ...nobody }
}

function without({ roster, latecomers }: Kept, isGone: (device: DeviceId, account: AccountId) => boolean) {
  const staying = new Map([...roster].filter(([device, account]) => !isGone(device, account)))
  return { roster: staying, latecomers: new Map([...latecomers].filter(([device]) => staying.has(device))) }
}

function membersOf(accounts: readonly AccountId[], joinedAtMs: number, owner?: AccountId): Map<AccountId, Member> {
  return new Map(
    accounts.toSorted().map((account) => [account, { isOwner: account === owner, joinedAtMs, deliveredPosition: 0 }]),
  )
}

function createMemoryStampKeyStore(reach: () => Promise<void>): StampKeyStore {
  const keys = new Map<number, Uint8Array<ArrayBuffer>>()
  return {
    async add({ id, sealed }) {
      await reach()
      const kept = keys.get(id) ?? sealed
      keys.set(id, kept)
      return kept
    },
    async find(id) {
      await reach()
      return keys.get(id)
    },
    async destroyBefore(id) {
      await reach()
      for (const known of keys.keys()) if (known < id) keys.delete(known)
    },
  }
}
