import { alice, bob, carol, dave, createFakeClock, createFakeLog, createSeededRandom } from '@visavis/testkit'
import type { AccountId, CallId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createMemoryBlockStore } from '../../tests/support/memory-stores.ts'
import { createBlocks } from './service.ts'
import type { BlockStore } from './store.ts'

const CALL = 'c0000000-0000-4000-8000-000000000001' as CallId

function setUp(store: BlockStore = createMemoryBlockStore()) {
  const parted: (readonly [AccountId, AccountId])[] = []
  const changed: AccountId[] = []
  const log = createFakeLog()
  const blocks = createBlocks({
    clock: createFakeClock(),
    random: createSeededRandom(1),
    log,
    store,
    otherInCall: async (callId, account) => {
      if (callId !== CALL) return undefined
      if (account === alice.accountId) return { accountId: bob.accountId, pseudonym: 'Quiet Heron' }
      if (account === bob.accountId) return { accountId: alice.accountId, pseudonym: 'Bright Otter' }
      return undefined
    },
    part: (a, b) => void parted.push([a, b]),
    mayBlock: async (blocker, account) => blocker === alice.accountId && account !== carol.accountId,
    handleOf: async (account) => [alice, bob].find((known) => known.accountId === account)?.handle,
    changed: (blocker) => void changed.push(blocker),
  })
  return { blocks, changed, parted, log }
}

describe('blocks', () => {
  it('[M7] a block parts the two at once and keeps them apart in both directions', async () => {
    const { blocks, parted } = setUp()
    const block = await blocks.block(alice.accountId, CALL)
    expect(block).toMatchObject({ ok: true, value: { blocked: bob.accountId, pseudonym: 'Quiet Heron' } })
    expect(parted).toContainEqual([alice.accountId, bob.accountId])
    expect(await blocks.apartFrom(alice.accountId)).toEqual(new Set([bob.accountId]))
    expect(await blocks.apartFrom(bob.accountId)).toEqual(new Set([alice.accountId]))
    expect(await blocks.apartFrom(carol.accountId)).toEqual(new Set())
  })

  it('[M7] the blocked person has nothing to see', async () => {
    const { blocks } = setUp()
    await blocks.block(alice.accountId, CALL)
    expect(await blocks.list(bob.accountId)).toEqual([])
    expect(await blocks.list(alice.accountId)).toHaveLength(1)
  })

  it('[M7] parts the two even while the database is away, and says that the block must be tried again', async () => {
    const broken: BlockStore = { ...createMemoryBlockStore(), add: () => Promise.reject(new Error('database is away')) }
    const { blocks, parted } = setUp(broken)
    await expect(blocks.block(alice.accountId, CALL)).rejects.toThrow('database is away')
    expect(parted).toEqual([[alice.accountId, bob.accountId]])
  })

  it('[M7] only somebody who was in the call can block by it, and a second block is the first', async () => {
    const { blocks } = setUp()
    expect(await blocks.block(carol.accountId, CALL)).toEqual({ ok: false, code: 'NOT_FOUND' })
    const first = await blocks.block(alice.accountId, CALL)
    expect(await blocks.block(alice.accountId, CALL)).toEqual(first)
  })

  it('[M7] a block made by each needs to be lifted by each', async () => {
    const { blocks } = setUp()
    const mine = await blocks.block(alice.accountId, CALL)
    await blocks.block(bob.accountId, CALL)
    if (!mine.ok) throw new Error(mine.code)
    expect(await blocks.unblock(bob.accountId, mine.value.blockId)).toEqual({ ok: false, code: 'NOT_FOUND' })
    expect((await blocks.unblock(alice.accountId, mine.value.blockId)).ok).toBe(true)
    expect(await blocks.apartFrom(alice.accountId)).toEqual(new Set([bob.accountId]))
  })

  it('[M7] somebody one knows is blocked by account, under the handle, and only the blocker’s devices hear of it', async () => {
    const { blocks, changed, parted } = setUp()
    const block = await blocks.blockAccount(alice.accountId, bob.accountId)
    expect(block).toMatchObject({ ok: true, value: { blocked: bob.accountId, pseudonym: bob.handle } })
    expect(parted).toContainEqual([alice.accountId, bob.accountId])
    expect(changed).toEqual([alice.accountId])
    if (block.ok) await blocks.unblock(alice.accountId, block.value.blockId)
    expect(changed).toEqual([alice.accountId, alice.accountId])
  })

  it('[M7] nobody else can be blocked by account: strangers, oneself, accounts that are gone', async () => {
    const { blocks, parted } = setUp()
    const refused = { ok: false, code: 'NOT_FOUND' }
    expect(await blocks.blockAccount(alice.accountId, carol.accountId)).toEqual(refused)
    expect(await blocks.blockAccount(bob.accountId, alice.accountId)).toEqual(refused)
    expect(await blocks.blockAccount(alice.accountId, alice.accountId)).toEqual(refused)
    expect(await blocks.blockAccount(alice.accountId, dave.accountId)).toEqual(refused)
    expect(parted).toEqual([])
  })

  it('logs no more than an id and the call', async () => {
    const { blocks, log } = setUp()
    await blocks.block(alice.accountId, CALL)
    expect(log.text()).not.toContain(bob.accountId)
    expect(log.text()).not.toContain('Heron')
  })
})
