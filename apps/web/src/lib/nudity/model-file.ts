/** Side of the square picture that the model takes, whatever the shape of the original. */
export const SIDE = 224

/**
 * The classifier's model as one file: the length of its description (32 bits, little endian), the description (JSON), and the
 * weights, one after the other as the description names them.
 */
export type ModelWeight = {
  readonly name: string
  readonly shape: number[]
  readonly dtype: 'float32' | 'int32'
  readonly quantization?: { readonly min: number; readonly scale: number; readonly dtype: 'uint8' | 'uint16' }
}
export type ModelHead = { readonly modelTopology: object; readonly weightSpecs: readonly ModelWeight[] }
export type ModelFile = ModelHead & { readonly weightData: ArrayBuffer }

export function packModel(head: ModelHead, weights: Uint8Array): Uint8Array<ArrayBuffer> {
  const described = new TextEncoder().encode(JSON.stringify(head))
  const whole = new Uint8Array(4 + described.length + weights.length)
  new DataView(whole.buffer).setUint32(0, described.length, true)
  whole.set(described, 4)
  whole.set(weights, 4 + described.length)
  return whole
}

/** Throws when the file is cut short or is another one: it comes from our own server, and then the check cannot be had. */
export function unpackModel(file: ArrayBuffer): ModelFile {
  const length = new DataView(file).getUint32(0, true)
  if (4 + length > file.byteLength) throw new Error('the model is cut short')
  const { modelTopology, weightSpecs } = JSON.parse(
    new TextDecoder().decode(new Uint8Array(file, 4, length)),
  ) as ModelHead
  const weightData = file.slice(4 + length)
  if (weightData.byteLength !== bytesOf(weightSpecs)) throw new Error('the model is cut short')
  return { modelTopology, weightSpecs, weightData }
}

function bytesOf(weights: readonly ModelWeight[]): number {
  const sizes = { uint8: 1, uint16: 2, float32: 4, int32: 4 }
  return weights.reduce(
    (sum, { shape, dtype, quantization }) =>
      sum + shape.reduce((points, side) => points * side, 1) * sizes[quantization?.dtype ?? dtype],
    0,
  )
}
