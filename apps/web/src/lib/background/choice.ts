import type { DeviceStorage } from '../app/storage.ts'

/** What is shown in the place of the room [M10]. Kept on this device, and told to nobody. */
export const CHOICES = ['off', 'blur-light', 'blur-strong', 'dusk', 'meadow', 'shelf', 'plain', 'own'] as const
export type BackgroundChoice = (typeof CHOICES)[number]
/** Pictures of our own, drawn by `scenes.ts`. */
export const SCENES = ['dusk', 'meadow', 'shelf', 'plain'] as const satisfies readonly BackgroundChoice[]
export type Scene = (typeof SCENES)[number]

const KEY = 'visavis.background'

export function readChoice(storage: DeviceStorage): BackgroundChoice {
  const kept = storage.read(KEY)
  return CHOICES.find((choice) => choice === kept) ?? 'off'
}

export function writeChoice(storage: DeviceStorage, choice: BackgroundChoice): void {
  if (choice === 'off') storage.remove(KEY)
  else storage.write(KEY, choice)
}

export function isScene(choice: BackgroundChoice): choice is Scene {
  return (SCENES as readonly BackgroundChoice[]).includes(choice)
}
