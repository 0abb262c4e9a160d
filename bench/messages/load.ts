/**
 * The load generator, a process of its own; its CPU is not counted. The parent sends what to open, then what to measure;
 * each is answered by one message.
 */
import { cpuMicroseconds } from '../relay-messages/cpu.ts'
import { createTraffic, type Load, type Measured } from '../relay-messages/traffic.ts'
import { driverOf, type Connect } from './client.ts'
import { measureOffline, type OfflineMeasured } from './offline.ts'
import { visavisConnect, type BenchPerson } from './visavis-client.ts'
import { xmppConnect } from './xmpp-client.ts'

export type Opening = { readonly port: number; readonly persons: number; readonly bytes: number } & (
  | { readonly kind: 'visavis'; readonly people: readonly BenchPerson[] }
  | { readonly kind: 'xmpp' }
)
export type Running = { readonly kind: 'run'; readonly load: Load; readonly warmMs: number; readonly measureMs: number }
/** Everybody goes away; then so many messages are stored for those who are not there, and fetched. */
export type GoingOffline = { readonly kind: 'offline'; readonly messages: number }
/** `pids`: the processes to be measured, with all their children. */
export type Order = Opening | ((Running | GoingOffline) & { readonly pids: readonly number[] })
/** `cpu` in microseconds. */
export type Answer =
  | { readonly kind: 'ready' }
  | ({ readonly kind: 'measured'; readonly cpu: number } & Measured)
  | ({ readonly kind: 'offline' } & OfflineMeasured)
  | { readonly kind: 'failed'; readonly reason: string }

let opened: { opening: Opening; traffic: ReturnType<typeof createTraffic>; close: () => void } | undefined

const connectTo = (opening: Opening, startsGroups: boolean): Connect =>
  opening.kind === 'visavis' ? visavisConnect({ ...opening, startsGroups }) : xmppConnect(opening)

/** The servers notice that somebody has gone a little later than the generator. */
const AWAY_MS = 1_000

async function handle(order: Order): Promise<Answer> {
  if (order.kind === 'visavis' || order.kind === 'xmpp') {
    const { driver, close } = driverOf(connectTo(order, true), order.persons)
    const traffic = createTraffic(driver)
    await traffic.open(order.persons)
    opened = { opening: order, traffic, close }
    return { kind: 'ready' }
  }
  if (!opened) throw new Error('nothing is open')
  const cpu = () => cpuMicroseconds(order.pids)
  if (order.kind === 'run') {
    const { load, warmMs, measureMs } = order
    return { kind: 'measured', ...(await opened.traffic.run({ load, warmMs, measureMs, around: cpu })) }
  }
  const { opening, close } = opened
  close()
  await new Promise((resolve) => void setTimeout(resolve, AWAY_MS))
  const { persons } = opening
  const { messages } = order
  return {
    kind: 'offline',
    ...(await measureOffline({ connect: connectTo(opening, false), persons, messages, cpu })),
  }
}

process.on('message', (order: Order) => {
  handle(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ kind: 'failed', reason: String(error) } satisfies Answer),
  )
})
process.on('disconnect', () => process.exit(0))
