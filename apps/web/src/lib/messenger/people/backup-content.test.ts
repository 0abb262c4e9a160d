import type { AccountId } from '@visavis/wire'
import { expect, it } from 'vitest'
import type { Vault, VaultValue } from '../../vault/types.ts'
import { createMemoryVault } from '../../vault/sim/memory-vault.ts'
import { packBackup, restoringChanges, unpackBackup } from './backup-content.ts'

const accountId = 'a0000000-0000-4000-8000-000000000001' as AccountId
const account = { publicKey: new Uint8Array(32).fill(1), privateKey: new Uint8Array(32).fill(2) }
const given = { accountId, account, nowMs: 1_000_000, bytesMax: 1_000_000 }

/** Two conversations, whose messages were written in turns. */
async function setUp(): Promise<Vault> {
  const vault = createMemoryVault()
  for (const [at, conversationId] of ['c1', 'c2'].entries()) {
    const record = { server: { conversationId }, timerSeconds: 0, title: '' }
    await vault.write([{ shelf: 'conversations', key: [conversationId], value: record }])
    for (let position = 1; position <= 10; position += 1) {
      const text = `${conversationId} ${position} ${'x'.repeat(200)}`
      const message = { position, sentAtMs: 10 * position + at, content: { kind: 'text', text } }
      await vault.write([{ shelf: 'messages', key: [conversationId, position], value: message }])
    }
  }
  await vault.write([
    { shelf: 'contacts', key: ['bob'], value: { pinned: account.publicKey, isVerified: true, handle: 'bob' } },
    { shelf: 'contacts', key: ['met', 'call'], value: 'x' },
    { shelf: 'groups', key: ['c1', 1], value: { state: new Uint8Array(9).fill(7) } },
    { shelf: 'outbox', key: ['c1', 1], value: { text: 'waits' } },
    { shelf: 'drafts', key: ['c1'], value: 'a draft' },
    { shelf: 'safety', key: ['conversation', 'c1'], value: { notes: ['found'] } },
  ])
  return vault
}

it('[K9] what a backup restores is what the vault held: contacts, conversations, messages, and no other shelf', async () => {
  const vault = await setUp()
  const content = unpackBackup(await packBackup(vault, given), accountId)
  if (!content) throw new Error('not unpacked')
  expect(content.account).toEqual(account)
  const changes = restoringChanges(content)
  expect([...new Set(changes.map(({ shelf }) => shelf))]).toEqual(['contacts', 'conversations', 'messages'])
  const restored = createMemoryVault()
  await restored.write(changes)
  for (const shelf of ['conversations', 'messages'] as const) {
    const all = (of: Vault) => of.list({ shelf, prefix: [] })
    expect(await all(restored)).toEqual(await all(vault))
  }
  const contacts: VaultValue = { pinned: account.publicKey, isVerified: true, handle: 'bob' }
  expect(await restored.list({ shelf: 'contacts', prefix: [] })).toEqual([{ key: ['bob'], value: contacts }])
})

it('[K9] a backup that would be too large leaves out the oldest messages, of whichever conversation', async () => {
  const bytesMax = 5_000
  const packed = await packBackup(await setUp(), { ...given, bytesMax })
  expect(packed.byteLength).toBeLessThanOrEqual(bytesMax)
  const times = unpackBackup(packed, accountId)?.lines.map(
    ({ value }) => (value as { readonly sentAtMs: number }).sentAtMs,
  )
  expect(times?.slice(0, 4)).toEqual([101, 100, 91, 90])
  expect(times?.length).toBeGreaterThan(4)
  expect(times?.length).toBeLessThan(20)
})

it('[K9] the content of another account, of another format, or no content at all is not taken', async () => {
  const packed = await packBackup(await setUp(), given)
  expect(unpackBackup(packed, 'somebody else' as AccountId)).toBeUndefined()
  for (const bytes of [packed.subarray(1), packed.subarray(0, -1), new Uint8Array(), Uint8Array.of(0xf6)])
    expect(unpackBackup(bytes, accountId)).toBeUndefined()
})
