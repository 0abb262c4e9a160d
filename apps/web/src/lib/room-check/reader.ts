import createCore from 'virtual:tesseract-core'
import type { Word } from './finds.ts'

/**
 * Tesseract's engine itself, without the part of the package that fetches from others' servers and starts workers from text,
 * which our rules for pages refuse.
 */
/** Finds as much text as there is, in no order: rooms are no pages. */
const SPARSE_TEXT = '11'
/** Neural networks only; the older way needs other data. */
const LSTM_ONLY = 1
const WORD_LEVEL = '5'
const MODEL = 'eng.traineddata'
const PICTURE = '/input'

export type Reader = { read(rgba: Uint8ClampedArray, width: number, height: number): Word[] }

/**
 * @param engine the WebAssembly file
 * @param letters the trained data, unpacked
 * @param progress hears the share of a picture that is read
 */
export async function openReader(
  engine: Uint8Array,
  letters: Uint8Array,
  progress: (share: number) => void,
): Promise<Reader> {
  const core = await createCore({
    wasmBinary: engine,
    // The first part of its count is the search for lines.
    TesseractProgress: (percent) => progress(Math.min(1, Math.max(0, percent / 100))),
    print: () => undefined,
    printErr: () => undefined,
  })
  core.FS.writeFile(MODEL, letters)
  const api = new core.TessBaseAPI()
  if (api.Init(null, 'eng', LSTM_ONLY, null) !== 0) throw new Error('no reader')
  api.SetVariable('tessedit_pageseg_mode', SPARSE_TEXT)
  api.SetVariable('user_defined_dpi', '150')
  return {
    read(rgba, width, height) {
      core.FS.writeFile(PICTURE, greyMap(rgba, width, height))
      if (api.SetImageFile(1, 0, 1) !== 0) throw new Error('not a picture')
      if (api.Recognize(null) !== 0) throw new Error('not read')
      return wordsOf(api.GetTSVText(0))
    },
  }
}

/** A picture in shades of grey, as a portable grey map. */
function greyMap(rgba: Uint8ClampedArray, width: number, height: number): Uint8Array {
  const head = new TextEncoder().encode(`P5 ${width} ${height} 255\n`)
  const file = new Uint8Array(head.length + width * height)
  file.set(head)
  for (let point = 0; point < width * height; point++)
    file[head.length + point] =
      0.299 * (rgba[4 * point] ?? 0) + 0.587 * (rgba[4 * point + 1] ?? 0) + 0.114 * (rgba[4 * point + 2] ?? 0)
  return file
}

/** Tesseract's table: level, four numbers of its order, left, top, width, height, how sure, text. */
function wordsOf(table: string): Word[] {
  return table.split('\n').flatMap((line) => {
    const [level, , , , , , left, top, width, height, sure, ...text] = line.split('\t')
    if (level !== WORD_LEVEL) return []
    return [
      {
        text: text.join(' ').trim(),
        sure: Number(sure),
        left: Number(left),
        top: Number(top),
        width: Number(width),
        height: Number(height),
      },
    ]
  })
}
