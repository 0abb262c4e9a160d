import { fail, ok, type LinkId, type Result } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createKnownDeviceModel, createNewDeviceModel } from './link-model.ts'

describe('linking, on the new device', () => {
  function setUp() {
    const names: string[] = []
    const linked: ((outcome: Result<true>) => void)[] = []
    const model = createNewDeviceModel({
      messenger: {
        openLink: async (name, done) => {
          names.push(name)
          linked.push(done)
          return ok({ qr: `code ${names.length}`, check: '123456', linkId: 'l' as LinkId })
        },
      },
    })
    return { model, names, linked }
  }

  it('[K9] shows a code and digits under its name and waits until the other device has answered', async () => {
    const { model, names, linked } = setUp()
    await model.show(' Firefox on Linux ')
    expect(names).toEqual(['Firefox on Linux'])
    expect(model.get()).toEqual({ kind: 'waiting', qr: 'code 1', check: '123456' })
    linked[0]?.(ok(true))
    expect(model.get()).toEqual({ kind: 'linked' })
  })
  it('[K9] a code that ran out is said, and its late answer changes nothing of a newer one', async () => {
    const { model, linked } = setUp()
    await model.show('Phone')
    linked[0]?.(fail('LINK_EXPIRED'))
    expect(model.get()).toEqual({ kind: 'naming', isBusy: false, code: 'LINK_EXPIRED' })
    await model.show('Phone')
    linked[0]?.(ok(true))
    expect(model.get()).toMatchObject({ kind: 'waiting', qr: 'code 2' })
  })
})

describe('linking, on a device that has the keys', () => {
  function setUp() {
    const confirmed: string[] = []
    const model = createKnownDeviceModel({
      messenger: {
        readLinkCode: async (qr) => (qr.startsWith('link ') ? ok({ check: '654321' }) : fail('WIRE_INVALID')),
        confirmLink: async (qr) => {
          confirmed.push(qr)
          return ok(true)
        },
      },
    })
    return { model, confirmed }
  }

  it('[K9] nothing is handed over before the digits were compared', async () => {
    const { model, confirmed } = setUp()
    await model.read(' link abc ')
    expect(model.get()).toEqual({ kind: 'comparing', check: '654321', isBusy: false })
    expect(confirmed).toEqual([])
    await model.confirm()
    expect(confirmed).toEqual(['link abc'])
    expect(model.get()).toEqual({ kind: 'linked' })
  })
  it('[K9] a second code seen meanwhile does not slip in under the digits', async () => {
    const { model, confirmed } = setUp()
    await model.read('link abc')
    await model.read('link evil')
    await model.confirm()
    expect(confirmed).toEqual(['link abc'])
  })
  it('[K9] digits that differ link nothing', async () => {
    const { model, confirmed } = setUp()
    await model.read('link abc')
    model.deny()
    await model.confirm()
    expect(model.get()).toEqual({ kind: 'denied' })
    expect(confirmed).toEqual([])
  })
  it('[K9] what is no link code is said plainly', async () => {
    const { model } = setUp()
    await model.read('hello')
    expect(model.get()).toEqual({ kind: 'reading', isUnreadable: true })
  })
})
