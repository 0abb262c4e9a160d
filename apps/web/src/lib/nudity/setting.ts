import type { DeviceStorage } from '../app/storage.ts'

/** How readily a picture is taken for nudity [M15]. Kept on this device, and told to nobody. */
export const NUDITY_SETTINGS = ['usual', 'strict', 'off'] as const
export type NuditySetting = (typeof NUDITY_SETTINGS)[number]

const KEY = 'visavis.nudity'

export function readNuditySetting(storage: DeviceStorage): NuditySetting {
  const kept = storage.read(KEY)
  return NUDITY_SETTINGS.find((setting) => setting === kept) ?? 'usual'
}

export function writeNuditySetting(storage: DeviceStorage, setting: NuditySetting): void {
  if (setting === 'usual') storage.remove(KEY)
  else storage.write(KEY, setting)
}
