/** A watch around the worker's reading: how long it is busy with each picture of the camera. */
export const channel = new BroadcastChannel('busy')
const { prototype } = ReadableStreamDefaultReader
// Called with the reader it belongs to.
// oxlint-disable-next-line typescript/unbound-method
const read = prototype.read
let beganMs: number | undefined
prototype.read = async function watched(this: ReadableStreamDefaultReader) {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no origin to name
  if (beganMs !== undefined) channel.postMessage(performance.now() - beganMs)
  beganMs = undefined
  const result = (await Reflect.apply(read, this, [])) as ReadableStreamReadResult<unknown>
  // Downloads are read by the same means; a picture of the camera is told by its class.
  if (result.value instanceof VideoFrame) beganMs = performance.now()
  return result
} as typeof prototype.read
