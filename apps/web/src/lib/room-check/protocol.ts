import type { Find } from './finds.ts'

/** Addresses on our own server. */
export type RoomAssets = {
  /** MediaPipe's engine and the model that finds faces. */
  readonly engine: string
  readonly faces: string
  /** Tesseract's engine, and how it reads Latin letters (gzip). */
  readonly reader: string
  readonly letters: string
}

/** What is being done: fetching and starting the engines, or one of the three looks. */
export const STEPS = ['fetching', 'faces', 'papers', 'text'] as const
export type Step = (typeof STEPS)[number]

/** One picture for each worker; it closes the picture. */
export type ToRoomWorker = { readonly kind: 'look'; readonly picture: ImageBitmap; readonly assets: RoomAssets }
export type FromRoomWorker =
  | { readonly kind: 'step'; readonly step: Step; readonly share: number }
  /** With the mean colour of each place. */
  | { readonly kind: 'found'; readonly finds: readonly ColouredFind[] }
  | { readonly kind: 'failed' }
export type ColouredFind = Find & { readonly colour: readonly [number, number, number] }
