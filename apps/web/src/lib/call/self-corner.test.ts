import { expect, it } from 'vitest'
import { cornerAfter, cornerAt, cornerBeside, readCorner, SELF_CORNERS, writeCorner } from './self-corner.ts'

const SCENE = { width: 800, height: 400 }

it('[M8] the own picture goes to the corner that is nearest to where it was let go, in either direction of writing', () => {
  expect(cornerAt({ x: 100, y: 90 }, SCENE, false)).toBe('top-start')
  expect(cornerAt({ x: 100, y: 90 }, SCENE, true)).toBe('top-end')
  expect(cornerAt({ x: 700, y: 90 }, SCENE, false)).toBe('top-end')
  expect(cornerAt({ x: 399, y: 201 }, SCENE, false)).toBe('bottom-start')
  // Dragged out of the scene.
  expect(cornerAt({ x: 4_000, y: -50 }, SCENE, false)).toBe('top-end')
  expect(cornerAt({ x: -5, y: 900 }, SCENE, true)).toBe('bottom-end')
})

it('[M8] arrows lead from every corner to every corner, and stop at the edges', () => {
  expect(cornerBeside('bottom-end', 'ArrowUp', false)).toBe('top-end')
  expect(cornerBeside('top-end', 'ArrowUp', false)).toBe('top-end')
  expect(cornerBeside('top-end', 'ArrowLeft', false)).toBe('top-start')
  expect(cornerBeside('top-start', 'ArrowDown', false)).toBe('bottom-start')
  expect(cornerBeside('bottom-start', 'ArrowRight', false)).toBe('bottom-end')
  expect(cornerBeside('bottom-end', 'ArrowLeft', true)).toBe('bottom-end')
  expect(cornerBeside('bottom-end', 'ArrowRight', true)).toBe('bottom-start')
  expect(cornerBeside('bottom-end', 'Enter', false)).toBeUndefined()
})

it('[M8] presses alone lead around the scene', () => {
  const seen = new Set([SELF_CORNERS[0]])
  let corner = SELF_CORNERS[0] as (typeof SELF_CORNERS)[number]
  for (let press = 0; press < 3; press += 1) seen.add((corner = cornerAfter(corner)) as (typeof SELF_CORNERS)[0])
  expect(seen.size).toBe(4)
  expect(cornerAfter(corner)).toBe(SELF_CORNERS[0])
})

it('[M8] the corner is remembered on this device; what is not a corner is not', () => {
  const kept = new Map<string, string>()
  const storage = {
    read: (key: string) => kept.get(key),
    write: (key: string, value: string) => void kept.set(key, value),
    remove: (key: string) => void kept.delete(key),
  }
  expect(readCorner(storage)).toBe('bottom-end')
  writeCorner(storage, 'top-start')
  expect(readCorner(storage)).toBe('top-start')
  for (const key of kept.keys()) kept.set(key, 'middle')
  expect(readCorner(storage)).toBe('bottom-end')
})
