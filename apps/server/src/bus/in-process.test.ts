import { busContract, settle } from '@visavis/testkit'
import { expect, it } from 'vitest'
import { createInProcessBus } from './in-process.ts'

busContract('in-process', createInProcessBus, () => settle())

it('never runs a listener inside publish, and keeps the others when one ends its subscription', async () => {
  const bus = createInProcessBus()
  const seen: string[] = []
  const end = bus.subscribe('account.a', () => {
    seen.push('first')
    end()
  })
  bus.subscribe('account.a', () => void seen.push('second'))
  bus.publish('account.a', Uint8Array.of(1))
  expect(seen).toEqual([])
  await settle()
  bus.publish('account.a', Uint8Array.of(2))
  await settle()
  expect(seen).toEqual(['first', 'second', 'second'])
  await bus.close()
})
