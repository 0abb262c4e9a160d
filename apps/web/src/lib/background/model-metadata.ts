/**
 * Writes into a TFLite model what MediaPipe's task library wants to know of it and the published file does not say: what the
 * input and output tensors are, and how a picture's bytes become the input's numbers.
 *
 * Both are FlatBuffers (https://flatbuffers.dev/internals): tables that point forwards. A new head is written before the old
 * file, whose tables stay as they are; only the root is new, and it points at the old parts where they now lie. Schemas:
 * `schema.fbs` of TensorFlow Lite (root `Model`) and `metadata_schema.fbs` of TFLite Support (`ModelMetadata`, "M001").
 */
type Table = { readonly kind: 'table'; readonly fields: readonly (Field | undefined)[] }
type Vector = { readonly kind: 'vector'; readonly items: readonly Place[] }
type Data = { readonly kind: 'data'; readonly bytes: Uint8Array; readonly count: number; readonly align: number }
type Part = Table | Vector | Data
/** Something to point at: a part that is written, or a position in the old file. */
type Place = Part | { readonly kind: 'old'; readonly at: number }
type Value = { readonly kind: 'byte'; readonly value: number } | { readonly kind: 'word'; readonly value: number }
type Field = Place | Value

const table = (...fields: readonly (Field | undefined)[]): Table => ({ kind: 'table', fields })
const vector = (...items: readonly Place[]): Vector => ({ kind: 'vector', items })
const byte = (value: number): Value => ({ kind: 'byte', value })
const word = (value: number): Value => ({ kind: 'word', value })
const blob = (bytes: Uint8Array): Data => ({ kind: 'data', bytes, count: bytes.length, align: 16 })
const text = (value: string): Data => ({
  kind: 'data',
  bytes: new TextEncoder().encode(`${value}\0`),
  count: value.length,
  align: 4,
})
const floats = (...values: readonly number[]): Data => ({
  kind: 'data',
  bytes: new Uint8Array(new Float32Array(values).buffer),
  count: values.length,
  align: 4,
})

const up = (value: number, to: number) => Math.ceil(value / to) * to

/** Writes `root` and all it points at, then `old`. The four letters of `id` say what kind of file it is. */
function write(id: string, root: Table, old: Uint8Array = new Uint8Array()): Uint8Array {
  const head = new Uint8Array(64 * 1024)
  const view = new DataView(head.buffer)
  const holes: { readonly at: number; readonly place: Place }[] = [{ at: 0, place: root }]
  const outer: { readonly at: number; readonly oldAt: number }[] = []
  head.set(new TextEncoder().encode(id), 4)
  let end = 8

  function writeTable({ fields }: Table): number {
    const shape = up(end, 4)
    const start = up(shape + 4 + 2 * fields.length, 4)
    let size = 4
    for (const [index, field] of fields.entries()) {
      if (!field) continue
      const bytes = field.kind === 'byte' ? 1 : 4
      size = up(size, bytes)
      view.setUint16(shape + 4 + 2 * index, size, true)
      if (field.kind === 'byte') view.setUint8(start + size, field.value)
      else if (field.kind === 'word') view.setUint32(start + size, field.value, true)
      else holes.push({ at: start + size, place: field })
      size += bytes
    }
    view.setUint16(shape, 4 + 2 * fields.length, true)
    view.setUint16(shape + 2, size, true)
    view.setInt32(start, start - shape, true)
    end = start + size
    return start
  }

  function writePart(part: Part): number {
    if (part.kind === 'table') return writeTable(part)
    // The length comes first; what it counts is what has to be aligned.
    const start = up(end + 4, part.kind === 'data' ? part.align : 4) - 4
    view.setUint32(start, part.kind === 'data' ? part.count : part.items.length, true)
    if (part.kind === 'data') {
      head.set(part.bytes, start + 4)
      end = start + 4 + part.bytes.length
    } else {
      for (const [index, place] of part.items.entries()) holes.push({ at: start + 4 + 4 * index, place })
      end = start + 4 + 4 * part.items.length
    }
    return start
  }

  for (let hole = holes.shift(); hole; hole = holes.shift()) {
    if (hole.place.kind === 'old') outer.push({ at: hole.at, oldAt: hole.place.at })
    else view.setUint32(hole.at, writePart(hole.place) - hole.at, true)
  }
  const length = up(end, 16)
  for (const { at, oldAt } of outer) view.setUint32(at, length + oldAt - at, true)
  const whole = new Uint8Array(length + old.length)
  whole.set(head.subarray(0, length))
  whole.set(old, length)
  return whole
}

/** What the task library has to know: how bytes become the input's numbers, and what the outputs are called, in their order. */
type Description = {
  readonly name: string
  readonly mean: number
  readonly deviation: number
  readonly outputs: readonly string[]
}
/** Numbers from 0 to 1; one mask. */
const SEGMENTER: Description = { name: 'segmenter', mean: 0, deviation: 255, outputs: ['mask'] }
/** Numbers from -1 to 1; where the faces are, and how sure that is. */
const FACES: Description = {
  name: 'faces',
  mean: 127.5,
  deviation: 127.5,
  outputs: ['regressors', 'classificators'],
}

function metadataOf(description: Description): Uint8Array {
  const image = table(byte(1)) // ImageProperties: RGB
  const content = table(byte(2), image) // the content is an image
  const normalisation = table(floats(description.mean), floats(description.deviation)) // (value - mean) / deviation
  const unit = table(byte(1), normalisation)
  const input = table(text('image'), undefined, undefined, content, vector(unit))
  const outputs = description.outputs.map((name) => table(text(name)))
  const graph = table(undefined, undefined, vector(input), vector(...outputs))
  const name = text(description.name)
  const parser = text('1.0.0')
  return write('M001', table(name, undefined, undefined, vector(graph), undefined, undefined, undefined, parser))
}

/** The same model with metadata. Throws when the file is not a TFLite model or has metadata already. */
export const withSegmenterMetadata = (model: Uint8Array): Uint8Array => withMetadata(model, SEGMENTER)
/** The same for the model that finds faces. */
export const withFaceMetadata = (model: Uint8Array): Uint8Array => withMetadata(model, FACES)

function withMetadata(model: Uint8Array, description: Description): Uint8Array {
  const view = new DataView(model.buffer, model.byteOffset, model.byteLength)
  if (new TextDecoder().decode(model.subarray(4, 8)) !== 'TFL3') throw new Error('not a TFLite model')
  const root = view.getUint32(0, true)
  const shape = root - view.getInt32(root, true)
  /** Where a field of the root lies; 0 when it is absent. */
  const field = (index: number): number => {
    const slot = 4 + 2 * index
    const offset = slot < view.getUint16(shape, true) ? view.getUint16(shape + slot, true) : 0
    return offset === 0 ? 0 : root + offset
  }
  const target = (at: number) => at + view.getUint32(at, true)
  const [version, codes, graphs, words, buffers, metadata] = [0, 1, 2, 3, 4, 6].map(field)
  if (!version || !codes || !graphs || !buffers || metadata) throw new Error('not a model that can be completed')
  const old = (at: number) => ({ kind: 'old', at: target(at) }) as const
  const list = target(buffers)
  const count = view.getUint32(list, true)
  const kept = Array.from({ length: count }, (_, index) => old(list + 4 + 4 * index))
  const entry = table(text('TFLITE_METADATA'), word(count))
  return write(
    'TFL3',
    table(
      word(view.getUint32(version, true)),
      old(codes),
      old(graphs),
      words ? old(words) : undefined,
      vector(...kept, table(blob(metadataOf(description)))),
      undefined,
      vector(entry),
    ),
    model,
  )
}
