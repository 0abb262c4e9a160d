import { createFakeClock } from '@visavis/testkit'
import { fail, ok } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createUnlockModel } from './unlock-model.ts'

function setUp() {
  const clock = createFakeClock()
  const tried: string[] = []
  let forgotten = 0
  let isBroken = false
  const model = createUnlockModel({
    clock,
    forgotten: () => void forgotten++,
    messenger: {
      async unlock(passphrase) {
        tried.push(passphrase)
        return passphrase === 'right' ? ok(true) : fail('VAULT_LOCKED', 3_000)
      },
      async wipe() {
        if (isBroken) throw new Error('storage')
      },
    },
  })
  return { clock, model, tried, forgotten: () => forgotten, broken: () => (isBroken = true) }
}

describe('a locked device', () => {
  it('[K11] opens with its passphrase', async () => {
    const { model } = setUp()
    await model.unlock('right')
    expect(model.get()).toEqual({ work: 'none', isWrong: false, waitS: 0 })
  })
  it('[K11] shows how long a wrong passphrase makes one wait, counting down, and tries nothing meanwhile', async () => {
    const { clock, model, tried } = setUp()
    await model.unlock('wrong')
    expect(model.get()).toMatchObject({ isWrong: true, waitS: 3 })
    await model.unlock('right')
    expect(tried).toEqual(['wrong'])
    await clock.advance(1_000)
    expect(model.get().waitS).toBe(2)
    await clock.advance(2_000)
    expect(model.get().waitS).toBe(0)
    expect(clock.pending()).toBe(0)
    await model.unlock('right')
    expect(model.get().isWrong).toBe(false)
  })
  it('[K11] can be forgotten; if that fails it says so', async () => {
    const { model, forgotten, broken } = setUp()
    await model.forget()
    expect(forgotten()).toBe(1)
    const second = setUp()
    second.broken()
    await second.model.forget()
    expect(second.model.get()).toMatchObject({ work: 'none', code: 'VAULT_UNAVAILABLE' })
    broken()
  })
})
