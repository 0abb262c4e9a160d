import { download, downloadEngine, stayAtHome } from '../background/engine-files.ts'
import { findFaces } from './faces.ts'
import { allFinds, colourOf, otherFaces, textFinds, type Find } from './finds.ts'
import { findPapers } from './papers.ts'
import type { FromRoomWorker, RoomAssets, ToRoomWorker } from './protocol.ts'
import { openReader } from './reader.ts'

/** Looks at one picture of the room, and ends with it. What is read and found goes to the page that asked, and nowhere else. */
const tell = (message: FromRoomWorker) => postMessage(message)

/** Wide enough for what somebody could read in a call; the side that is longer. */
const SIDE_MAX = 1_280
const PAPER_SIDE = 160

function draw(picture: ImageBitmap, sideMax: number): OffscreenCanvasRenderingContext2D {
  const scale = Math.min(1, sideMax / Math.max(picture.width, picture.height))
  const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale))
  const pen = canvas.getContext('2d', { alpha: false, willReadFrequently: true })
  if (!pen) throw new Error('no canvas')
  pen.imageSmoothingQuality = 'high'
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height)
  return pen
}

/** Some servers unpack what ends in `.gz` on the way. */
async function unpacked(file: Uint8Array): Promise<Uint8Array> {
  if (file[0] !== 0x1f || file[1] !== 0x8b) return file
  const bytes = new Blob([file as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(bytes).arrayBuffer())
}

async function fetchAll(assets: RoomAssets) {
  stayAtHome()
  const [engine, faces, reader, letters] = await Promise.all([
    // By far the largest: what is here of it is what is here of all.
    downloadEngine(assets.engine, (share) => tell({ kind: 'step', step: 'fetching', share })),
    download(assets.faces, () => undefined),
    download(assets.reader, () => undefined),
    download(assets.letters, () => undefined),
  ])
  return { engine, faces, reader, letters: await unpacked(letters) }
}

async function look(picture: ImageBitmap, assets: RoomAssets): Promise<void> {
  const files = await fetchAll(assets)
  const pen = draw(picture, SIDE_MAX)
  const { width, height } = pen.canvas
  const { data } = pen.getImageData(0, 0, width, height)
  const finds: Find[] = []

  tell({ kind: 'step', step: 'faces', share: 0 })
  finds.push(
    ...otherFaces(
      await findFaces(pen.canvas, { engine: files.engine, engineAddress: assets.engine, model: files.faces }),
    ),
  )
  tell({ kind: 'step', step: 'papers', share: 0 })
  const small = draw(picture, PAPER_SIDE)
  const { data: points } = small.getImageData(0, 0, small.canvas.width, small.canvas.height)
  finds.push(...findPapers(points, small.canvas))

  const reader = await openReader(files.reader, files.letters, (share) => tell({ kind: 'step', step: 'text', share }))
  finds.push(...textFinds(reader.read(data, width, height), { width, height }))
  tell({
    kind: 'found',
    finds: allFinds(finds).map((find) => ({ ...find, colour: colourOf(data, { width, height }, find.box) })),
  })
}

addEventListener('message', ({ data }: MessageEvent<ToRoomWorker>) => {
  look(data.picture, data.assets)
    .catch(() => tell({ kind: 'failed' }))
    .finally(() => data.picture.close())
})
