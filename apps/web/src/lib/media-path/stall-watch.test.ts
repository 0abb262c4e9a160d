import { createFakeClock } from '@visavis/testkit'
import { expect, it } from 'vitest'
import { packetsArrived, STALL_SAMPLE_MS, watchStalls } from './stall-watch.ts'

it('[M16] notices once that packets arrive again after a silence, and nothing after its end', async () => {
  const clock = createFakeClock()
  let packets = 0
  let flowing = true
  let resumed = 0
  const arrived = async () => (flowing ? ++packets : packets)
  const end = watchStalls({ clock, arrived }, () => void resumed++)
  await clock.advance(5 * STALL_SAMPLE_MS)
  flowing = false
  await clock.advance(STALL_SAMPLE_MS)
  flowing = true
  await clock.advance(5 * STALL_SAMPLE_MS)
  expect(resumed).toBe(0)
  flowing = false
  await clock.advance(4 * STALL_SAMPLE_MS)
  expect(resumed).toBe(0)
  flowing = true
  await clock.advance(4 * STALL_SAMPLE_MS)
  expect(resumed).toBe(1)
  end()
  expect(clock.pending()).toBe(0)
})

it('survives a browser that rejects or does not tell', async () => {
  const clock = createFakeClock()
  const answers = [() => Promise.reject(new Error('closed')), () => Promise.resolve(undefined)]
  let resumed = 0
  const end = watchStalls({ clock, arrived: () => answers.shift()?.() ?? Promise.resolve(1) }, () => void resumed++)
  await clock.advance(2 * STALL_SAMPLE_MS)
  end()
  expect(resumed).toBe(0)
})

it('counts the packets of transports alone', () => {
  expect(packetsArrived([{ type: 'inbound-rtp', packetsReceived: 9 }])).toBeUndefined()
  expect(packetsArrived([{ type: 'transport', packetsReceived: 9 }, { type: 'transport' }])).toBe(9)
})
