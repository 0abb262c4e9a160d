/** What a page shows and plays of the partner. Each function runs in the page, so that none may use anything around it. */

/** Mean colour of the upper quarter of what a video shows right now. */
export function meanColourOf(element: Element): readonly [number, number, number] {
  const canvas = new OffscreenCanvas(32, 24)
  const pen = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D
  pen.drawImage(element as HTMLVideoElement, 0, 0, 32, 24)
  const { data } = pen.getImageData(0, 0, 32, 6)
  const sum = [0, 0, 0]
  for (let at = 0; at < data.length; at += 4) for (let c = 0; c < 3; c++) sum[c] = (sum[c] ?? 0) + (data[at + c] ?? 0)
  return sum.map((total) => total / (data.length / 4)) as unknown as readonly [number, number, number]
}

/** How many frames a video shows within a second, at most five. */
export function newFramesOf(element: Element): Promise<number> {
  return new Promise((resolve) => {
    const video = element as HTMLVideoElement
    let seen = 0
    const done = setTimeout(() => resolve(seen), 1_000)
    const count = () => {
      seen++
      if (seen < 5) {
        video.requestVideoFrameCallback(count)
        return
      }
      clearTimeout(done)
      resolve(seen)
    }
    video.requestVideoFrameCallback(count)
  })
}

/** The strongest tone in the partner's sound, Hz; 0 when there is silence. */
export async function partnerToneHz(): Promise<number> {
  const audio = document.querySelector('audio')
  const stream = audio?.srcObject as MediaStream | null | undefined
  if (!stream) return 0
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 4096
  context.createMediaStreamSource(stream).connect(analyser)
  await context.resume()
  await new Promise((resolve) => void setTimeout(resolve, 400))
  const bins = new Uint8Array(analyser.frequencyBinCount)
  analyser.getByteFrequencyData(bins)
  const loudest = bins.indexOf(Math.max(...bins))
  const tone = (bins[loudest] ?? 0) < 60 ? 0 : (loudest * context.sampleRate) / analyser.fftSize
  await context.close()
  return tone
}
