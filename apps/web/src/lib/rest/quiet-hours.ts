import { HOUR, MINUTE } from '@visavis/ports'

/** When somebody wishes not to be tempted or woken [M19]: minutes of the local day, perhaps over midnight. */
export type QuietHours = { readonly isOn: boolean; readonly fromMinute: number; readonly toMinute: number }

export const QUIET_DEFAULT: QuietHours = { isOn: false, fromMinute: 23 * 60, toMinute: 7 * 60 }
export const DAY_MINUTES = 24 * 60

/** The minute of the local day at which the quiet that holds now ends; undefined outside of it. Equal ends hold never. */
export function quietUntil({ isOn, fromMinute, toMinute }: QuietHours, minute: number): number | undefined {
  if (!isOn || fromMinute === toMinute) return undefined
  const isOverMidnight = toMinute < fromMinute
  const isInside = isOverMidnight
    ? minute >= fromMinute || minute < toMinute
    : minute >= fromMinute && minute < toMinute
  return isInside ? toMinute : undefined
}

/** Where in its local day a moment is, 0 to 1439. */
export function minuteOfDay(atMs: number): number {
  const at = new Date(atMs)
  return (at.getHours() * HOUR + at.getMinutes() * MINUTE) / MINUTE
}

/** `07:00`, as a field for times has it. */
export function timeOfMinute(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':')
}

/** Undefined for what is no time, as of a field that was emptied. */
export function minuteOfTime(time: string): number | undefined {
  const [, hours, minutes] = /^(\d{2}):(\d{2})/.exec(time) ?? []
  const minute = Number(hours) * 60 + Number(minutes)
  return Number(minutes) < 60 && minute < DAY_MINUTES ? minute : undefined
}
