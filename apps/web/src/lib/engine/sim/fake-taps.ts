import { createHash } from 'node:crypto'
import type { ArrivedFrame, EvidenceSource, FrameTap, FrameTapListener } from '../../evidence/types.ts'

/** A tap without a browser: the test says what is sent and what arrives. */
type FakeTap = FrameTap & { asks: number; isClosed: boolean; listener: FrameTapListener | undefined }

/** Encoded frames without a browser. Counts what is opened and closed. */
export type FakeTaps = {
  readonly source: EvidenceSource
  readonly taps: readonly FakeTap[]
  /** This browser shows no encoded frames from now on. */
  blind(): void
  /** The stills that every camera takes from now on. */
  readonly stills: Uint8Array<ArrayBuffer>[]
  open(): number
}

export function createFakeTaps(): FakeTaps {
  const taps: FakeTap[] = []
  const stills: Uint8Array<ArrayBuffer>[] = []
  let isBlind = false
  let cameras = 0

  return {
    taps,
    stills,
    blind: () => void (isBlind = true),
    open: () => taps.filter((tap) => !tap.isClosed).length + cameras,
    source: {
      openTap() {
        if (isBlind) return undefined
        const tap: FakeTap = {
          asks: 0,
          isClosed: false,
          listener: undefined,
          attach: () => undefined,
          listen: (listener) => void (tap.listener = listener),
          ask: () => void tap.asks++,
          close() {
            tap.isClosed = true
            tap.listener = undefined
          },
        }
        taps.push(tap)
        return tap
      },
      openStillCamera() {
        cameras++
        return { take: async () => stills.shift(), close: () => void cameras-- }
      },
    },
  }
}

/** A VP8 key frame as far as its header goes (RFC 6386 section 9.1), 16 x 16; `filling` makes it one of its own. */
export function keyFrame(filling: number, bytes = 64): ArrivedFrame {
  const frame = new Uint8Array(bytes).fill(filling)
  const firstPartitionBytes = 8
  const tag = (firstPartitionBytes << 5) | 0b1_0000
  frame.set([tag & 0xff, tag >> 8, 0, 0x9d, 0x01, 0x2a, 16, 0, 16, 0])
  return { bytes: frame, digest: new Uint8Array(createHash('sha256').update(frame).digest()) }
}
