import { createFakeClock, createFakeLog } from '@visavis/testkit'
import { expect, it } from 'vitest'
import { createDropCounter } from './dropped.ts'

it('[K4] deliveries that rightly come to nothing are counted, and told together', async () => {
  const clock = createFakeClock()
  const log = createFakeLog()
  const dropped = createDropCounter({ log, after: (ms, work) => clock.after(ms, work) })
  for (let each = 0; each < 3; each += 1) dropped('before-joining')
  dropped('old-step')
  expect(log.lines).toEqual([])
  await clock.advance(5_000)
  const told = () => log.lines.map(({ event, fields }) => [event, fields?.reason, fields?.count])
  expect(told()).toEqual([
    ['messages.dropped', 'before-joining', 3],
    ['messages.dropped', 'old-step', 1],
  ])
  dropped('before-joining')
  await clock.advance(5_000)
  expect(told().at(-1)).toEqual(['messages.dropped', 'before-joining', 1])
})
