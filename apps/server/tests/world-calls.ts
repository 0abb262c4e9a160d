import type { Clock, Log, Random, Relay } from '@visavis/ports'
import { createCallReceipts, createCalls, type Calls, type CallStore, type TurnIssuer } from '../src/calls/index.ts'
import type { Gateway } from '../src/gateway/index.ts'
import { createStampKeys, type StampKeys, type StampKeyStore } from '../src/stamps/index.ts'

/** Calls and the keys of stamps as `subjects.ts` joins them, under keys that anybody knows. */
export function worldCalls(deps: {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly gateway: Pick<Gateway, 'deliver' | 'deliverOnce'>
  readonly store: CallStore
  readonly stampKeyStore: StampKeyStore
  readonly meetAgainMs: number
  readonly relay?: Relay
  readonly turn?: TurnIssuer
}): { readonly calls: Calls; readonly stampKeys: StampKeys } {
  const { gateway, stampKeyStore, ...shared } = deps
  const { clock, random, log } = deps
  const sealKey = new Uint8Array(32).fill(7)
  const stampKeys = createStampKeys({ clock, random, log, store: stampKeyStore, sealKey })
  const receipts = createCallReceipts({ key: new Uint8Array(32).fill(8), random })
  const { deliver, deliverOnce } = gateway
  return { stampKeys, calls: createCalls({ ...shared, deliver, deliverOnce, stampKeys, receipts }) }
}
