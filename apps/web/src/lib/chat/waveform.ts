/** Bars of a voice note, one byte each. */
export const WAVEFORM_BARS = 48
/** Quieter than this is drawn as silence; a bar is never quite flat. */
const BAR_MIN = 12

/** Levels in [0, 1], as many as were heard, as `WAVEFORM_BARS` bytes: the loudest of each stretch, the peak at 255. */
export function waveformOf(levels: readonly number[]): Uint8Array {
  const bars = new Uint8Array(WAVEFORM_BARS)
  if (levels.length === 0) return bars.fill(BAR_MIN)
  const peaks = Array.from(bars, (_, bar) => {
    const from = Math.floor((bar * levels.length) / WAVEFORM_BARS)
    const to = Math.max(from + 1, Math.floor(((bar + 1) * levels.length) / WAVEFORM_BARS))
    return Math.max(0, ...levels.slice(from, to))
  })
  const loudest = Math.max(...peaks) || 1
  return bars.map((_, bar) => Math.max(BAR_MIN, Math.round(((peaks[bar] ?? 0) / loudest) * 255)))
}

/** The waveform of a note as shares of its height; a flat line when its sender gave none. */
export function barsOf(preview: Uint8Array | undefined): readonly number[] {
  if (!preview || preview.length === 0) return Array.from({ length: WAVEFORM_BARS }, () => 0.25)
  return Array.from(preview.slice(0, 96), (byte) => Math.max(0.08, byte / 255))
}
