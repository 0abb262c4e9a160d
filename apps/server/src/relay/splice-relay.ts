import type { Clock, LegCredentials, Log, Relay } from '@visavis/ports'
import { HOUR, SECOND } from '@visavis/ports'
import { VisavisError } from '@visavis/wire'
import { encodeUfrag, passwordOf } from './leg-credentials.ts'
import { createRelayThread, startRelayWorker, type StartWorker } from './relay-thread.ts'

/**
 * The embedded relay as the server holds it: leases legs and keeps the table of splices in memory, so that a thread
 * that had to be started again is told it. Legs are recognised by their credentials, and a call that was going on goes
 * on.
 */
export const LEASE_LIFE_MS = 12 * HOUR

export type SpliceRelay = Relay & {
  /** The UDP port the relay is bound to. Another one when it had to be started again and its own was taken. */
  port(): number
  /** `down` while the thread is being started again; then `lease` throws `RELAY_UNAVAILABLE`. */
  state(): 'up' | 'down'
}

export type SpliceRelayDeps = {
  readonly bindAddress: string
  /** The IP address told to clients. See `chooseAnnounce`. */
  readonly announceAddress: string
  /** UDP port to bind; 0 takes a free one, which is kept over restarts of the thread as long as it is to be had. */
  readonly port: number
  /** The port told to clients when it is not the bound one (a forwarded port). */
  readonly announcePort?: number
  readonly secret: Uint8Array
  readonly clock: Clock
  readonly log: Log
  readonly leaseLifeMs?: number
  readonly startWorker?: StartWorker
}

type Side = { readonly partner: string; opened: boolean }

/** Starts the relay; rejects when its port cannot be bound, so that a wrong configuration stops the start. */
export async function createSpliceRelay(deps: SpliceRelayDeps): Promise<SpliceRelay> {
  const { bindAddress, announceAddress, clock, log, secret, leaseLifeMs = LEASE_LIFE_MS } = deps
  const sides = new Map<string, Side>()
  const thread = await createRelayThread({
    settings: { bindAddress, port: deps.port, secret },
    mayMove: deps.announcePort === undefined,
    clock,
    log,
    startWorker: deps.startWorker ?? startRelayWorker,
    listens(tell) {
      for (const [legA, { partner }] of sides) if (legA < partner) tell({ kind: 'splice', legA, legB: partner })
      for (const [legId, { opened }] of sides) if (opened) tell({ kind: 'open', legId })
    },
  })

  function lease(legId: string, generation: number): LegCredentials {
    if (thread.state() !== 'up') throw new VisavisError('RELAY_UNAVAILABLE')
    const expiresAtMs = Math.floor((clock.nowMs() + leaseLifeMs) / SECOND) * SECOND
    const ufrag = encodeUfrag({ legId, generation, expiresAtMs })
    const port = deps.announcePort ?? thread.port()
    return { legId, ufrag, pwd: passwordOf(ufrag, secret), address: announceAddress, port, expiresAtMs }
  }

  function part(legId: string): void {
    const partner = sides.get(legId)?.partner
    sides.delete(legId)
    if (partner !== undefined) sides.delete(partner)
  }

  function splice(legA: string, legB: string): void {
    if (legA === legB) throw new TypeError('a leg cannot be spliced with itself')
    part(legA)
    part(legB)
    sides.set(legA, { partner: legB, opened: false })
    sides.set(legB, { partner: legA, opened: false })
    thread.tell({ kind: 'splice', legA, legB })
  }

  function open(legId: string): void {
    const side = sides.get(legId)
    if (!side) return
    side.opened = true
    thread.tell({ kind: 'open', legId })
  }

  function release(legId: string): void {
    part(legId)
    thread.tell({ kind: 'release', legId })
  }

  async function close(): Promise<void> {
    sides.clear()
    await thread.close()
  }

  return {
    port: () => thread.port(),
    state: () => thread.state(),
    lease,
    splice,
    open,
    release,
    stats: () => thread.stats(),
    close,
  }
}
