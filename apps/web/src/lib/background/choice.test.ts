import { describe, expect, it } from 'vitest'
import { CHOICES, readChoice, writeChoice } from './choice.ts'
import { fitWithin } from './own-picture.ts'

describe('choices of a background', () => {
  it('[M10] a choice comes back as it was kept, and anything else is none', () => {
    const kept = new Map<string, string>()
    const storage = {
      read: (key: string) => kept.get(key),
      write: (key: string, value: string) => void kept.set(key, value),
      remove: (key: string) => void kept.delete(key),
    }
    for (const choice of CHOICES) {
      writeChoice(storage, choice)
      expect(readChoice(storage)).toBe(choice)
    }
    kept.set('visavis.background', 'of an earlier version')
    expect(readChoice(storage)).toBe('off')
  })

  it('[M10] an own picture is made smaller with the same shape, never larger, never nothing', () => {
    expect(fitWithin(4000, 3000)).toEqual({ width: 1440, height: 1080 })
    expect(fitWithin(640, 480)).toEqual({ width: 640, height: 480 })
    expect(fitWithin(40_000, 1)).toEqual({ width: 1920, height: 1 })
  })
})
