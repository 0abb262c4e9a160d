import { alice, bob, createFakeLog, settle } from '@visavis/testkit'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createInProcessBus } from './in-process.ts'
import { createNews } from './news.ts'

function setUp() {
  const bus = createInProcessBus()
  const log = createFakeLog()
  const heard: unknown[] = []
  const here = createNews({ bus, log })
  const there = createNews({ bus, log })
  const end = there.on('accounts.parted', (message) => void heard.push(message))
  return { bus, log, heard, here, there, end }
}

const parted = { one: alice.accountId, other: bob.accountId }

it('[M7] reaches every node that listens, the teller included, until it stops listening', async () => {
  const { here, heard, end } = setUp()
  here.on('accounts.parted', () => void heard.push('here'))
  here.tell('accounts.parted', parted)
  await settle()
  expect(heard).toEqual([parted, 'here'])
  end()
  here.tell('accounts.parted', parted)
  await settle()
  expect(heard).toEqual([parted, 'here', 'here'])
})

it('carries ids and nothing else', async () => {
  const { bus, here } = setUp()
  const bytes: Uint8Array[] = []
  bus.subscribe('session.ended', (message) => void bytes.push(message))
  here.tell('session.ended', { device: alice.deviceId, code: 'AUTH_REQUIRED' })
  await settle()
  expect(bytes.map((each) => Buffer.from(each).toString())).toEqual([
    `{"device":"${alice.deviceId}","code":"AUTH_REQUIRED"}`,
  ])
})

it('ignores, with a line in the log, whatever is not news', async () => {
  const { bus, log, heard } = setUp()
  const texts = ['', '[]', '{', 'null', JSON.stringify({ ...parted, more: 1 }), JSON.stringify({ one: alice.handle })]
  for (const text of texts) bus.publish('accounts.parted', new TextEncoder().encode(text))
  await settle()
  expect(log.lines.filter((line) => line.event === 'bus.unreadable')).toHaveLength(texts.length)
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (bytes) => {
      bus.publish('accounts.parted', bytes)
      await settle(1)
    }),
  )
  expect(heard).toEqual([])
  expect(log.text()).not.toContain(alice.handle)
})

it('outlives a listener that fails and a bus that is closed', async () => {
  const { bus, log, here, heard } = setUp()
  here.on('accounts.parted', () => {
    throw new Error('a bug')
  })
  here.tell('accounts.parted', parted)
  await settle()
  expect(heard).toEqual([parted])
  await bus.close()
  here.tell('accounts.parted', parted)
  expect(log.lines.map((line) => line.event)).toEqual(['bus.listener-failed', 'bus.not-told'])
})
