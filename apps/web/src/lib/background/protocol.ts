import type { Strength } from './blur.ts'
import type { Patch } from './patches.ts'
import type { Scene } from './choice.ts'

/** What goes between the page and the worker that covers the room. */
export type Wear =
  /** The room as it is, but for the places that are covered. */
  | { readonly kind: 'room' }
  | { readonly kind: 'blur'; readonly strength: Strength }
  | { readonly kind: 'scene'; readonly scene: Scene }
  | { readonly kind: 'picture'; readonly picture: ImageBitmap }

/** Addresses on our own server. */
export type Assets = { readonly engine: string; readonly landscape: string; readonly square: string }

/** A picture of the camera, or one to show. Whoever holds one closes it. */
export type Picture = VideoFrame | ImageBitmap

export type ToCoverWorker =
  | { readonly kind: 'start'; readonly wear: Wear; readonly patches: readonly Patch[]; readonly assets: Assets }
  | { readonly kind: 'wear'; readonly wear: Wear }
  | { readonly kind: 'patches'; readonly patches: readonly Patch[] }
  /** Where the browser hands out the camera's pictures in a worker; takes the place of the former one. */
  | { readonly kind: 'camera'; readonly pictures: ReadableStream<VideoFrame>; readonly intervalMs: number }
  /** Elsewhere: one picture at a time, the next when an answer came. */
  | { readonly kind: 'picture'; readonly picture: Picture; readonly atMs: number; readonly intervalMs: number }

export type FromCoverWorker =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'ready' }
  /** Covered, always: the worker lets no other picture out. */
  | { readonly kind: 'shown'; readonly picture: Picture; readonly isCard: boolean; readonly eased: boolean }
  /** A picture of the camera was passed over. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'alive' }
  | { readonly kind: 'failed' }
