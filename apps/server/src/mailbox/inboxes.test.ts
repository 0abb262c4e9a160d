import { alice, bob } from '@visavis/testkit'
import type { ConversationId, MessageId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createInboxes } from './inboxes.ts'
import type { StoredEntry } from './stored.ts'

const conversationId = 'c0000000-0000-4000-8000-000000000001' as ConversationId

function entry(seq: number, more: Partial<StoredEntry> = {}): StoredEntry {
  return {
    kind: 'message',
    recipientDevice: bob.deviceId,
    seq,
    senderDevice: alice.deviceId,
    senderAccount: alice.accountId,
    messageId: `e0000000-0000-4000-8000-${String(seq).padStart(12, '0')}` as MessageId,
    part: 0,
    sentAtMs: 1_000,
    ciphertext: Uint8Array.of(seq),
    conversationId,
    generation: 1,
    epoch: 1,
    position: seq,
    ...more,
  }
}

async function setUp() {
  const waiting: string[] = []
  const inboxes = createInboxes({
    page: async () => [],
    deliver: () => true,
    waits: (device, sender) => void waiting.push(`${device} ${sender}`),
    readFailed: () => undefined,
  })
  const told = `${bob.deviceId} ${alice.accountId}`
  return {
    inboxes,
    waiting,
    told,
    async open() {
      inboxes.open(bob.deviceId, 0)
      await new Promise((resolve) => void setImmediate(resolve))
    },
  }
}

describe('[WV8] what waits for a device that is not here', () => {
  it('[WV8] is a message with something to read in it: no step, nothing quiet, nothing that goes to nobody', async () => {
    const { inboxes, waiting, told } = await setUp()
    inboxes.stored(entry(1, { kind: 'welcome' }))
    inboxes.stored(entry(2, { kind: 'commit' }))
    inboxes.stored(entry(3, { isQuiet: true }))
    inboxes.stored(entry(4, { ciphertext: new Uint8Array(0) }))
    expect(waiting).toEqual([])
    inboxes.stored(entry(5))
    expect(waiting).toEqual([told])
  })

  it('[WV8] is also what was sent to a socket that died with it, and not what has arrived', async () => {
    const { inboxes, waiting, told, open } = await setUp()
    await open()
    for (const each of [entry(1), entry(2, { isQuiet: true }), entry(3), entry(4, { kind: 'commit' })])
      inboxes.stored(each)
    expect(waiting).toEqual([])
    inboxes.acknowledged(bob.deviceId, 2)
    inboxes.close(bob.deviceId)
    expect(waiting).toEqual([told])
    await open()
    inboxes.stored(entry(5))
    inboxes.acknowledged(bob.deviceId, 5)
    inboxes.close(bob.deviceId)
    inboxes.close(bob.deviceId)
    expect(waiting).toEqual([told])
  })
})
