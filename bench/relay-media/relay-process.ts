/**
 * The embedded relay in a process of its own, as the server holds it, so that its CPU time can be read apart from the
 * load's. It is told where to listen and for how many calls; it answers with the legs, spliced in pairs and open.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { createSpliceRelay } from '../../apps/server/src/relay/index.ts'
import { wallClock } from '../../e2e/support/wall-clock.ts'
import { SILENT_LOG } from './outside.ts'

export type Opening = { readonly address: string; readonly calls: number }
export type Leg = { readonly ufrag: string; readonly pwd: string }
export type Opened = { readonly port: number; readonly legs: readonly Leg[] }

async function open({ address, calls }: Opening): Promise<void> {
  const relay = await createSpliceRelay({
    bindAddress: address,
    announceAddress: address,
    port: 0,
    secret: randomBytes(32),
    clock: wallClock,
    log: SILENT_LOG,
  })
  const legs: Leg[] = []
  for (let call = 0; call < calls; call++) {
    const pair = [relay.lease(randomUUID(), 1), relay.lease(randomUUID(), 1)] as const
    relay.splice(pair[0].legId, pair[1].legId)
    for (const leg of pair) relay.open(leg.legId)
    legs.push(...pair.map(({ ufrag, pwd }) => ({ ufrag, pwd })))
  }
  // The thread has heard of all splices when it answers this.
  await relay.stats()
  process.send?.({ port: relay.port(), legs } satisfies Opened)
}

process.once('message', (opening: Opening) => void open(opening))
