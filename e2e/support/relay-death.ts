/**
 * Loaded into a server before its own code (`--import`): each SIGUSR2 ends the thread of its relay, as a fault in it would.
 * From the second one on somebody else takes the relay's port in that very moment.
 */
import { createSocket } from 'node:dgram'
import { syncBuiltinESMExports } from 'node:module'
import threads, { isMainThread, type WorkerOptions } from 'node:worker_threads'
import type { RelayWorkerSettings } from '../../apps/server/src/relay/relay-messages.ts'

const Worker = threads.Worker
let relay: { readonly thread: threads.Worker; readonly settings: RelayWorkerSettings } | undefined
let deaths = 0

class Watched extends Worker {
  constructor(file: string | URL, options?: WorkerOptions) {
    super(file, options)
    if (options?.name === 'relay') relay = { thread: this, settings: options.workerData }
  }
}

if (isMainThread) {
  threads.Worker = Watched
  syncBuiltinESMExports()
  process.on('SIGUSR2', () => {
    if (!relay) return
    const { thread, settings } = relay
    deaths++
    if (deaths > 1) thread.once('exit', () => createSocket('udp4').bind(settings.port, settings.bindAddress))
    void thread.terminate()
  })
}
