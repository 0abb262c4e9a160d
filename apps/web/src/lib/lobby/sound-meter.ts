import type { Clock } from '@visavis/ports'

const METER_EVERY_MS = 66
/** Quieter than this counts as silence; speech near a microphone lies 20 to 40 dB above. */
const FLOOR_DB = -60

/** Loudness of samples in [-1, 1] as a share of the meter, 0 to 1, even steps in decibels. */
export function levelOf(samples: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < samples.length; index += 1) sum += (samples[index] ?? 0) ** 2
  if (sum === 0 || samples.length === 0) return 0
  const decibels = 10 * Math.log10(sum / samples.length)
  return Math.min(1, Math.max(0, 1 - decibels / FLOOR_DB))
}

/** Watches the sound of a stream until the returned function is called. Without a sound track nothing is told. */
export function watchSound(
  deps: { clock: Clock; createAudioContext: () => AudioContext },
  stream: MediaStream,
  tell: (level: number) => void,
): () => void {
  if (stream.getAudioTracks().length === 0) return () => {}
  const context = deps.createAudioContext()
  const source = context.createMediaStreamSource(stream)
  const analyser = new AnalyserNode(context, { fftSize: 1024 })
  source.connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const stop = deps.clock.every(METER_EVERY_MS, () => {
    analyser.getFloatTimeDomainData(samples)
    tell(levelOf(samples))
  })
  return () => {
    stop()
    source.disconnect()
    void context.close()
  }
}
