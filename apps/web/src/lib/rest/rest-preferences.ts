import * as z from 'zod/mini'
import type { DeviceStorage } from '../app/storage.ts'
import { DAY_MINUTES, QUIET_DEFAULT } from './quiet-hours.ts'

/** How somebody wishes to be reminded of the time [M19]. On this device only. */
const minute = z.number().check(z.int(), z.gte(0), z.lt(DAY_MINUTES))
const format = z.object({
  /** After every hour of meeting people. */
  longSession: z.boolean(),
  lateNight: z.boolean(),
  quiet: z.object({ isOn: z.boolean(), fromMinute: minute, toMinute: minute }),
})
export type RestPreferences = z.infer<typeof format>

export const REST_DEFAULT: RestPreferences = { longSession: true, lateNight: true, quiet: QUIET_DEFAULT }

const KEY = 'visavis.rest'

export function readRestPreferences(storage: DeviceStorage): RestPreferences {
  try {
    const read = z.safeParse(format, JSON.parse(storage.read(KEY) ?? ''))
    return read.success ? read.data : REST_DEFAULT
  } catch {
    return REST_DEFAULT
  }
}

export function writeRestPreferences(storage: DeviceStorage, preferences: RestPreferences): void {
  storage.write(KEY, JSON.stringify(preferences))
}
