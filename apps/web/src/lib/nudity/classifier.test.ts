import { createRequire } from 'node:module'
import path from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { readNudityModel } from '../../../nudity-model.ts'
import { drawn, freePicture } from '../../../tests/free-pictures.ts'
import { skinAt } from '../../../tests/skin-shapes.ts'
import { openClassifier, type Classifier } from './classifier.ts'
import { LIKELY_MIN, shareOf } from './judgement.ts'
import { packModel, SIDE, unpackModel } from './model-file.ts'

// Method: the model and the engine that browsers get, run in Node, on free photographs and on drawings.

const folder = path.dirname(
  createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'),
)
const ENGINE = {
  simd: path.join(folder, 'tfjs-backend-wasm-simd.wasm'),
  plain: path.join(folder, 'tfjs-backend-wasm.wasm'),
}

describe('the model on real pictures', () => {
  let classifier: Classifier
  beforeAll(async () => {
    classifier = await openClassifier(readNudityModel().buffer, ENGINE)
  })

  it('[M15] takes soft shapes in the colours of skin for nudity, larger, smaller and moved as well', () => {
    for (const [moved, size] of [
      [0, 1],
      [0.05, 1],
      [-0.05, 1],
      [0, 0.8],
      [0, 1.1],
    ] as const) {
      const scores = classifier.classify(
        drawn(SIDE, (x, y) => skinAt(0.5 + (x - 0.5) * size + moved, 0.5 + (y - 0.5) * size)),
      )
      expect(shareOf(scores, 'usual')).toBeGreaterThan(LIKELY_MIN.usual)
    }
  })

  it('[M15] takes a portrait, a cup of coffee, a plain colour and noise for nothing of the kind, also strictly', () => {
    let seed = 1
    const noise = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) >>> 24
    const pictures = [
      freePicture('astronaut', SIDE),
      freePicture('coffee', SIDE),
      drawn(SIDE, () => [0, 0, 0]),
      drawn(SIDE, () => [200, 40, 40]),
      drawn(SIDE, () => [noise(), noise(), noise()]),
    ]
    for (const picture of pictures)
      expect(shareOf(classifier.classify(picture), 'strict')).toBeLessThan(LIKELY_MIN.strict)
  })

  it('[M15] gives five shares of one whole for every picture, the same for the same picture', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), (colours) => {
        const picture = drawn(SIDE, (x, y) => {
          const from = 3 * ((x < 0.5 ? 0 : 1) + (y < 0.5 ? 0 : 2))
          return Array.from(colours.slice(from, from + 3))
        })
        const shares = Object.values(classifier.classify(picture))
        expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true)
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 3)
        expect(Object.values(classifier.classify(picture))).toEqual(shares)
      }),
      { numRuns: 5 },
    )
  })
})

describe('the file of the model', () => {
  const WEIGHT = {
    name: 'w',
    shape: [2, 2],
    dtype: 'float32',
    quantization: { min: 0, scale: 1, dtype: 'uint8' },
  } as const
  const head = { modelTopology: { a: 'ü' }, weightSpecs: [{ ...WEIGHT, shape: [2, 2] }] }

  it('[M15] is read back as it was written', () => {
    const { modelTopology, weightSpecs, weightData } = unpackModel(packModel(head, Uint8Array.of(1, 2, 3, 4)).buffer)
    expect({ modelTopology, weightSpecs }).toEqual(head)
    expect([...new Uint8Array(weightData)]).toEqual([1, 2, 3, 4])
  })

  it('[M15] is refused when it was cut short anywhere, rather than half a model used', () => {
    const whole = packModel(head, Uint8Array.of(1, 2, 3, 4)).buffer
    for (let length = 0; length < whole.byteLength; length++)
      expect(() => unpackModel(whole.slice(0, length))).toThrow()
  })

  it('[M15] a model that is not one does not become a check that finds nothing', async () => {
    await expect(openClassifier(packModel(head, new Uint8Array(4)).buffer, ENGINE)).rejects.toThrow()
  })
})
