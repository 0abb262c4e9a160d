import { SECOND } from '@visavis/ports'
import { findLoop, LOOKS_KEPT } from './loop-finder.ts'
import type { PictureSample } from './picture-sample.ts'

/** How often the picture is looked at. */
export const LOOK_EVERY_MS = 250

/**
 * What can be said of a picture that shows nobody [M24]: facts about the picture, never about the person. `likely` is
 * a guess, and is worded as one.
 */
export type PictureNote = {
  readonly kind: 'no-picture' | 'black' | 'one-colour' | 'frozen' | 'repeats' | 'virtual'
  readonly confidence: 'sure' | 'likely'
}

/** What the call knows besides the picture, which is looked at only while the camera is said to be on. */
export type PictureFacts = {
  /** The media flows: what is wrong with the picture is not the network's doing. */
  readonly isFlowing: boolean
  /** The partner's own app says so. */
  readonly isVirtual: boolean
}

/** Before so long nothing is said: cameras start slowly, and people look away. */
export const CAMERA_OFF_AFTER_MS = 20 * SECOND
const AFTER_MS = { 'no-picture': 8 * SECOND, black: 4 * SECOND, frozen: 10 * SECOND }
const FROZEN_SURELY_MS = 25 * SECOND
const LOOP_EVERY_MS = 3 * SECOND
/** A loop is told when it was found in so many looks one after the other. */
const LOOPS_MIN = 2
const LOOP_SURELY = 0.85
const BLACK_BELOW = 22
const PLAIN_BELOW = 2.5

export type PictureWatch = {
  /** One look. `sample` is undefined while no picture has come. */
  look(atMs: number, facts: PictureFacts, sample: PictureSample | undefined): PictureNote | undefined
}

/** Watches one partner's picture; a new one for each call. */
export function createPictureWatch(): PictureWatch {
  const since = createSince()
  const loops = createLoopWatch()
  let lastDigest: number | undefined

  function pictureNote(atMs: number, sample: PictureSample): PictureNote | undefined {
    const isPlain = sample.spread < PLAIN_BELOW
    const plainMs = since('plain', isPlain, atMs)
    const frozenMs = since('frozen', sample.digest === lastDigest, atMs)
    lastDigest = sample.digest
    if (isPlain)
      return plainMs < AFTER_MS.black
        ? undefined
        : { kind: sample.brightness < BLACK_BELOW ? 'black' : 'one-colour', confidence: 'sure' }
    if (frozenMs >= AFTER_MS.frozen)
      return { kind: 'frozen', confidence: frozenMs >= FROZEN_SURELY_MS ? 'sure' : 'likely' }
    return loops(atMs, sample.cells)
  }

  return {
    look(atMs, { isFlowing, isVirtual }, sample) {
      const missingMs = since('missing', isFlowing && !sample, atMs)
      if (!isFlowing) {
        // A cut freezes every picture.
        since('plain', false, atMs)
        since('frozen', false, atMs)
        return undefined
      }
      if (!sample) return missingMs >= AFTER_MS['no-picture'] ? { kind: 'no-picture', confidence: 'sure' } : undefined
      const note = pictureNote(atMs, sample)
      return note ?? (isVirtual ? { kind: 'virtual', confidence: 'sure' } : undefined)
    },
  }
}

/** How long something has been so, in ms. */
function createSince(): (name: string, holds: boolean, atMs: number) => number {
  const starts = new Map<string, number>()
  return (name, holds, atMs) => {
    if (!holds) {
      starts.delete(name)
      return 0
    }
    const start = starts.get(name) ?? atMs
    starts.set(name, start)
    return atMs - start
  }
}

function createLoopWatch(): (atMs: number, cells: Uint8Array) => PictureNote | undefined {
  const looks: Uint8Array[] = []
  let nextAtMs = 0
  let found = 0
  let note: PictureNote | undefined
  return (atMs, cells) => {
    looks.push(cells)
    if (looks.length > LOOKS_KEPT) looks.shift()
    if (atMs < nextAtMs) return note
    nextAtMs = atMs + LOOP_EVERY_MS
    const loop = findLoop(looks)
    found = loop ? found + 1 : 0
    note =
      loop && found >= LOOPS_MIN
        ? { kind: 'repeats', confidence: loop.likeness >= LOOP_SURELY ? 'sure' : 'likely' }
        : undefined
    return note
  }
}
