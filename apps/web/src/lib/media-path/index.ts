import type { Clock } from '@visavis/ports'
import type { MediaPath, MediaPathFactory, MediaPathOptions } from '../engine/ports.ts'
import { createSplicePath } from './splice-path.ts'
import { createStartRate, type StartRate } from './start-rate.ts'
import { createTurnPath, type TurnListener } from './turn-path.ts'

export type { IceCredentials, TurnListener } from './turn-path.ts'

/** A path of the kind that was leased. `prepare` is to be called once, then `connect`. */
function createMediaPath(
  clock: Clock,
  options: MediaPathOptions & { readonly listener: TurnListener },
  rate: StartRate,
): MediaPath {
  const { lease } = options
  if (lease.kind === 'splice') return createSplicePath(clock, options, lease, rate)
  return createTurnPath(clock, options, lease, rate)
}

/** The media paths of this browser, for the engine. What one learns of the network is for the next one; see `StartRate`. */
export function createMediaPathFactory(clock: Clock, guessedKbps?: number): MediaPathFactory {
  const rate = createStartRate(guessedKbps)
  return (options) => createMediaPath(clock, options, rate)
}
