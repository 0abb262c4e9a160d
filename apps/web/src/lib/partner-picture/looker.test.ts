import { createFakeClock } from '@visavis/testkit'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createLooker } from './looker.ts'
import { SAMPLE_HEIGHT, SAMPLE_WIDTH } from './picture-sample.ts'
import type { PictureNote } from './picture-watch.ts'

/** A canvas that shows what the test says: a picture with something on it, the same one over and over. */
const STILL = Uint8ClampedArray.from({ length: SAMPLE_WIDTH * SAMPLE_HEIGHT * 4 }, (_, at) => (at * 37) % 251)
class StillCanvas {
  getContext = () => ({ drawImage: () => undefined, getImageData: () => ({ data: STILL }) })
}
beforeEach(() => {
  vi.stubGlobal('OffscreenCanvas', StillCanvas)
  vi.stubGlobal('HTMLMediaElement', { HAVE_CURRENT_DATA: 2 })
})
afterEach(() => void vi.unstubAllGlobals())

it('[M16] [M24] a tab behind others is told nothing of a picture that stands still there, nor right after', async () => {
  const clock = createFakeClock()
  const ownerDocument = { hidden: false }
  const video = { readyState: 4, videoWidth: 640, ownerDocument } as unknown as HTMLVideoElement
  let note: PictureNote | undefined
  const looker = createLooker({
    clock,
    video,
    veil: null,
    facts: () => ({ isFlowing: true, isVirtual: false }),
    noted: (next) => void (note = next),
    pictured: () => undefined,
  })
  await clock.advance(12_000)
  expect(note?.kind).toBe('frozen')
  ownerDocument.hidden = true
  await clock.advance(60_000)
  expect(note).toBeUndefined()
  ownerDocument.hidden = false
  await clock.advance(8_000)
  expect(note).toBeUndefined()
  await clock.advance(4_000)
  expect(note?.kind).toBe('frozen')
  looker.stop()
  expect(clock.pending()).toBe(0)
})
