import { describe, expect, it } from 'vitest'
import { createInterner } from './interner.ts'

describe('interner', () => {
  it('[M4][MT4] numbers are given back with the last user and then used anew', () => {
    const interner = createInterner(2)
    expect([interner.acquire('en'), interner.acquire('de'), interner.acquire('en')]).toEqual([0, 1, 0])
    expect(interner.acquire('fr')).toBeUndefined()
    interner.release('en')
    expect(interner.acquire('fr')).toBeUndefined()
    interner.release('en')
    expect(interner.acquire('fr')).toBe(0)
    expect(interner.size()).toBe(2)
  })

  it('[M4] releasing a word that is not held is a bug', () => {
    expect(() => createInterner(1).release('en')).toThrow('not held')
  })
})
