import model from 'virtual:nudity-model.data?url'
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import type { NudityAssets } from './protocol.ts'

/** Files of the packages, served by our own server, fetched only by the worker that needs them. */
export const ASSETS: NudityAssets = {
  model,
  engine: { simd, plain },
}
