import { createFakeClock } from '@visavis/testkit'
import { expect, it } from 'vitest'
import { FADE_MS, fadeIn, volumeAfter } from './sound-fade.ts'

function silentTrack() {
  const track = Object.assign(new EventTarget(), { muted: true })
  return { track, speak: () => track.dispatchEvent(new Event('unmute')) }
}

it('[M2] a sound begins in silence, rises in small steps when it carries something, and is full soon', async () => {
  const clock = createFakeClock()
  const element = { volume: 1 }
  const { track, speak } = silentTrack()
  fadeIn({ clock, element, track })
  await clock.advance(10 * FADE_MS)
  expect(element.volume).toBe(0)
  speak()
  const heard = [element.volume]
  for (let ms = 0; ms < FADE_MS + 20; ms += 4) {
    await clock.advance(4)
    heard.push(element.volume)
  }
  const steps = heard.slice(1).map((volume, at) => volume - (heard[at] ?? 0))
  expect(heard[0]).toBe(0)
  expect(heard.at(-1)).toBe(1)
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...steps)).toBeLessThan(0.2)
})

it('[M2] a sound that is there already rises at once, and one that went and comes back rises anew', async () => {
  const clock = createFakeClock()
  const element = { volume: 1 }
  const { track, speak } = silentTrack()
  track.muted = false
  fadeIn({ clock, element, track })
  await clock.advance(FADE_MS / 2)
  expect(element.volume).toBeGreaterThan(0)
  expect(element.volume).toBeLessThan(1)
  await clock.advance(FADE_MS)
  expect(element.volume).toBe(1)
  speak()
  expect(element.volume).toBe(0)
  await clock.advance(FADE_MS * 2)
  expect(element.volume).toBe(1)
})

it('[M2] timers as slow as those of a hidden tab do not keep a sound silent', async () => {
  let nowMs = 0
  let tick: () => void = () => undefined
  const element = { volume: 1 }
  const clock = { monotonicMs: () => nowMs, every: (_: number, work: () => void) => ((tick = work), () => undefined) }
  fadeIn({ clock, element, track: undefined })
  nowMs = 1_000
  tick()
  expect(element.volume).toBe(1)
})

it('[M2] nothing is left of it when it ends', async () => {
  const clock = createFakeClock()
  const element = { volume: 1 }
  const { track, speak } = silentTrack()
  const end = fadeIn({ clock, element, track })
  end()
  speak()
  await clock.advance(2 * FADE_MS)
  expect(element.volume).toBe(0)
  expect([volumeAfter(-5), volumeAfter(FADE_MS / 2), volumeAfter(FADE_MS * 9)]).toEqual([0, 0.25, 1])
})
