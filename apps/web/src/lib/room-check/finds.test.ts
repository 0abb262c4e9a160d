import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawn, freePicture } from '../../../tests/free-pictures.ts'
import { apart } from './faces-apart.ts'
import { allFinds, colourOf, otherFaces, SURE_MIN, textFinds, type Box, type Find, type Word } from './finds.ts'
import { findPapers } from './papers.ts'
import { placeInPreview } from './place.ts'

const SIZE = { width: 1_000, height: 500 }
const word = (text: string, left: number, top: number, more: Partial<Word> = {}): Word => ({
  text,
  sure: 90,
  left,
  top,
  width: 80,
  height: 20,
  ...more,
})
const share = fc.double({ min: 0, max: 1, noNaN: true })
const box = fc
  .record({ x: share, y: share, width: share, height: share })
  .map(({ x, y, width, height }): Box => ({ x, y, width: width * (1 - x), height: height * (1 - y) }))

describe('readable text', () => {
  it('[M11] words that stand together are one find, and others are another', () => {
    const finds = textFinds(
      [word('Anna', 100, 100), word('Berger', 190, 99), word('Lindenweg', 100, 130), word('EXIT', 800, 400)],
      SIZE,
    )
    expect(finds.map((find) => find.kind === 'text' && find.text)).toEqual(['Anna Berger Lindenweg', 'EXIT'])
    expect(finds[0]?.box).toEqual({ x: 0.1, y: 0.198, width: 0.17, height: 0.102 })
  })

  it('[M11] what is not surely read, or is only strokes and dots, is not told', () => {
    expect(textFinds([word('Anna', 0, 0, { sure: SURE_MIN - 1 })], SIZE)).toEqual([])
    expect(textFinds([word('~', 0, 0), word('|', 50, 0), word('J', 300, 0), word('4.', 500, 0)], SIZE)).toEqual([])
    expect(textFinds([], SIZE)).toEqual([])
  })

  it('[M11] text in other letters that were read as such counts as well, and very much of it is cut', () => {
    expect(textFinds([word('Übergröße', 0, 0)], SIZE)).toHaveLength(1)
    const [long] = textFinds(
      Array.from({ length: 40 }, (_, at) => word('letter', 10 * at, 0)),
      SIZE,
    )
    expect(long?.kind === 'text' && long.text.length).toBeLessThan(70)
  })
})

describe('faces', () => {
  const near = { x: 0.1, y: 0.1, width: 0.4, height: 0.4 }
  const far = { x: 0.8, y: 0.2, width: 0.05, height: 0.08 }

  it('[M11] the largest is the own one, all others are told', () => {
    expect(otherFaces([far, near])).toEqual([{ kind: 'face', box: far }])
    expect(otherFaces([near])).toEqual([])
    expect(otherFaces([])).toEqual([])
  })

  it('[M11] one that was found in two parts of the picture is one', () => {
    expect(apart([far, near, { ...near, x: 0.12, width: 0.3 }, { ...far, y: 0.21 }])).toEqual([near, far])
  })
})

describe('papers', () => {
  const SMALL = { width: 160, height: 160 }
  const room = (sheets: readonly Box[]) =>
    drawn(SMALL.width, (x, y) =>
      sheets.some((sheet) => x >= sheet.x && x < sheet.x + sheet.width && y >= sheet.y && y < sheet.y + sheet.height)
        ? [240, 238, 230]
        : [96, 84, 70],
    )

  it('[M11] bright sheets are found where they are', () => {
    const sheets = [
      { x: 0.1, y: 0.2, width: 0.2, height: 0.25 },
      { x: 0.6, y: 0.5, width: 0.15, height: 0.1 },
    ]
    const found = findPapers(room(sheets), SMALL)
    expect(found.map(({ kind }) => kind)).toEqual(['paper', 'paper'])
    for (const [at, sheet] of sheets.entries())
      for (const side of ['x', 'y', 'width', 'height'] as const)
        expect(found[at]?.box[side]).toBeCloseTo(sheet[side], 1)
  })

  it('[M11] a white wall, a strip of light, specks and things with colour are no papers', () => {
    expect(findPapers(room([{ x: 0, y: 0, width: 1, height: 1 }]), SMALL)).toEqual([])
    expect(findPapers(room([{ x: 0.1, y: 0.1, width: 0.8, height: 0.05 }]), SMALL)).toEqual([])
    expect(findPapers(room([{ x: 0.5, y: 0.5, width: 0.03, height: 0.03 }]), SMALL)).toEqual([])
    const yellow = drawn(160, (x, y) => (x > 0.2 && x < 0.4 && y > 0.2 && y < 0.4 ? [250, 220, 40] : [90, 90, 90]))
    expect(findPapers(yellow, SMALL)).toEqual([])
    expect(findPapers(freePicture('coffee', 160), SMALL)).toEqual([])
  })

  it('[M11] whatever the picture: boxes lie within it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4 * 24 * 18, maxLength: 4 * 24 * 18 }), (bytes) => {
        for (const { box: found } of findPapers(new Uint8ClampedArray(bytes), { width: 24, height: 18 })) {
          expect(found.x >= 0 && found.y >= 0).toBe(true)
          expect(found.x + found.width).toBeLessThanOrEqual(1 + 1e-9)
          expect(found.y + found.height).toBeLessThanOrEqual(1 + 1e-9)
        }
      }),
    )
  })
})

describe('what is told', () => {
  it('[M11] a sheet with readable text is told once, as text', () => {
    const sheet = { x: 0.2, y: 0.2, width: 0.3, height: 0.3 }
    const told = allFinds([
      { kind: 'paper', box: sheet },
      { kind: 'text', box: { x: 0.25, y: 0.25, width: 0.2, height: 0.1 }, text: 'Anna' },
    ])
    expect(told.map(({ kind }) => kind)).toEqual(['text'])
  })

  it('[M11] every place is told a little larger than it was found, and within the picture', () => {
    fc.assert(
      fc.property(fc.array(box, { maxLength: 30 }), (boxes) => {
        const finds: Find[] = boxes.map((each) => ({ kind: 'face', box: each }))
        const told = allFinds(finds)
        for (const { box: place } of told) {
          expect(place.x >= 0 && place.y >= 0).toBe(true)
          expect(place.x + place.width).toBeLessThanOrEqual(1 + 1e-9)
          expect(place.y + place.height).toBeLessThanOrEqual(1 + 1e-9)
        }
        expect(told.length).toBe(Math.min(12, boxes.length))
      }),
    )
  })

  it('[M11] a place is covered with its mean colour', () => {
    const picture = drawn(10, (x) => (x < 0.5 ? [200, 100, 0] : [0, 100, 200]))
    const size = { width: 10, height: 10 }
    expect(colourOf(picture, size, { x: 0, y: 0, width: 0.5, height: 1 })).toEqual([200, 100, 0])
    expect(colourOf(picture, size, { x: 0, y: 0, width: 1, height: 1 })).toEqual([100, 100, 100])
    expect(colourOf(picture, size, { x: 1, y: 1, width: 0, height: 0 })).toEqual([128, 128, 128])
  })
})

describe('the place in the preview', () => {
  it('[M11] is mirrored, and is where the picture is when its sides are cut', () => {
    const left = { x: 0, y: 0, width: 0.25, height: 1 }
    expect(placeInPreview(left, { width: 640, height: 480 }, { width: 400, height: 300 })).toEqual({
      x: 0.75,
      y: 0,
      width: 0.25,
      height: 1,
    })
    // A wide picture in a square: an eighth is cut at either side and more.
    const middle = placeInPreview(
      { x: 0.25, y: 0.5, width: 0.5, height: 0.5 },
      { width: 200, height: 100 },
      { width: 100, height: 100 },
    )
    expect(middle).toEqual({ x: 0, y: 0.5, width: 1, height: 0.5 })
  })

  it('[M11] never leaves the preview', () => {
    const side = fc.integer({ min: 1, max: 4_000 })
    fc.assert(
      fc.property(box, side, side, side, side, (place, w, h, pw, ph) => {
        const shown = placeInPreview(place, { width: w, height: h }, { width: pw, height: ph })
        expect(shown.x >= 0 && shown.y >= 0 && shown.width >= 0 && shown.height >= 0).toBe(true)
        expect(shown.x + shown.width).toBeLessThanOrEqual(1 + 1e-9)
        expect(shown.y + shown.height).toBeLessThanOrEqual(1 + 1e-9)
      }),
    )
  })
})
