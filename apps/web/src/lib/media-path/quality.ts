import { packetsArrived } from './stall-watch.ts'

/**
 * How good the call is, in one of three words, from two readings of the browser's statistics. Pure.
 *
 * Thresholds follow what people notice: ITU-T G.114 calls up to 150 ms one way fine and beyond 400 ms bad; VP8 with
 * retransmission hides about 3 % of loss and breaks up at about 10 %; below 12 pictures a second motion falls apart.
 */
export type Quality = 'good' | 'fair' | 'poor'

/** Counters as read from `getStats`; absent where the browser tells none. */
export type Reading = {
  readonly rttMs: number | undefined
  readonly packetsReceived: number
  readonly packetsLost: number
  /** Share of our packets that the partner reports lost, 0 to 1. */
  readonly lostThere: number | undefined
  readonly videoPacketsReceived: number
  readonly framesDecoded: number
  readonly packetsSent: number
  /** Packets of any kind that came in, reports on ours among them. */
  readonly packetsArrived: number | undefined
  readonly atMs: number
}

const FAIR = { rttMs: 300, lossShare: 0.03, fps: 12 }
const POOR = { rttMs: 800, lossShare: 0.1, fps: 5 }
/** Video packets per second below which no moving picture is being sent (camera off). */
const VIDEO_PACKETS_PER_SECOND_MIN = 10

/** The quality between two readings; undefined when nothing arrived in between and nothing is known. */
export function qualityBetween(before: Reading, after: Reading): Quality | undefined {
  const seconds = (after.atMs - before.atMs) / 1_000
  if (seconds <= 0) return undefined
  // We send, and not even a report about it comes back: whoever is there, the way to them is not.
  if (after.packetsArrived !== undefined && after.packetsArrived === before.packetsArrived)
    return after.packetsSent > before.packetsSent ? 'poor' : undefined
  const received = after.packetsReceived - before.packetsReceived
  const lost = Math.max(0, after.packetsLost - before.packetsLost)
  const lossHere = received + lost > 0 ? lost / (received + lost) : 0
  const videoPackets = (after.videoPacketsReceived - before.videoPacketsReceived) / seconds
  const fps = (after.framesDecoded - before.framesDecoded) / seconds
  if (received === 0 && after.rttMs === undefined) return undefined

  const lossShare = Math.max(lossHere, after.lostThere ?? 0)
  const rttMs = after.rttMs ?? 0
  const moving = videoPackets >= VIDEO_PACKETS_PER_SECOND_MIN
  const beyond = (limit: typeof FAIR) =>
    rttMs > limit.rttMs || lossShare > limit.lossShare || (moving && fps < limit.fps)
  if (beyond(POOR)) return 'poor'
  return beyond(FAIR) ? 'fair' : 'good'
}

const RANK = { good: 0, fair: 1, poor: 2 } as const

/**
 * Keeps the word from flickering: it gets worse at once, and better only when the last two readings agree on it.
 */
export function settleQuality(shown: Quality | undefined, last: Quality | undefined, now: Quality): Quality {
  if (shown === undefined || RANK[now] >= RANK[shown]) return now
  if (last === undefined) return shown
  const better = RANK[last] > RANK[now] ? last : now
  return RANK[better] < RANK[shown] ? better : shown
}

/** One statistic as browsers report it; only fields that are numbers are read. */
type Stat = Readonly<Record<string, unknown>>

/** Sums the statistics of a connection up; unknown entries and fields are ignored. */
export function readStats(stats: Iterable<Stat>, atMs: number): Reading {
  let packetsReceived = 0
  let packetsLost = 0
  let videoPacketsReceived = 0
  let framesDecoded = 0
  let packetsSent = 0
  let rttMs: number | undefined
  let lostThere: number | undefined
  const all = [...stats]
  for (const stat of all) {
    if (stat['type'] === 'inbound-rtp') {
      packetsReceived += number(stat['packetsReceived']) ?? 0
      packetsLost += number(stat['packetsLost']) ?? 0
      framesDecoded += number(stat['framesDecoded']) ?? 0
      if (stat['kind'] === 'video') videoPacketsReceived += number(stat['packetsReceived']) ?? 0
    } else if (stat['type'] === 'outbound-rtp') {
      packetsSent += number(stat['packetsSent']) ?? 0
    } else if (stat['type'] === 'remote-inbound-rtp') {
      rttMs = highest(rttMs, scaled(stat['roundTripTime']))
      lostThere = highest(lostThere, number(stat['fractionLost']))
    }
  }
  return {
    rttMs,
    packetsReceived,
    packetsLost,
    lostThere,
    videoPacketsReceived,
    framesDecoded,
    packetsSent,
    packetsArrived: packetsArrived(all),
    atMs,
  }
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function scaled(seconds: unknown): number | undefined {
  const value = number(seconds)
  return value === undefined ? undefined : value * 1_000
}

function highest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return Math.max(a, b)
}
