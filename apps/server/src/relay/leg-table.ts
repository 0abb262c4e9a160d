/**
 * The books of the splice core: which legs there are, where each is, and who is spliced with whom. Kept apart from the
 * core, which says what a packet may do to them.
 */
export const CONSENT_MS = 30_000
export const HOLD_MS = 3_000
export const HOLD_PACKETS_MAX = 32
export const HOLD_PACKET_BYTES_MAX = 1_600
export const MEDIA_PACKETS_PER_SECOND = 3_000
export const CHECKS_PER_SECOND = 60
/** Transactions remembered per leg, so that a recorded request sent again from elsewhere moves no address. */
const TRANSACTIONS_MAX = 256

export type Endpoint = { readonly address: string; readonly port: number }
export type Outgoing = { readonly to: Endpoint; readonly bytes: Uint8Array }
type Held = { readonly bytes: Uint8Array; readonly atMs: number }
type Bucket = { tokens: number; atMs: number }

export type Leg = {
  readonly legId: string
  generation: number
  ufrag: string
  password: string
  remote: Endpoint | undefined
  /** When the last authenticated request came from `remote`. */
  seenAtMs: number
  partner: Leg | undefined
  opened: boolean
  held: Held[]
  readonly transactions: Set<string>
  readonly mediaBudget: Bucket
  readonly checkBudget: Bucket
}

export type LegTable = {
  readonly legs: Map<string, Leg>
  readonly byRemote: Map<string, Leg>
  packetsForwarded: number
  packetsDropped: number
}

export function createLegTable(): LegTable {
  return { legs: new Map(), byRemote: new Map(), packetsForwarded: 0, packetsDropped: 0 }
}

export function addLeg(table: LegTable, legId: string): Leg {
  const leg: Leg = {
    legId,
    generation: 0,
    ufrag: '',
    password: '',
    remote: undefined,
    seenAtMs: 0,
    partner: undefined,
    opened: false,
    held: [],
    transactions: new Set(),
    mediaBudget: { tokens: MEDIA_PACKETS_PER_SECOND, atMs: 0 },
    checkBudget: { tokens: CHECKS_PER_SECOND, atMs: 0 },
  }
  table.legs.set(legId, leg)
  return leg
}

/** The leg that has consent at this source, if any. */
export function legAt(table: LegTable, from: Endpoint, nowMs: number): Leg | undefined {
  const leg = table.byRemote.get(endpointKey(from))
  return leg && nowMs - leg.seenAtMs <= CONSENT_MS ? leg : undefined
}

/** Makes `from` the leg's address. Another leg that had it has none now: a browser reuses a port only when it is free. */
export function adopt(table: LegTable, leg: Leg, from: Endpoint, nowMs: number): void {
  forgetRemote(table, leg)
  const key = endpointKey(from)
  const former = table.byRemote.get(key)
  if (former) former.remote = undefined
  leg.remote = { address: from.address, port: from.port }
  leg.seenAtMs = nowMs
  table.byRemote.set(key, leg)
}

export function forgetRemote(table: LegTable, leg: Leg): void {
  if (leg.remote) table.byRemote.delete(endpointKey(leg.remote))
  leg.remote = undefined
}

/** Ends the splice of a leg for both sides; what was held for either is gone. */
export function part(table: LegTable, leg: Leg): void {
  for (const side of leg.partner ? [leg, leg.partner] : [leg]) {
    side.partner = undefined
    side.opened = false
    table.packetsDropped += side.held.length
    side.held = []
  }
}

/** Keeps a packet for a leg that cannot take it yet; false if it is too big or one too many. */
export function hold(leg: Leg, packet: Uint8Array, nowMs: number): boolean {
  if (packet.byteLength > HOLD_PACKET_BYTES_MAX || leg.held.length >= HOLD_PACKETS_MAX) return false
  leg.held.push({ bytes: packet.slice(), atMs: nowMs })
  return true
}

export function dropStaleHeld(table: LegTable, leg: Leg, nowMs: number): void {
  const fresh = leg.held.filter((held) => nowMs - held.atMs <= HOLD_MS)
  table.packetsDropped += leg.held.length - fresh.length
  leg.held = fresh
}

/** Lets the held packets of a leg go once it is open and has an address. */
export function flush(table: LegTable, leg: Leg, nowMs: number): readonly Outgoing[] {
  const to = leg.remote
  if (!leg.opened || !to || leg.held.length === 0) return []
  dropStaleHeld(table, leg, nowMs)
  const fresh = leg.held
  leg.held = []
  table.packetsForwarded += fresh.length
  return fresh.map(({ bytes }) => ({ to, bytes }))
}

/** Forgets addresses without consent, legs without address and partner, and packets held for too long. */
export function sweep(table: LegTable, nowMs: number): void {
  for (const leg of table.legs.values()) {
    if (leg.remote && nowMs - leg.seenAtMs > CONSENT_MS) forgetRemote(table, leg)
    if (leg.held.length > 0) dropStaleHeld(table, leg, nowMs)
    if (!leg.remote && !leg.partner) table.legs.delete(leg.legId)
  }
}

export function remember(leg: Leg, transaction: string): void {
  leg.transactions.add(transaction)
  if (leg.transactions.size <= TRANSACTIONS_MAX) return
  const [oldest] = leg.transactions
  if (oldest !== undefined) leg.transactions.delete(oldest)
}

/** A token bucket with one second of burst; false when it is empty. */
export function take(bucket: Bucket, perSecond: number, nowMs: number): boolean {
  const gained = Math.max(0, nowMs - bucket.atMs) * (perSecond / 1_000)
  bucket.tokens = Math.min(perSecond, bucket.tokens + gained)
  bucket.atMs = nowMs
  if (bucket.tokens < 1) return false
  bucket.tokens--
  return true
}

function endpointKey(endpoint: Endpoint): string {
  return `${endpoint.address} ${endpoint.port}`
}
