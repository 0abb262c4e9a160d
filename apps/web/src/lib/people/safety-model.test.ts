import { fail, ok, type AccountId, type Result } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { Trust } from '../messenger/types.ts'
import { createSafetyModel } from './safety-model.ts'

const HER = 'a1' as AccountId

function setUp(verdict: Result<true> = ok(true)) {
  let trust: Trust = 'unverified'
  const asked: unknown[] = []
  const model = createSafetyModel({
    accountId: HER,
    messenger: {
      safetyCode: async () => ok({ digits: '0'.repeat(60), qr: 'qr', trust }),
      markVerified: async (...input) => {
        asked.push(input)
        if (verdict.ok) trust = 'verified'
        return verdict
      },
      acceptNewKey: async () => {
        trust = 'unverified'
        return ok(true)
      },
    },
  })
  return { model, asked }
}

describe('comparing safety codes', () => {
  it('[K10] codes that match make the person verified', async () => {
    const { model, asked } = setUp()
    await model.load()
    expect(model.get().code?.trust).toBe('unverified')
    await model.match()
    expect(model.get()).toMatchObject({ outcome: 'verified', code: { trust: 'verified' } })
    expect(asked).toEqual([[HER, undefined]])
  })
  it('[K10] a scanned code is checked, not believed, and one that differs is said plainly', async () => {
    const { model, asked } = setUp(fail('DEVICE_OTHER_KEY'))
    model.scan(true)
    await model.seen('their code')
    expect(asked).toEqual([[HER, 'their code']])
    expect(model.get()).toMatchObject({ outcome: 'differ', isScanning: false })
  })
  it('[K10] something else before the camera leaves it scanning', async () => {
    const { model } = setUp(fail('WIRE_INVALID'))
    model.scan(true)
    await model.seen('https://shop.example')
    expect(model.get()).toMatchObject({ outcome: 'none', isScanning: true, isOther: true })
  })
  it('[K10] a key that changed while the digits were shown is not verified by them', async () => {
    const { model } = setUp(fail('DEVICE_OTHER_KEY'))
    await model.match()
    expect(model.get()).toMatchObject({ outcome: 'moved', code: { trust: 'unverified' } })
  })
  it('[K10] saying that they differ verifies nothing; accepting the key takes the verification away', async () => {
    const { model, asked } = setUp()
    model.differ()
    expect(model.get().outcome).toBe('differ')
    expect(asked).toEqual([])
    await model.match()
    await model.acceptKey()
    expect(model.get()).toMatchObject({ outcome: 'none', isBusy: false, code: { trust: 'unverified' } })
  })
})
