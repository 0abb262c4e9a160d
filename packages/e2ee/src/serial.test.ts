import { expect, it } from 'vitest'
import { createSerial } from './serial.ts'

it('[ER17] pieces of work run one at a time in the order given, and a failing one stops nobody else', async () => {
  const serial = createSerial()
  const events: string[] = []
  const work = (name: string, fails = false) =>
    serial(async () => {
      events.push(`${name} begins`)
      await Promise.resolve()
      events.push(`${name} ends`)
      if (fails) throw new Error(name)
      return name
    })
  const results = await Promise.allSettled([work('a'), work('b', true), work('c')])
  expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})
