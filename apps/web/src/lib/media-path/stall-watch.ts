import type { Clock } from '@visavis/ports'

/**
 * Notices that packets arrive again after none did for a while. Browsers take five seconds to call ICE disconnected,
 * and after a shorter cut the far decoder may wait three seconds before it asks for a key frame: whoever sends knows
 * earlier that one is needed. Packets of some kind arrive all the time, sound or not: RTCP reports on what we send.
 */
export const STALL_SAMPLE_MS = 400
const STALL_SAMPLES = 2

/** `arrived` counts packets received so far. Returns the end of it, after which `resumed` is not called. */
export function watchStalls(
  deps: { readonly clock: Clock; readonly arrived: () => Promise<number | undefined> },
  resumed: () => void,
): () => void {
  let last: number | undefined
  let silentSamples = 0
  let ended = false

  async function sample(): Promise<void> {
    const now = await deps.arrived()
    if (ended || now === undefined) return
    const silent = now === last
    last = now
    if (silent) silentSamples++
    else {
      const wasStalled = silentSamples >= STALL_SAMPLES
      silentSamples = 0
      if (wasStalled) resumed()
    }
  }

  // A connection that closes while it is being read rejects; there is nothing left to notice then.
  const stop = deps.clock.every(STALL_SAMPLE_MS, () => void sample().catch(() => undefined))
  return () => {
    ended = true
    stop()
  }
}

/** Packets that a connection's statistics say were received over its transports, whatever they carry; undefined where the browser does not tell. */
export function packetsArrived(stats: Iterable<Readonly<Record<string, unknown>>>): number | undefined {
  let packets: number | undefined
  for (const stat of stats) {
    if (stat['type'] !== 'transport' || typeof stat['packetsReceived'] !== 'number') continue
    packets = (packets ?? 0) + stat['packetsReceived']
  }
  return packets
}
