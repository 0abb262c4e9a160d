/**
 * The traffic of calls of two with video, as a browser sends it: 30 pictures a second of about 6 packets each, 50 packets
 * of sound a second, and 10 reports about what arrived. 1.5 Mbit/s of video and 32 kbit/s of sound in each direction. What
 * is inside is noise, as SRTP is to whoever forwards it.
 */
import { randomBytes } from 'node:crypto'

/** One end of a call on its way through a relay. `arrived` is set by whoever measures. */
export type Way = {
  send(packet: Uint8Array): void
  arrived: (packet: Uint8Array) => void
  /** A check that the other side still wants packets (RFC 7675), with its answer. */
  consent(): void
  close(): void
}

export type Measured = {
  readonly sent: number
  readonly delivered: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** The first byte of RTP and of RTCP. */
const MEDIA = 0x80
const TICK_MS = 5
const PICTURE_MS = 1_000 / 30
const SOUND_MS = 20
const REPORT_MS = 100
const CONSENT_MS = 2_500
const PACKETS_PER_PICTURE = 6
const BYTES = { picture: 1_042, sound: 110, report: 84 }
/** Every so many packets the time on the way is noted. */
const SAMPLE = 16
/** After the last packet was sent. */
const TAIL_MS = 300

/** Packets a second that a relay forwards for one call, both directions together. */
export const PACKETS_PER_CALL = 2 * (PACKETS_PER_PICTURE * 30 + 50 + 10)

/** Plays calls on `ways`, of which each two neighbours talk to each other, for `warmMs` and then, counted, `measureMs`. */
export async function playCalls(
  ways: readonly Way[],
  options: { readonly warmMs: number; readonly measureMs: number; readonly measured: (isOver: boolean) => void },
): Promise<Measured> {
  const noise = Object.fromEntries(Object.entries(BYTES).map(([kind, bytes]) => [kind, randomBytes(bytes)])) as Record<
    keyof typeof BYTES,
    Buffer
  >
  let isCounting = false
  let sent = 0
  let delivered = 0
  const waits: number[] = []
  for (const way of ways)
    way.arrived = (packet) => {
      // Sent while it counted, whenever it arrived. Answers to checks are not media.
      if (packet[0] !== MEDIA || packet[1] !== 1) return
      delivered++
      if (delivered % SAMPLE !== 0) return
      const sentAtMs = new DataView(packet.buffer, packet.byteOffset).getFloat64(4)
      waits.push(performance.now() - sentAtMs)
    }

  function send(way: Way, kind: keyof typeof BYTES): void {
    const packet = noise[kind]
    packet[0] = MEDIA
    packet[1] = isCounting ? 1 : 0
    packet.writeDoubleBE(performance.now(), 4)
    way.send(packet)
    if (isCounting) sent++
  }

  const startedMs = performance.now()
  // People do not talk in step: each end begins a little later than the one before.
  const ends = ways.map((way, index) => ({ way, lateMs: (index * PICTURE_MS) / ways.length, tick: -1 }))
  function tick(): void {
    const nowMs = performance.now() - startedMs
    for (const end of ends) {
      const at = nowMs - end.lateMs
      if (at < 0) continue
      for (let i = due(end.tick, at, PICTURE_MS) * PACKETS_PER_PICTURE; i > 0; i--) send(end.way, 'picture')
      for (let i = due(end.tick, at, SOUND_MS); i > 0; i--) send(end.way, 'sound')
      for (let i = due(end.tick, at, REPORT_MS); i > 0; i--) send(end.way, 'report')
      if (due(end.tick, at, CONSENT_MS) > 0) end.way.consent()
      end.tick = at
    }
  }

  const timer = setInterval(tick, TICK_MS)
  await pause(options.warmMs)
  options.measured(false)
  isCounting = true
  const fromMs = performance.now()
  await pause(options.measureMs)
  isCounting = false
  options.measured(true)
  const seconds = (performance.now() - fromMs) / 1_000
  clearInterval(timer)
  await pause(TAIL_MS)
  waits.sort((a, b) => a - b)
  const share = (part: number) => waits[Math.floor(waits.length * part)] ?? Number.NaN
  return { sent, delivered, seconds, p50Ms: share(0.5), p99Ms: share(0.99) }
}

/** How many times of `everyMs` lie in (beforeMs, nowMs]. */
function due(beforeMs: number, nowMs: number, everyMs: number): number {
  return Math.floor(nowMs / everyMs) - Math.floor(beforeMs / everyMs)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms))
}
