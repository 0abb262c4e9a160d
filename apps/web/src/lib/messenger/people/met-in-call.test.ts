import { createFakeLog } from '@visavis/testkit'
import { toB64, type AccountId, type ConversationId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createMemoryVault } from '../../vault/sim/memory-vault.ts'
import type { ServerConversation } from '../core-types.ts'
import { openDirectory } from './directory.ts'

const log = createFakeLog()
const HER = 'a1' as AccountId
const PAIR = 'c1' as ConversationId
const key = (byte: number) => new Uint8Array(32).fill(byte)
/** As the server lists it: with the key it says is hers. */
const listed = (accountKey: Uint8Array) =>
  [
    { conversationId: PAIR, members: [{ accountId: HER, accountKey: toB64(accountKey), handle: 'quiet-heron' }] },
  ] as unknown as readonly ServerConversation[]

async function setUp() {
  const vault = createMemoryVault()
  const self = { accountId: 'me' as AccountId, accountKey: key(9), handle: 'me' }
  return { vault, self, directory: await openDirectory({ vault, log, self }) }
}

describe('the key that a partner named in a call', () => {
  it('[M17] the same as the server says: met in a call, and still not verified', async () => {
    const { vault, self, directory } = await setUp()
    await directory.observe(listed(key(1)))
    await directory.metInCall(HER, key(1))
    expect([directory.isMetInCall(HER), directory.trustOf(HER)]).toEqual([true, 'unverified'])
    expect(await directory.observe(listed(key(1)))).toEqual([])
    const again = await openDirectory({ vault, log, self })
    expect(again.isMetInCall(HER)).toBe(true)
  })

  it('[M17][K10] another than the server says: the account is `changed`, and told once', async () => {
    const { directory } = await setUp()
    await directory.observe(listed(key(1)))
    await directory.metInCall(HER, key(2))
    expect([directory.isMetInCall(HER), directory.trustOf(HER)]).toEqual([false, 'changed'])
    expect(await directory.observe(listed(key(1)))).toEqual([{ accountId: HER, conversationId: PAIR }])
    expect(await directory.observe(listed(key(1)))).toEqual([])
    expect(directory.trustOf(HER)).toBe('changed')
  })

  it('[M17][K10] named before the server has listed the account: the server has to agree with it', async () => {
    const { directory } = await setUp()
    await directory.metInCall(HER, key(2))
    await directory.observe(listed(key(2)))
    expect([directory.isMetInCall(HER), directory.trustOf(HER)]).toEqual([true, 'unverified'])
    const { directory: other } = await setUp()
    await other.metInCall(HER, key(2))
    await other.observe(listed(key(1)))
    expect([other.isMetInCall(HER), other.trustOf(HER)]).toEqual([false, 'changed'])
  })

  it('[M17][K10] codes that were compared weigh more, and what is no key or oneself says nothing', async () => {
    const { directory } = await setUp()
    await directory.observe(listed(key(1)))
    await directory.metInCall(HER, new Uint8Array(3))
    await directory.verify(HER)
    await directory.metInCall(HER, key(2))
    expect([directory.isMetInCall(HER), directory.trustOf(HER)]).toEqual([false, 'verified'])
    expect(directory.known(HER)?.pinned).toEqual(key(1))
    await directory.metInCall('me' as AccountId, key(2))
    expect(directory.known('me' as AccountId)).toBeUndefined()
  })
})
