import type { Clock } from '@visavis/ports'
import type { MediaPath, MediaPathFactory, MediaPathOptions } from '../engine/ports.ts'
import { createSplicePath } from './splice-path.ts'
import { createTurnPath, type TurnListener } from './turn-path.ts'

export type { IceCredentials, TurnListener } from './turn-path.ts'

/** A path of the kind that was leased. `prepare` is to be called once, then `connect`. */
export function createMediaPath(
  clock: Clock,
  options: MediaPathOptions & { readonly listener: TurnListener },
): MediaPath {
  const { lease } = options
  return lease.kind === 'splice' ? createSplicePath(clock, options, lease) : createTurnPath(clock, options, lease)
}

/** The media paths of this browser, for the engine. */
export function createMediaPathFactory(clock: Clock): MediaPathFactory {
  return (options) => createMediaPath(clock, options)
}
