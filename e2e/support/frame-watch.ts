import type { Page } from '@playwright/test'

/** What every single picture that a page received looked like. Method: the tracks of others are read frame by frame. */
export type SeenFrame = {
  readonly atMs: number
  /** Share of the points that have a colour of the loud room. */
  readonly room: number
  /** Share that is grey, as the neutral card is. */
  readonly card: number
  /** Share with the colours of the drawn person's face. */
  readonly skin: number
}

type Watch = { visavisFrames: SeenFrame[] }

/** Runs in the page before anything of ours. */
export function installFrameWatch(): void {
  const frames: SeenFrame[] = []
  ;(globalThis as unknown as Watch).visavisFrames = frames
  const [width, height] = [160, 120]
  type Reading = { read(): Promise<{ done: boolean; value?: VideoFrame }> }
  type Kind = new (options: { track: MediaStreamTrack }) => { readable: { getReader(): Reading } }
  const { MediaStreamTrackProcessor: Processor } = globalThis as unknown as { MediaStreamTrackProcessor: Kind }

  function judge(data: Uint8ClampedArray): SeenFrame {
    const counts = { room: 0, card: 0, skin: 0 }
    for (let at = 0; at < data.length; at += 4) {
      const [r = 0, g = 0, b = 0] = [data[at], data[at + 1], data[at + 2]]
      if ((g > 165 && r < 105 && b < 120) || (r > 175 && g < 85 && b > 145)) counts.room += 1
      if (Math.max(r, g, b) - Math.min(r, g, b) < 26 && r > 30 && r < 110) counts.card += 1
      if (r > 150 && r - g > 25 && g - b > 8 && b > 70) counts.skin += 1
    }
    const points = data.length / 4
    return {
      atMs: Date.now(),
      room: counts.room / points,
      card: counts.card / points,
      skin: counts.skin / points,
    }
  }

  async function watch(track: MediaStreamTrack): Promise<void> {
    const canvas = new OffscreenCanvas(width, height)
    const pen = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D
    const reader = new Processor({ track }).readable.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done || !value) return
      pen.drawImage(value, 0, 0, width, height)
      value.close()
      frames.push(judge(pen.getImageData(0, 0, width, height).data))
    }
  }

  globalThis.RTCPeerConnection = new Proxy(RTCPeerConnection, {
    construct(target, args: [RTCConfiguration?]) {
      const made = new target(...args)
      made.addEventListener('track', ({ track }) => {
        if (track.kind === 'video') void watch(track.clone())
      })
      return made
    },
  })
}

/** All since the page was opened. */
export async function seenFrames(page: Page): Promise<readonly SeenFrame[]> {
  return page.evaluate(() => (globalThis as unknown as Watch).visavisFrames)
}
