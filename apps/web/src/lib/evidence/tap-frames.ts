/** The part of an encoded frame of a browser that is used (WebRTC Encoded Transform, RTCEncodedVideoFrame). */
export type EncodedFrame = { readonly type: string; readonly data: ArrayBuffer }
export type FrameStream<F extends EncodedFrame> = {
  readonly readable: ReadableStream<F>
  readonly writable: WritableStream<F>
}

/**
 * Passes every frame on in the very step in which it comes, whatever it is, and then shows a copy of each key frame to
 * `seen`. A copy that cannot be made or looked at is one frame without evidence; it never holds the picture up.
 *
 * Resolves when the frames end or `signal` is raised; never rejects.
 *
 * @param bytesMax larger key frames are passed on without a copy
 */
export async function tapFrames<F extends EncodedFrame>(
  { readable, writable }: FrameStream<F>,
  seen: (copy: Uint8Array<ArrayBuffer>) => void,
  { bytesMax, signal }: { readonly bytesMax: number; readonly signal: AbortSignal },
): Promise<void> {
  const reader = readable.getReader()
  const writer = writable.getWriter()
  function stop(): void {
    // Either may be torn down already, by the end of the connection.
    reader.cancel().catch(() => undefined)
    writer.abort().catch(() => undefined)
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    // By hand, and without waiting for the writer: pipes cost several turns for each of sixty frames a second.
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      // Before the frame goes: what has gone may have no bytes any more.
      const copy = copyOf(next.value, bytesMax)
      writer.write(next.value).catch(() => undefined)
      if (copy) seen(copy)
    }
  } catch {
    // The stream broke; there is nothing to pass on any more.
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function copyOf(frame: EncodedFrame, bytesMax: number): Uint8Array<ArrayBuffer> | undefined {
  try {
    // Asking for the bytes of any other frame would copy them for nothing.
    if (frame.type !== 'key') return undefined
    const { data } = frame
    return data.byteLength > 0 && data.byteLength <= bytesMax ? new Uint8Array(data.slice(0)) : undefined
  } catch {
    return undefined
  }
}
