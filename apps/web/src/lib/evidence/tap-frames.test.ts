import { expect, it } from 'vitest'
import { tapFrames, type EncodedFrame } from './tap-frames.ts'

const frameOf = (type: string, ...bytes: number[]): EncodedFrame => ({ type, data: Uint8Array.from(bytes).buffer })

/** Sends these frames through a tap; tells what came out and what was seen. */
async function through(frames: readonly EncodedFrame[], see: (copy: Uint8Array) => void = () => {}, bytesMax = 8) {
  const passed: EncodedFrame[] = []
  const seen: (readonly number[])[] = []
  const readable = new ReadableStream<EncodedFrame>({
    start(controller) {
      for (const frame of frames) controller.enqueue(frame)
      controller.close()
    },
  })
  const writable = new WritableStream<EncodedFrame>({ write: (frame) => void passed.push(frame) })
  const signal = new AbortController().signal
  await tapFrames(
    { readable, writable },
    (copy) => {
      seen.push([...copy])
      see(copy)
    },
    { bytesMax, signal },
  )
  return { passed, seen }
}

it('[T3] passes every frame on as it is, in its order, and shows copies of key frames only', async () => {
  const frames = [frameOf('key', 1, 2), frameOf('delta', 3), frameOf('key', 4), frameOf('empty')]
  const { passed, seen } = await through(frames, (copy) => copy.fill(9))
  expect(passed).toEqual(frames)
  expect(passed.map((frame, at) => frame === frames[at])).toEqual([true, true, true, true])
  expect([...new Uint8Array(frames[0]?.data ?? new ArrayBuffer())]).toEqual([1, 2])
  expect(seen).toEqual([[1, 2], [4]])
})

it('[T3] asks no other frame for its bytes, and passes on one that does not give them', async () => {
  let asked = 0
  const shy = (type: string): EncodedFrame => ({
    type,
    get data(): ArrayBuffer {
      asked++
      throw new Error('neutered')
    },
  })
  const frames = [shy('delta'), shy('key'), frameOf('key', 5)]
  const { passed, seen } = await through(frames)
  expect(passed).toEqual(frames)
  expect(asked).toBe(1)
  expect(seen).toEqual([[5]])
})

it('[T3] passes on what is too large or empty without looking at it', async () => {
  const frames = [frameOf('key', 1, 2, 3, 4, 5), frameOf('key'), frameOf('key', 1, 2, 3, 4)]
  const { passed, seen } = await through(frames, undefined, 4)
  expect(passed).toEqual(frames)
  expect(seen).toEqual([[1, 2, 3, 4]])
})

it('[T3] ends with its signal, and with streams that break, without a complaint', async () => {
  const ending = new AbortController()
  const never = new ReadableStream<EncodedFrame>()
  const done = tapFrames({ readable: never, writable: new WritableStream() }, () => {}, {
    bytesMax: 8,
    signal: ending.signal,
  })
  ending.abort()
  await expect(done).resolves.toBeUndefined()
  const broken = new ReadableStream<EncodedFrame>({ start: (controller) => controller.error(new Error('closed')) })
  const writable = new WritableStream<EncodedFrame>()
  const { signal } = new AbortController()
  await expect(tapFrames({ readable: broken, writable }, () => {}, { bytesMax: 8, signal })).resolves.toBeUndefined()
})
