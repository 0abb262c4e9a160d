import { createFakeClock } from '@visavis/testkit'
import { HOUR, MINUTE } from '@visavis/ports'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_MINUTES, minuteOfTime, quietUntil, timeOfMinute, type QuietHours } from './quiet-hours.ts'
import { BREAK_MS, createRest } from './rest-model.ts'
import { REST_DEFAULT } from './rest-preferences.ts'

function storage() {
  const kept = new Map<string, string>()
  return {
    read: (key: string) => kept.get(key),
    write: (key: string, value: string) => void kept.set(key, value),
    remove: (key: string) => void kept.delete(key),
  }
}

/** Local time of the machine, so that the day's minute is what is said. */
function at(hours: number, minutes = 0): number {
  return new Date(2026, 10, 22, hours, minutes).getTime()
}

function setUp(startMs = at(18), kept = storage()) {
  const clock = createFakeClock(startMs)
  const quietKept: QuietHours[] = []
  const rest = createRest({ clock, storage: kept, keepQuiet: (quiet) => void quietKept.push(quiet) })
  return { clock, rest, kept, quietKept }
}

describe('quiet hours [M19]', () => {
  const minute = fc.nat(DAY_MINUTES - 1)

  it('hold from one time to the other, also over midnight', () => {
    const night = { isOn: true, fromMinute: 23 * 60, toMinute: 7 * 60 }
    expect(quietUntil(night, 23 * 60)).toBe(7 * 60)
    expect(quietUntil(night, 0)).toBe(7 * 60)
    expect(quietUntil(night, 7 * 60 - 1)).toBe(7 * 60)
    expect(quietUntil(night, 7 * 60)).toBeUndefined()
    expect(quietUntil({ ...night, isOn: false }, 0)).toBeUndefined()
  })

  it('hold for as many minutes of a day as lie between their ends', () => {
    fc.assert(
      fc.property(minute, minute, (fromMinute, toMinute) => {
        const quiet = { isOn: true, fromMinute, toMinute }
        const held = Array.from({ length: DAY_MINUTES }, (_, now) => quietUntil(quiet, now)).filter(
          (until) => until !== undefined,
        )
        expect(held).toHaveLength((toMinute - fromMinute + DAY_MINUTES) % DAY_MINUTES)
      }),
      { numRuns: 50 },
    )
  })

  it('are times as a field writes them', () => {
    fc.assert(fc.property(minute, (each) => minuteOfTime(timeOfMinute(each)) === each))
    for (const text of ['', '24:00', '12:60', 'noon']) expect(minuteOfTime(text)).toBeUndefined()
  })
})

describe('time spent meeting people [M19]', () => {
  it('is told after every hour, once, and not before', async () => {
    const { clock, rest } = setUp()
    rest.meeting()
    await clock.advance(HOUR - MINUTE)
    expect(rest.get().nudge).toBeUndefined()
    await clock.advance(2 * MINUTE)
    expect(rest.get().nudge).toEqual({ kind: 'long', hours: 1 })
    rest.dismiss()
    await clock.advance(30 * MINUTE)
    expect(rest.get().nudge).toBeUndefined()
    await clock.advance(30 * MINUTE)
    expect(rest.get().nudge).toEqual({ kind: 'long', hours: 2 })
  })

  it('begins anew after a break, and goes on after a short one or a page loaded anew', async () => {
    const { clock, rest, kept } = setUp()
    const stop = rest.meeting()
    await clock.advance(50 * MINUTE)
    stop()
    const again = setUp(clock.nowMs() + BREAK_MS / 2, kept)
    again.rest.meeting()
    await again.clock.advance(12 * MINUTE)
    expect(again.rest.get().nudge).toEqual({ kind: 'long', hours: 1 })

    const { clock: later, rest: fresh } = setUp(again.clock.nowMs() + BREAK_MS + MINUTE, kept)
    fresh.meeting()
    await later.advance(30 * MINUTE)
    expect(fresh.get().nudge).toBeUndefined()
  })

  it('does not count time outside of calls, nor a clock that was set forward', async () => {
    const { clock, rest } = setUp()
    const stop = rest.meeting()
    await clock.advance(10 * MINUTE)
    stop()
    await clock.advance(3 * HOUR)
    expect(rest.get().nudge).toBeUndefined()
  })

  it('says once a night that it is late, and nothing when that was switched off', async () => {
    const { clock, rest, kept } = setUp(at(0, 29))
    rest.meeting()
    expect(rest.get().nudge).toBeUndefined()
    await clock.advance(2 * MINUTE)
    expect(rest.get().nudge).toEqual({ kind: 'late' })
    rest.dismiss()
    await clock.advance(40 * MINUTE)
    expect(rest.get().nudge).toBeUndefined()

    const off = setUp(at(1))
    off.rest.choose({ lateNight: false })
    off.rest.meeting()
    expect(off.rest.get().nudge).toBeUndefined()
    expect(kept.read('visavis.rest-time')).toBeDefined()
  })

  it('tells when quiet hours begin, but not those who chose to start in them', async () => {
    const quiet = { isOn: true, fromMinute: 22 * 60, toMinute: 6 * 60 }
    const { clock, rest, quietKept } = setUp(at(21, 59))
    rest.choose({ quiet })
    expect(quietKept).toEqual([quiet])
    expect(rest.get().quietUntil).toBeUndefined()
    rest.meeting()
    await clock.advance(2 * MINUTE)
    expect(rest.get()).toMatchObject({ nudge: { kind: 'quiet' }, quietUntil: 6 * 60 })

    const inside = setUp(at(23))
    inside.rest.choose({ quiet })
    expect(inside.rest.get().quietUntil).toBe(6 * 60)
    inside.rest.meeting()
    await inside.clock.advance(MINUTE)
    expect(inside.rest.get().nudge).toBeUndefined()
  })

  it('remembers what was chosen, and nothing that is no choice', () => {
    const { rest, kept } = setUp()
    rest.choose({ longSession: false })
    expect(setUp(at(18), kept).rest.get().preferences).toEqual({ ...REST_DEFAULT, longSession: false })
    for (const text of ['', '{', '{"quiet":{"isOn":1}}', 'null']) {
      kept.write('visavis.rest', text)
      expect(setUp(at(18), kept).rest.get().preferences).toEqual(REST_DEFAULT)
    }
  })
})
