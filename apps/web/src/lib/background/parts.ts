import type { Clock } from '@visavis/ports'
import { ASSETS } from './assets.ts'
import type { BackgroundParts } from './background.ts'
import { createCover, type CoverWorker } from './cover.ts'
import { openIntake } from './intake.ts'
import { openOutlet } from './outlet.ts'
import { createOwnPicture } from './own-picture.ts'
import type { FromCoverWorker } from './protocol.ts'

/** Everything real behind the background. Fetched when somebody wants one, and not before. */
export function createBackgroundParts(deps: {
  readonly clock: Clock
  readonly createWorker: () => Worker
}): BackgroundParts {
  const { indexedDB: indexedDb } = globalThis
  return {
    ownPicture: createOwnPicture({ indexedDb, crypto }),
    openCover: (wear, patches) =>
      createCover({
        clock: deps.clock,
        outlet: openOutlet(deps.clock),
        createWorker: () => asCoverWorker(deps.createWorker()),
        openIntake: (camera, post) => openIntake(deps.clock, camera, post),
        assets: ASSETS,
        wear,
        patches,
      }),
  }
}

function asCoverWorker(worker: Worker): CoverWorker {
  return {
    post: (message, give = []) => worker.postMessage(message, give),
    onMessage: (listener) =>
      worker.addEventListener('message', ({ data }: MessageEvent<FromCoverWorker>) => listener(data)),
    onDeath(listener) {
      worker.addEventListener('error', listener)
      worker.addEventListener('messageerror', listener)
    },
    terminate: () => worker.terminate(),
  }
}
