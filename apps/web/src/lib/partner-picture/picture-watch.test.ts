import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CELLS, SAMPLE_HEIGHT, SAMPLE_WIDTH, samplePicture, type PictureSample } from './picture-sample.ts'
import { createPictureWatch, LOOK_EVERY_MS, type PictureFacts, type PictureNote } from './picture-watch.ts'
import { isVirtualCamera } from './virtual-cameras.ts'

const FINE: PictureFacts = { isFlowing: true, isVirtual: false }

/** A small repeatable source of chance, 0 to 1. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** A person before a wall: a bright patch that wanders without ever repeating itself, and the noise of a sensor. */
function person(seed: number): (look: number) => PictureSample {
  const chance = chanceOf(seed)
  let [x, y, light] = [16, 12, 150]
  return () => {
    x = Math.min(24, Math.max(8, x + (chance() - 0.5) * 5))
    y = Math.min(16, Math.max(8, y + (chance() - 0.5) * 3))
    light = Math.min(190, Math.max(110, light + (chance() - 0.5) * 8))
    return picture((column, row) => {
      const isFace = Math.hypot(column - x, row - y) < 6
      return (isFace ? light : 60) + (chance() - 0.5) * 6
    })
  }
}

function picture(brightness: (column: number, row: number) => number): PictureSample {
  const rgba = new Uint8ClampedArray(SAMPLE_WIDTH * SAMPLE_HEIGHT * 4)
  for (let pixel = 0; pixel < SAMPLE_WIDTH * SAMPLE_HEIGHT; pixel++) {
    const value = brightness(pixel % SAMPLE_WIDTH, Math.floor(pixel / SAMPLE_WIDTH))
    rgba.set([value, value, value, 255], 4 * pixel)
  }
  return samplePicture(rgba)
}

/** All notes of so many seconds. */
function watched(
  seconds: number,
  sampleOf: (look: number) => PictureSample | undefined,
  factsOf: (look: number) => PictureFacts = () => FINE,
): readonly (PictureNote | undefined)[] {
  const watch = createPictureWatch()
  return Array.from({ length: (seconds * 1_000) / LOOK_EVERY_MS }, (_, look) =>
    watch.look(look * LOOK_EVERY_MS, factsOf(look), sampleOf(look)),
  )
}

describe('[M24] what is told of a picture', () => {
  it('nothing of a person who moves, sits still for a while, and moves again', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const moving = person(seed)
        let held: PictureSample | undefined
        const notes = watched(90, (look) => {
          const isStill = look >= 100 && look < 130
          if (!isStill) return moving(look)
          return (held ??= moving(look))
        })
        expect(notes.filter(Boolean)).toEqual([])
      }),
      { numRuns: 15 },
    )
  })

  it.each([
    ['black', () => picture(() => 4)],
    ['one-colour', () => picture(() => 130)],
  ] as const)('a %s picture, after some seconds and not before', (kind, sampleOf) => {
    const notes = watched(8, sampleOf)
    expect(notes[8]).toBeUndefined()
    expect(notes.at(-1)).toEqual({ kind, confidence: 'sure' })
  })

  it('a dark room with somebody in it is not black', () => {
    const chance = chanceOf(3)
    const notes = watched(20, () => picture((column) => (column > 12 && column < 20 ? 30 : 8) + chance() * 4))
    expect(notes.filter(Boolean)).toEqual([])
  })

  it('a frozen picture: likely at first, then surely, and never while the network is cut', () => {
    const still = person(5)(0)
    const notes = watched(40, () => still)
    expect(notes[30]).toBeUndefined()
    expect(notes[48]).toEqual({ kind: 'frozen', confidence: 'likely' })
    expect(notes.at(-1)).toEqual({ kind: 'frozen', confidence: 'sure' })
    const cut = watched(
      40,
      () => still,
      () => ({ ...FINE, isFlowing: false }),
    )
    expect(cut.filter(Boolean)).toEqual([])
  })

  it('a clip that is played over and over, whatever its length, also when looks fall between its pictures', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 10, max: 120 }), (seed, length) => {
        const chance = chanceOf(seed + 1)
        const moving = person(seed)
        const clip = Array.from({ length }, (_, look) => moving(look).cells)
        const notes = watched(120, (look) => {
          const cells = clip[look % length] ?? new Uint8Array(CELLS)
          // Encoded anew each time: a little different in every round.
          const noisy = cells.map((cell) => cell + Math.round((chance() - 0.5) * 2))
          return { brightness: 90, spread: 40, cells: noisy, digest: look }
        })
        expect(notes.at(-1)?.kind).toBe('repeats')
      }),
      { numRuns: 15 },
    )
  })

  it('a camera that is said to be on but sends nothing', () => {
    expect(watched(6, () => undefined).filter(Boolean)).toEqual([])
    expect(watched(12, () => undefined).at(-1)).toEqual({ kind: 'no-picture', confidence: 'sure' })
  })

  it('camera software, when the partner’s app says so and nothing weightier is to be told', () => {
    const facts = { ...FINE, isVirtual: true }
    expect(watched(5, person(9), () => facts).at(-1)).toEqual({ kind: 'virtual', confidence: 'sure' })
    const black = watched(
      8,
      () => picture(() => 2),
      () => facts,
    )
    expect(black.at(-1)?.kind).toBe('black')
  })

  it('a picture that becomes well again is spoken of no more', () => {
    const moving = person(11)
    const notes = watched(12, (look) => (look < 24 ? picture(() => 3) : moving(look)))
    expect(notes[22]?.kind).toBe('black')
    expect(notes.at(-1)).toBeUndefined()
  })
})

it('[M24] the names of camera software are known, those of cameras are not taken for it', () => {
  for (const label of ['OBS Virtual Camera', 'ManyCam Virtual Webcam', 'Dummy video device (0x0000)', 'Snap Camera'])
    expect(isVirtualCamera(label)).toBe(true)
  for (const label of ['FaceTime HD Camera (Built-in)', 'Logitech BRIO', 'Integrated Webcam', 'Camo', 'fake_device_0'])
    expect(isVirtualCamera(label)).toBe(false)
})
