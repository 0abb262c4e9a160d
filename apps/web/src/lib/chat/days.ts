/** Days and times as people read them. Pure: callers pass the present; the zone is the device's. */
const DAY_MS = 24 * 60 * 60_000

/** Midnight of the day that holds `ms`, in the device's zone. */
export function dayOf(ms: number): number {
  const day = new Date(ms)
  day.setHours(0, 0, 0, 0)
  return day.getTime()
}

export type DayName = 'today' | 'yesterday' | 'weekday' | 'date'

/** How a day is best called from `nowMs`. A day after today (clocks differ) is called by its date. */
export function dayName(ms: number, nowMs: number): DayName {
  // Rounded, because days with a change of the clock are 23 or 25 hours long.
  const days = Math.round((dayOf(nowMs) - dayOf(ms)) / DAY_MS)
  if (days === 0) return 'today'
  if (days === 1) return 'yesterday'
  return days > 1 && days < 7 ? 'weekday' : 'date'
}

/** Hours and minutes of a message. */
export function timeText(ms: number, locale?: string): string {
  return new Date(ms).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })
}

/** `Friday`, or `20 November 2026` when it is longer ago. */
export function dayText(ms: number, name: 'weekday' | 'date', locale?: string): string {
  return new Date(ms).toLocaleDateString(locale, name === 'weekday' ? { weekday: 'long' } : { dateStyle: 'long' })
}

/** The shortest time that still tells when: the hour today, the weekday this week, else the date. */
export function shortTimeText(ms: number, nowMs: number, locale?: string): string {
  const name = dayName(ms, nowMs)
  if (name === 'today') return timeText(ms, locale)
  if (name === 'date') return new Date(ms).toLocaleDateString(locale, { dateStyle: 'short' })
  return new Date(ms).toLocaleDateString(locale, { weekday: 'short' })
}

const SPANS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** A span in the largest unit that measures it evenly: `1 hour`, `90 seconds`. */
export function spanText(seconds: number, locale?: string): string {
  const [unit, length] = SPANS.find(([, each]) => seconds >= each && seconds % each === 0) ?? (['second', 1] as const)
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(seconds / length)
}
