import type { Person } from '../../e2e/support/media-page.ts'

/** What a person saw and heard of the other for a while. */
export type Sight = {
  /** Share of the sound that had to be made up, 0 to 1, and the longest stretch of hardly anything else. */
  readonly concealed: number
  readonly longestGapMs: number
  readonly fps: number
  /** Share of the time in which the picture stood still for longer than it should (W3C webrtc-stats, freezes). */
  readonly frozen: number
  readonly videoKbps: number
  readonly width: number
  readonly height: number
}

const LOOK_EVERY_MS = 100

/** Reads the page's statistics ten times a second, inside the page, for `watchMs`. */
export async function watchFor({ page }: Person, watchMs: number): Promise<Sight> {
  return page.evaluate(
    async ({ ms, everyMs }) => {
      const { harness } = globalThis as unknown as {
        harness: { stats(): Promise<readonly Record<string, number | string>[]> }
      }
      type Look = Record<'samples' | 'concealed' | 'frames' | 'frozenS' | 'bytes' | 'width' | 'height', number> & {
        atMs: number
      }
      const look = async (): Promise<Look> => {
        const stats = await harness.stats()
        const of = (kind: string) => stats.find((stat) => stat['type'] === 'inbound-rtp' && stat['kind'] === kind) ?? {}
        const [audio, video] = [of('audio'), of('video')]
        return {
          atMs: performance.now(),
          samples: Number(audio['totalSamplesReceived'] ?? 0),
          concealed: Number(audio['concealedSamples'] ?? 0),
          frames: Number(video['framesDecoded'] ?? 0),
          frozenS: Number(video['totalFreezesDuration'] ?? 0),
          bytes: Number(video['bytesReceived'] ?? 0),
          width: Number(video['frameWidth'] ?? 0),
          height: Number(video['frameHeight'] ?? 0),
        }
      }
      const first = await look()
      let [last, gapMs, longestGapMs] = [first, 0, 0]
      while (last.atMs - first.atMs < ms) {
        await new Promise((resolve) => void setTimeout(resolve, everyMs))
        const next = await look()
        const made = next.concealed - last.concealed
        gapMs = made > 0 && made >= 0.8 * (next.samples - last.samples) ? gapMs + (next.atMs - last.atMs) : 0
        longestGapMs = Math.max(longestGapMs, gapMs)
        last = next
      }
      const seconds = (last.atMs - first.atMs) / 1_000
      return {
        concealed: (last.concealed - first.concealed) / Math.max(1, last.samples - first.samples),
        longestGapMs,
        fps: (last.frames - first.frames) / seconds,
        frozen: (last.frozenS - first.frozenS) / seconds,
        videoKbps: ((last.bytes - first.bytes) * 8) / 1_000 / seconds,
        width: last.width,
        height: last.height,
      }
    },
    { ms: watchMs, everyMs: LOOK_EVERY_MS },
  )
}
