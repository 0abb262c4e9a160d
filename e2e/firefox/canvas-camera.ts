import { deflateSync } from 'node:zlib'
import { createFigure, LOUD_ROOM } from '../support/figure.ts'
import type { Look } from '../support/pictures.ts'

/**
 * Cameras for Firefox, whose own fake device shows the same to everybody: a canvas that is drawn anew 15 times a second takes
 * the place of its picture. The sound of the fake device stays.
 */
export type CanvasCamera = { readonly width: number; readonly height: number; readonly frames: readonly string[] }

const [WIDTH, HEIGHT] = [320, 240]
const FRAMES = 10

type Paint = (column: number, row: number, frame: number) => readonly [number, number, number]

/** The look's colour with a bright bar that travels over it. */
export function lookCamera(look: Look): CanvasCamera {
  return draw((column, row, frame) => {
    const barAt = Math.floor((frame / FRAMES) * (WIDTH - 24))
    const isBar = row >= 90 && row < 150 && column >= barAt && column < barAt + 24
    return isBar ? [255, 255, 255] : look.rgb
  })
}

/** A person who sways before a loud room. */
export function figureCamera(): CanvasCamera {
  const figure = createFigure(WIDTH / HEIGHT, LOUD_ROOM)
  return draw((column, row, frame) => {
    const { r, g, b } = figure.at((column + 0.5) / WIDTH, (row + 0.5) / HEIGHT, frame / FRAMES)
    return [r, g, b]
  })
}

function draw(paint: Paint): CanvasCamera {
  const frames: string[] = []
  for (let frame = 0; frame < FRAMES; frame++) {
    const pixels = Buffer.alloc(WIDTH * HEIGHT * 4, 255)
    for (let at = 0; at < WIDTH * HEIGHT; at++) pixels.set(paint(at % WIDTH, Math.floor(at / WIDTH), frame), at * 4)
    frames.push(deflateSync(pixels).toString('base64'))
  }
  return { width: WIDTH, height: HEIGHT, frames }
}

/** Runs in the page before anything of ours. */
export function installCamera({ width, height, frames }: CanvasCamera): void {
  // The page before the first one is no secure place and has no devices.
  if (!navigator.mediaDevices) return
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  async function read(frame: string): Promise<ImageData> {
    const packed = Uint8Array.from(atob(frame), (letter) => letter.charCodeAt(0))
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'))
    const pixels = new Uint8ClampedArray(await new Response(unpacked).arrayBuffer())
    return new ImageData(pixels, width, height)
  }
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await open(constraints)
    const [given] = stream.getVideoTracks()
    if (!given) return stream
    const pictures = await Promise.all(frames.map(read))
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = height
    const pen = canvas.getContext('2d')
    let next = 0
    const show = () => {
      const picture = pictures[next++ % pictures.length]
      if (picture) pen?.putImageData(picture, 0, 0)
    }
    show()
    setInterval(show, 66)
    given.stop()
    stream.removeTrack(given)
    for (const track of canvas.captureStream(15).getVideoTracks()) stream.addTrack(track)
    return stream
  }
}
