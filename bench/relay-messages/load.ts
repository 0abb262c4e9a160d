/**
 * The load generator, a process of its own; its CPU is not counted. The parent sends what to open, then what to run;
 * each is answered by one message.
 */
import { cpuMicroseconds } from './cpu.ts'
import { socketIoDriver } from './socket-io-driver.ts'
import { createTraffic, type Load, type Measured } from './traffic.ts'
import { visavisDriver } from './visavis-driver.ts'

export type Opening =
  | { readonly kind: 'visavis'; readonly port: number; readonly cookies: readonly string[]; readonly bytes: number }
  | { readonly kind: 'socket.io'; readonly port: number; readonly pairs: number; readonly bytes: number }
export type Running = {
  readonly kind: 'run'
  readonly load: Load
  readonly warmMs: number
  readonly measureMs: number
  /** The processes to be measured, with all their children. */
  readonly pids: readonly number[]
}
/** `cpu` in microseconds. */
export type Answer =
  | { readonly kind: 'ready' }
  | ({ readonly kind: 'measured'; readonly cpu: number } & Measured)
  | { readonly kind: 'failed'; readonly reason: string }

let traffic: ReturnType<typeof createTraffic> | undefined

async function handle(order: Opening | Running): Promise<Answer> {
  if (order.kind === 'run') {
    if (!traffic) throw new Error('nothing is open')
    const { load, warmMs, measureMs, pids } = order
    return {
      kind: 'measured',
      ...(await traffic.run({ load, warmMs, measureMs, around: () => cpuMicroseconds(pids) })),
    }
  }
  traffic = createTraffic(order.kind === 'visavis' ? visavisDriver(order) : socketIoDriver(order))
  await traffic.open(order.kind === 'visavis' ? order.cookies.length : 2 * order.pairs)
  return { kind: 'ready' }
}

process.on('message', (order: Opening | Running) => {
  handle(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ kind: 'failed', reason: String(error) } satisfies Answer),
  )
})
process.on('disconnect', () => process.exit(0))
