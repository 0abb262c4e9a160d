import { createGovernor, type Governor } from './governor.ts'

/**
 * The rule of the background, picture by picture: what leaves is the person before something else, by an outline that is
 * fresh enough, or the card. There is no third way out.
 */
export const OUTLINE_AGE_MAX_MS = 120
/** Pictures on end without an outline after which the engine is taken for broken. */
export const FAILURES_MAX = 20

export type Eye<P> = {
  /** Finds the person and gives the outline to the painter; false while the engine is not ready. Throws when it is broken. */
  find(picture: P): boolean
  /** Fits the last outline to a later picture. Throws when it cannot. */
  follow(picture: P): void
}
export type Painter<P, C> = {
  /** The person before something else, by the last outline. Throws when drawing fails. */
  paint(picture: P): C
  card(picture: P): C
}
export type Shown<C> = { readonly canvas: C; readonly isCard: boolean; readonly eased: boolean }

export type FrameLoop<P, C> = {
  /** What is shown for this picture of the camera, taken at `atMs`; undefined when it is passed over. */
  next(picture: P, atMs: number): Shown<C> | undefined
  /** Another camera: nothing that is known holds any longer. `intervalMs` is the time between two of its pictures. */
  begin(intervalMs: number): void
  /** Something else is shown from now on: the last outline is not for it. */
  forget(): void
  isBroken(): boolean
}

export function createFrameLoop<P extends { readonly width: number; readonly height: number }, C>(deps: {
  readonly eye: Eye<P>
  readonly painter: Painter<P, C>
  readonly monotonicMs: () => number
}): FrameLoop<P, C> {
  let governor: Governor = createGovernor(1_000 / 30)
  let outline: { readonly atMs: number; readonly width: number; readonly height: number } | undefined
  let failures = 0

  /** How long it took, or undefined when there is none. */
  function find(picture: P, atMs: number): number | undefined {
    const beganMs = deps.monotonicMs()
    try {
      if (!deps.eye.find(picture)) return undefined
      outline = { atMs, width: picture.width, height: picture.height }
      failures = 0
      return deps.monotonicMs() - beganMs
    } catch {
      failures += 1
      return undefined
    }
  }

  function fits(picture: P, atMs: number): boolean {
    if (!outline || outline.width !== picture.width || outline.height !== picture.height) return false
    const ageMs = atMs - outline.atMs
    return ageMs >= 0 && ageMs <= OUTLINE_AGE_MAX_MS
  }

  function paint(picture: P, atMs: number, maskMs: number | undefined): { canvas: C; isCard: boolean } {
    if (!fits(picture, atMs)) return { canvas: deps.painter.card(picture), isCard: true }
    const beganMs = deps.monotonicMs()
    try {
      if (maskMs === undefined) deps.eye.follow(picture)
      const canvas = deps.painter.paint(picture)
      const composeMs = deps.monotonicMs() - beganMs
      governor.measured(maskMs === undefined ? { composeMs } : { composeMs, maskMs })
      return { canvas, isCard: false }
    } catch {
      failures += 1
      return { canvas: deps.painter.card(picture), isCard: true }
    }
  }

  return {
    next(picture, atMs) {
      const plan = governor.plan()
      if (plan === 'drop') return undefined
      const maskMs = plan === 'mask' || !fits(picture, atMs) ? find(picture, atMs) : undefined
      return { ...paint(picture, atMs, maskMs), eased: governor.step() > 0 }
    },
    begin(intervalMs) {
      governor = createGovernor(intervalMs)
      outline = undefined
    },
    forget: () => void (outline = undefined),
    isBroken: () => failures >= FAILURES_MAX,
  }
}
