import { alice, bob, createFakeLog, settle } from '@visavis/testkit'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createInProcessBus } from './in-process.ts'
import { createNews } from './news.ts'

const [HERE, THERE] = ['a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000002'] as const

function setUp() {
  const bus = createInProcessBus()
  const log = createFakeLog()
  const heard: unknown[] = []
  const here = createNews({ bus, log, node: HERE })
  const there = createNews({ bus, log, node: THERE })
  const end = there.on('accounts.parted', (message) => void heard.push(message))
  return { bus, log, heard, here, there, end }
}

const parted = { one: alice.accountId, other: bob.accountId }

it('[M7] reaches every other node that listens, until it stops listening, and not the one that tells', async () => {
  const { here, heard, end } = setUp()
  here.on('accounts.parted', () => void heard.push('here'))
  here.tell('accounts.parted', parted)
  await settle()
  expect(heard).toEqual([parted])
  end()
  here.tell('accounts.parted', parted)
  await settle()
  expect(heard).toEqual([parted])
})

it('carries ids and nothing else', async () => {
  const { bus, here } = setUp()
  const bytes: Uint8Array[] = []
  bus.subscribe('session.ended', (message) => void bytes.push(message))
  here.tell('session.ended', { device: alice.deviceId, code: 'AUTH_REQUIRED' })
  await settle()
  expect(bytes.map((each) => Buffer.from(each).toString())).toEqual([
    `{"from":"${HERE}","news":{"device":"${alice.deviceId}","code":"AUTH_REQUIRED"}}`,
  ])
})

it('ignores, with a line in the log, whatever is not news', async () => {
  const { bus, log, heard } = setUp()
  const news = [{ ...parted, more: 1 }, { one: alice.handle }, null]
  const enveloped = news.map((each) => JSON.stringify({ from: HERE, news: each }))
  const texts = [
    '',
    '[]',
    '{',
    'null',
    JSON.stringify(parted),
    JSON.stringify({ from: '', news: parted }),
    ...enveloped,
  ]
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

it('[A8] takes no news with an empty or endless list, or with anything but ids and numbers in it', async () => {
  const { bus, log, there } = setUp()
  const heard: unknown[] = []
  const subjects = ['accounts.changed', 'contact.made', 'conversation.delivered', 'conversation.typing'] as const
  for (const subject of subjects) there.on(subject, (message) => void heard.push(message))
  const publish = (subject: string, news: unknown) =>
    bus.publish(subject, Buffer.from(JSON.stringify({ from: HERE, news })))
  const said = { conversationId: alice.accountId, accountId: alice.accountId }
  const to = [bob.deviceId]
  const made = { account: bob.accountId, device: bob.deviceId, callId: HERE, other: alice.accountId }
  for (const many of [[], Array.from({ length: 100_000 }, () => bob.deviceId), [alice.handle]]) {
    publish('accounts.changed', { accounts: many, lists: ['devices'] })
    publish('conversation.typing', { ...said, to: many })
    publish('conversation.delivered', { ...said, position: 1, to: many })
  }
  for (const position of [-1, 0.5, '1']) publish('conversation.delivered', { ...said, position, to })
  publish('accounts.changed', { accounts: [alice.accountId], lists: ['passwords'] })
  publish('contact.made', { ...made, conversationId: HERE, handle: alice.handle })
  await settle()
  expect(heard).toEqual([])
  expect(log.lines.filter((line) => line.event === 'bus.unreadable')).toHaveLength(14)
  expect(log.text()).not.toContain(alice.handle)
  publish('conversation.delivered', { ...said, position: 1, to })
  publish('contact.made', { ...made, conversationId: HERE })
  await settle()
  expect(heard).toEqual([
    { ...said, position: 1, to },
    { ...made, conversationId: HERE },
  ])
})

it('outlives a listener that fails and a bus that is closed', async () => {
  const { bus, log, here, there, heard } = setUp()
  there.on('accounts.parted', () => {
    throw new Error('a bug')
  })
  here.tell('accounts.parted', parted)
  await settle()
  expect(heard).toEqual([parted])
  await bus.close()
  here.tell('accounts.parted', parted)
  expect(log.lines.map((line) => line.event)).toEqual(['bus.listener-failed', 'bus.not-told'])
})
