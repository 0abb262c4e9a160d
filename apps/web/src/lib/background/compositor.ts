import type { Size } from './mask.ts'
import type { Patch } from './patches.ts'
import type { Picture } from './protocol.ts'

/** Puts the person before something else. Two kinds: one for graphics cards, one for the processor. */
export type Compositor = {
  /**
   * How much of the camera's picture is shown, 0 to 255 for each point, and the small picture it was found in. Before the
   * first one nothing of the camera is shown.
   */
  setOutline(alpha: Uint8ClampedArray, pixels: Uint8ClampedArray, size: Size): void
  /** What is behind the person: opaque pixels, four bytes a point, stretched over the whole picture. */
  setRoom(pixels: Uint8ClampedArray<ArrayBuffer>, size: Size): void
  /** What is behind the person: a picture that covers the whole. Read once. */
  setScene(scene: OffscreenCanvas): void
  /** What every picture from now on is covered with, over everything else. */
  setPatches(patches: readonly Patch[]): void
  /** The canvas belongs to the compositor and holds the picture until the next call. Throws when drawing fails. */
  compose(picture: Picture, width: number, height: number): OffscreenCanvas
  close(): void
}
