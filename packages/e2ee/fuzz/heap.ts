import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
/** The memory of buffers is given back a little after the collection that found them. */
const COLLECTIONS = 3

/** Bytes that are still reachable. Slow: collects all garbage. */
export async function reachableBytes(): Promise<number> {
  for (let round = 0; round < COLLECTIONS; round++) {
    collect()
    await setImmediate()
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
