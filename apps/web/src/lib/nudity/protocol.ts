import type { Scores } from './judgement.ts'

/** Addresses on our own server: TensorFlow's WebAssembly for processors with and without vector instructions. */
export type EngineAssets = { readonly simd: string; readonly plain: string }
export type NudityAssets = { readonly model: string; readonly engine: EngineAssets }

/** What goes between the page and the worker that looks at pictures. */
export type ToNudityWorker =
  | { readonly kind: 'start'; readonly assets: NudityAssets }
  /** A picture of the model's size; the worker closes it. */
  | { readonly kind: 'look'; readonly picture: ImageBitmap }

export type FromNudityWorker =
  | { readonly kind: 'ready' }
  /** What was seen in the picture asked about last, and how long the looking took. */
  | { readonly kind: 'seen'; readonly scores: Scores; readonly tookMs: number }
  | { readonly kind: 'failed' }
