import type { AccountContent } from '@visavis/e2ee'
import type { AccountId, CallId, ConversationId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { settle } from '@visavis/testkit'
import { createKeeping } from './keeping.ts'

const CALL = 'call-1' as CallId
const THEIRS: AccountContent = { kind: 'account', accountId: 'them', accountKey: new Uint8Array(32).fill(7) }
const OWN = { accountId: 'me' as AccountId, accountKey: new Uint8Array(32).fill(3) }
const CONTACT = {
  accountId: 'them' as AccountId,
  handle: 'quiet-heron',
  conversationId: 'conversation-1' as ConversationId,
}

function setUp(own: typeof OWN | undefined = OWN) {
  const said: unknown[] = []
  const met: unknown[] = []
  let changes = 0
  const keeping = createKeeping({
    messenger: {
      ownAccount: async () => own,
      met: (accountId, accountKey) => void met.push([accountId, accountKey[0]]),
    },
    say: (callId, account) => void said.push([callId, account.accountId, account.accountKey[0]]),
    changed: () => void changes++,
  })
  return { keeping, said, met, changes: () => changes }
}

describe('staying in contact, in a call', () => {
  it('[M17] our own word is seen and can be taken back, and nothing is told to the partner by it', async () => {
    const { keeping, said, changes } = setUp()
    expect(keeping.of(CALL)).toBe('no')
    keeping.said(CALL, true)
    expect(keeping.of(CALL)).toBe('asked')
    expect(keeping.of('call-2' as CallId)).toBe('no')
    keeping.said(CALL, false)
    await settle(1)
    expect(keeping.of(CALL)).toBe('no')
    expect(changes()).toBe(2)
    expect(said).toEqual([])
  })

  it('[M17] once both said yes the contact is shown, and own account and key go to the partner once', async () => {
    const { keeping, said } = setUp()
    keeping.said(CALL, true)
    keeping.made({ callId: CALL, ...CONTACT })
    keeping.made({ callId: CALL, ...CONTACT })
    // The answer to the wish may come after the contact that it made.
    keeping.said(CALL, true)
    await settle(1)
    expect(keeping.of(CALL)).toEqual(CONTACT)
    expect(said).toEqual([[CALL, 'me', 3]])
  })

  it.each(['before', 'after'])(
    '[M17][K10] the key that the partner named %s contact was made vouches for it',
    async (when) => {
      const { keeping, met } = setUp()
      if (when === 'before') keeping.heard(CALL, THEIRS)
      expect(met).toEqual([])
      keeping.made({ callId: CALL, ...CONTACT })
      keeping.heard(CALL, THEIRS)
      keeping.heard(CALL, THEIRS)
      expect(met).toEqual([['them', 7]])
    },
  )

  it('[M17][K10] a partner that names another account, or names one without contact, vouches for nobody', () => {
    const { keeping, met } = setUp()
    keeping.heard(CALL, THEIRS)
    keeping.made({ callId: 'call-2' as CallId, ...CONTACT })
    keeping.heard('call-2' as CallId, { ...THEIRS, accountId: 'somebody else' })
    expect(met).toEqual([])
  })

  it('[M17] a device without keys makes contact and names no key', async () => {
    const { keeping, said } = setUp()
    const without = createKeeping({ messenger: undefined, say: () => said.push('said'), changed: () => undefined })
    without.made({ callId: CALL, ...CONTACT })
    keeping.made({ callId: CALL, ...CONTACT })
    keeping.close()
    await settle(1)
    expect(without.of(CALL)).toEqual(CONTACT)
    expect(keeping.of(CALL)).toBe('no')
    expect(said).toEqual([])
  })

  it('[M17] only the last few calls are remembered', () => {
    const { keeping } = setUp()
    for (let each = 0; each < 6; each++) keeping.said(`call-${each}` as CallId, true)
    expect(keeping.of('call-1' as CallId)).toBe('no')
    expect(keeping.of('call-2' as CallId)).toBe('asked')
    expect(keeping.of('call-5' as CallId)).toBe('asked')
  })
})
