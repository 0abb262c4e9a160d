import type { RelayStats } from '@visavis/ports'
import { decodeUfrag, passwordOf } from './leg-credentials.ts'
import * as book from './leg-table.ts'
import type { Endpoint, Leg, LegTable, Outgoing } from './leg-table.ts'
import { bindingSuccess, integrityHolds, parseBindingRequest, type BindingRequest } from './stun.ts'

/**
 * The splice relay without sockets: a packet, its source and the time in; packets to send out. ICE ends here (ICE-lite,
 * RFC 8445 section 2.5); DTLS and SRTP pass between the two legs of a splice, unread.
 *
 * - Only a Binding request with a right MESSAGE-INTEGRITY is answered, with fewer bytes than it had, to its source.
 * - A leg's address is the source of its first authenticated request, then of any authenticated one that nominates
 *   (USE-CANDIDATE), and is forgotten after `CONSENT_MS` without an authenticated request (RFC 7675).
 * - Media goes from a leg's address to its partner's address, and nowhere else; what has no such way is dropped.
 * - A DTLS packet for a leg that is not open yet, or has no address yet, is held: a little, and for a short time.
 *
 * Known limit: ICE-lite does not prove that a requester can receive at its source. Who holds a valid lease could name a
 * forged source; that source then gets at most the packets that the forger's own other leg sends, one for one.
 */
export const LEGS_MAX = 20_000
const SWEEP_EVERY_MS = 1_000
const NOTHING: readonly Outgoing[] = []

export type SpliceCore = {
  receive(packet: Uint8Array, from: Endpoint, nowMs: number): readonly Outgoing[]
  splice(legA: string, legB: string): void
  open(legId: string, nowMs: number): readonly Outgoing[]
  release(legId: string): void
  stats(nowMs: number): RelayStats
}

type Core = { readonly table: LegTable; readonly secret: Uint8Array; readonly legsMax: number }

export function createSpliceCore(deps: { readonly secret: Uint8Array; readonly legsMax?: number }): SpliceCore {
  const table = book.createLegTable()
  const core: Core = { table, secret: deps.secret, legsMax: deps.legsMax ?? LEGS_MAX }
  let sweptAtMs = 0

  function receive(packet: Uint8Array, from: Endpoint, nowMs: number): readonly Outgoing[] {
    if (Math.abs(nowMs - sweptAtMs) >= SWEEP_EVERY_MS) {
      book.sweep(table, nowMs)
      sweptAtMs = nowMs
    }
    const out = route(core, packet, from, nowMs)
    if (!out) table.packetsDropped++
    return out ?? NOTHING
  }

  function open(legId: string, nowMs: number): readonly Outgoing[] {
    const leg = table.legs.get(legId)
    if (!leg?.partner) return NOTHING
    leg.opened = true
    return book.flush(table, leg, nowMs)
  }

  function release(legId: string): void {
    const leg = table.legs.get(legId)
    if (!leg) return
    const partner = leg.partner
    book.part(table, leg)
    book.forgetRemote(table, leg)
    table.legs.delete(legId)
    if (partner && !partner.remote) table.legs.delete(partner.legId)
  }

  function stats(nowMs: number): RelayStats {
    book.sweep(table, nowMs)
    let spliced = 0
    for (const leg of table.legs.values()) if (leg.partner) spliced++
    const { legs, packetsForwarded, packetsDropped } = table
    return { legs: legs.size, splices: spliced / 2, packetsForwarded, packetsDropped }
  }

  return { receive, splice: (legA, legB) => splice(table, legA, legB), open, release, stats }
}

/** What follows from a packet; `undefined` when it is dropped. The first byte tells its kind (RFC 7983 section 7). */
function route(core: Core, packet: Uint8Array, from: Endpoint, nowMs: number): readonly Outgoing[] | undefined {
  const first = packet[0]
  // A source port 0 can be forged and never answered.
  if (first === undefined || from.port === 0) return undefined
  if (first <= 3) return check(core, packet, from, nowMs)
  if (first >= 20 && first <= 63) return media(core.table, packet, true, from, nowMs)
  if (first >= 128 && first <= 191) return media(core.table, packet, false, from, nowMs)
  return undefined
}

function check(core: Core, packet: Uint8Array, from: Endpoint, nowMs: number): readonly Outgoing[] | undefined {
  const { table } = core
  const request = parseBindingRequest(packet)
  const leg = request && authenticate(core, packet, request, nowMs)
  if (!leg) return undefined
  const transaction = Buffer.from(request.transactionId).toString('latin1')
  const sameSource = leg.remote?.port === from.port && leg.remote.address === from.address
  if (!sameSource && leg.transactions.has(transaction)) return undefined
  if (!book.take(leg.checkBudget, book.CHECKS_PER_SECOND, nowMs)) return undefined
  const answer = bindingSuccess(request, from, leg.password)
  if (!answer) return undefined
  book.remember(leg, transaction)
  if (sameSource) leg.seenAtMs = nowMs
  else if (!leg.remote || request.useCandidate) book.adopt(table, leg, from, nowMs)
  return [{ to: from, bytes: answer }, ...book.flush(table, leg, nowMs)]
}

/** The leg a request speaks for, if its integrity holds and its credentials are the leg's newest and not expired. */
function authenticate(core: Core, packet: Uint8Array, request: BindingRequest, nowMs: number): Leg | undefined {
  const { table, secret, legsMax } = core
  const [ufrag = ''] = request.username.split(':', 1)
  const name = decodeUfrag(ufrag)
  if (!name || name.expiresAtMs <= nowMs) return undefined
  const known = table.legs.get(name.legId)
  if (known && known.generation > name.generation) return undefined
  const password = known?.ufrag === ufrag ? known.password : passwordOf(ufrag, secret)
  if (!integrityHolds(packet, request, password)) return undefined
  if (!known && table.legs.size >= legsMax) return undefined
  const leg = known ?? book.addLeg(table, name.legId)
  // An ICE restart: its first check names the address anew.
  if (name.generation > leg.generation) book.forgetRemote(table, leg)
  leg.generation = name.generation
  leg.ufrag = ufrag
  leg.password = password
  return leg
}

function media(
  table: LegTable,
  packet: Uint8Array,
  isDtls: boolean,
  from: Endpoint,
  nowMs: number,
): readonly Outgoing[] | undefined {
  const leg = book.legAt(table, from, nowMs)
  const partner = leg?.partner
  if (!partner || !book.take(leg.mediaBudget, book.MEDIA_PACKETS_PER_SECOND, nowMs)) return undefined
  if (partner.opened && partner.remote && nowMs - partner.seenAtMs <= book.CONSENT_MS) {
    table.packetsForwarded++
    return [{ to: partner.remote, bytes: packet }]
  }
  return isDtls && book.hold(partner, packet, nowMs) ? NOTHING : undefined
}

/**
 * The owner decides who is spliced, so these legs are made whatever `legsMax` says; the owner bounds its leases.
 * Throws on a leg spliced with itself.
 */
function splice(table: LegTable, legA: string, legB: string): void {
  if (legA === legB) throw new TypeError('a leg cannot be spliced with itself')
  const a = table.legs.get(legA) ?? book.addLeg(table, legA)
  const b = table.legs.get(legB) ?? book.addLeg(table, legB)
  for (const leg of [a, b]) {
    const former = leg.partner
    book.part(table, leg)
    if (former && former !== a && former !== b && !former.remote) table.legs.delete(former.legId)
  }
  a.partner = b
  b.partner = a
}
