import * as tf from '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import type { Scores } from './judgement.ts'
import { SIDE, unpackModel } from './model-file.ts'
import type { EngineAssets } from './protocol.ts'

/** Looks at one picture. Throws when the engine is broken. */
export type Classifier = {
  /** @param rgba `SIDE` x `SIDE` points, four bytes each, row by row, as a canvas gives them */
  classify(rgba: Uint8ClampedArray): Scores
}

/**
 * nsfwjs' MobileNetV2 (five classes) on the processor, as WebAssembly: it runs beside a video call, whose codecs and drawing
 * want the graphics card. One thread, because more of them need shared memory, which a page must be isolated for.
 *
 * @param model the file of `model-file.ts`
 */
export async function openClassifier(model: ArrayBuffer, engine: EngineAssets): Promise<Classifier> {
  const { modelTopology, weightSpecs, weightData } = unpackModel(model)
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  setWasmPaths({
    'tfjs-backend-wasm.wasm': engine.plain,
    'tfjs-backend-wasm-simd.wasm': engine.simd,
    // The library wants a name for each, and never asks for the one that is switched off.
    'tfjs-backend-wasm-threaded-simd.wasm': engine.simd,
  })
  if (!(await tf.setBackend('wasm'))) throw new Error('no WebAssembly')
  const network = await tf.loadLayersModel({
    load: () => Promise.resolve({ modelTopology, weightSpecs: [...weightSpecs], weightData }),
  })
  const numbers = new Float32Array(SIDE * SIDE * 3)

  function classify(rgba: Uint8ClampedArray): Scores {
    for (let point = 0; point < SIDE * SIDE; point++)
      for (let channel = 0; channel < 3; channel++)
        numbers[3 * point + channel] = (rgba[4 * point + channel] as number) / 255
    const [drawing = 0, hentai = 0, neutral = 0, porn = 0, sexy = 0] = tf.tidy(() => {
      const answer = network.predict(tf.tensor4d(numbers, [1, SIDE, SIDE, 3]))
      return Array.isArray(answer) ? [] : [...answer.dataSync()]
    })
    const scores = { drawing, hentai, neutral, porn, sexy }
    const sum = drawing + hentai + neutral + porn + sexy
    // Anything else is no answer: to call it harmless would be a guess.
    if (!(Math.abs(sum - 1) < 0.01)) throw new Error('no shares')
    return scores
  }

  // The first picture takes several times as long; it is better a plain one now than the partner's later.
  classify(new Uint8ClampedArray(SIDE * SIDE * 4))
  return { classify }
}
