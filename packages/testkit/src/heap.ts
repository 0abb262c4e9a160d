import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
/** The first collections find what is no longer reachable, and the memory of its buffers is given back a little later. */
const COLLECTIONS = 3

/** Bytes that are still reachable: what a process that takes in hostile bytes must not let grow. Slow: collects all garbage. */
export async function reachableBytes(): Promise<number> {
  for (let round = 0; round < COLLECTIONS; round++) {
    collect()
    await setImmediate()
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
