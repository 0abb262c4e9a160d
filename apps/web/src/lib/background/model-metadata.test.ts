import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { withFaceMetadata, withSegmenterMetadata } from './model-metadata.ts'
import { ENGINE_BYTES } from './engine-size.ts'

const { resolve } = createRequire(import.meta.url)
const models = ['selfie_segmentation', 'selfie_segmentation_landscape'].map((name) =>
  readFileSync(resolve(`@mediapipe/selfie_segmentation/${name}.tflite`)),
)

/** Reads FlatBuffers just enough to walk from the root to a field. */
function reader(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const u32 = (at: number) => view.getUint32(at, true)
  const target = (at: number) => at + u32(at)
  const field = (table: number, index: number) => {
    const shape = table - view.getInt32(table, true)
    const slot = 4 + 2 * index
    const offset = slot < view.getUint16(shape, true) ? view.getUint16(shape + slot, true) : 0
    return offset === 0 ? undefined : table + offset
  }
  const follow = (table: number, index: number) => target(field(table, index) ?? Number.NaN)
  const item = (list: number, index: number) => target(list + 4 + 4 * index)
  const text = (at: number) => new TextDecoder().decode(bytes.subarray(at + 4, at + 4 + u32(at)))
  return { u32, target, field, follow, item, text, root: u32(0), view }
}

describe('the model with metadata', () => {
  it.each(models)('[M10] keeps the model as it was and says what goes in and out', (model) => {
    const made = withSegmenterMetadata(model)
    const old = reader(model)
    const now = reader(made)
    expect(new TextDecoder().decode(made.subarray(4, 8))).toBe('TFL3')
    // Weights lie where they must: whole units of 16 bytes further on.
    const shift = made.length - model.length
    expect(shift % 16).toBe(0)
    expect(made.subarray(shift)).toEqual(new Uint8Array(model))
    for (const index of [1, 2]) expect(now.follow(now.root, index)).toBe(old.follow(old.root, index) + shift)
    const [before, after] = [old.follow(old.root, 4), now.follow(now.root, 4)]
    expect(now.u32(after)).toBe(old.u32(before) + 1)
    for (let i = 0; i < old.u32(before); i++) expect(now.item(after, i)).toBe(old.item(before, i) + shift)

    const entry = now.item(now.follow(now.root, 6), 0)
    expect(now.text(now.follow(entry, 0))).toBe('TFLITE_METADATA')
    const buffer = now.item(after, now.u32(now.field(entry, 1) ?? 0))
    const data = now.follow(buffer, 0)
    const metadata = reader(made.slice(data + 4, data + 4 + now.u32(data)))
    expect(metadata.text(metadata.follow(metadata.root, 0))).toBe('segmenter')
    const graph = metadata.item(metadata.follow(metadata.root, 3), 0)
    const input = metadata.item(metadata.follow(graph, 2), 0)
    expect(metadata.text(metadata.follow(input, 0))).toBe('image')
    const unit = metadata.item(metadata.follow(input, 4), 0)
    const deviation = metadata.follow(metadata.follow(unit, 1), 1)
    expect(metadata.view.getFloat32(deviation + 4, true)).toBe(255)
    const output = metadata.item(metadata.follow(graph, 3), 0)
    expect(metadata.text(metadata.follow(output, 0))).toBe('mask')
  })

  it('[M11] the model of faces is told its two outputs in their order, and numbers from -1 to 1', () => {
    const model = readFileSync(resolve('@mediapipe/face_detection/face_detection_full_range.tflite'))
    const made = withFaceMetadata(model)
    expect(made.subarray(made.length - model.length)).toEqual(new Uint8Array(model))
    const now = reader(made)
    const buffers = now.follow(now.root, 4)
    const data = now.follow(now.item(buffers, now.u32(buffers) - 1), 0)
    const metadata = reader(made.slice(data + 4, data + 4 + now.u32(data)))
    const graph = metadata.item(metadata.follow(metadata.root, 3), 0)
    const outputs = metadata.follow(graph, 3)
    const names = [0, 1].map((index) => metadata.text(metadata.follow(metadata.item(outputs, index), 0)))
    expect(metadata.u32(outputs)).toBe(2)
    expect(names).toEqual(['regressors', 'classificators'])
    const input = metadata.item(metadata.follow(graph, 2), 0)
    const unit = metadata.item(metadata.follow(input, 4), 0)
    const [mean, deviation] = [0, 1].map((index) => metadata.follow(metadata.follow(unit, 1), index))
    for (const list of [mean, deviation]) expect(metadata.view.getFloat32((list ?? 0) + 4, true)).toBe(127.5)
  })

  it('[M10] what is no model, or is described already, is refused', () => {
    const [model = Buffer.alloc(0)] = models
    expect(() => withSegmenterMetadata(new Uint8Array(64))).toThrow('not a TFLite model')
    expect(() => withSegmenterMetadata(withSegmenterMetadata(model))).toThrow('completed')
  })

  it('[M10] the size that progress is told by is the size of the engine', () => {
    expect(statSync(resolve('@mediapipe/tasks-vision/vision_wasm_module_internal.wasm')).size).toBe(ENGINE_BYTES)
  })
})
