/** How long it took until both ends showed the other, in ms. */
export type Met = {
  /** From the first end that was told of the match to the last end that showed a frame of the other. */
  readonly foundToFrameMs: number
  /** From the later of the two presses of Next to the same. */
  readonly nextToFrameMs: number
}

/** The value below which the given share of the samples lies (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}
