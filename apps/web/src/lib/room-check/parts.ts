import { ASSETS } from './assets.ts'
import type { FromRoomWorker, ToRoomWorker } from './protocol.ts'
import type { RoomWorker } from './room-check.ts'

/** The real worker of the room check. Fetched when somebody presses for it, and not before. */
export function openRoomWorker(createWorker: () => Worker): RoomWorker {
  const worker = createWorker()
  return {
    look: (picture) => worker.postMessage({ kind: 'look', picture, assets: ASSETS } satisfies ToRoomWorker, [picture]),
    onMessage: (listener) =>
      worker.addEventListener('message', ({ data }: MessageEvent<FromRoomWorker>) => listener(data)),
    onDeath(listener) {
      worker.addEventListener('error', listener)
      worker.addEventListener('messageerror', listener)
    },
    terminate: () => worker.terminate(),
  }
}
