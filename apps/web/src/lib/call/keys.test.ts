import { describe, expect, it } from 'vitest'
import { CALL_KEYS, createCallKeys, ESCAPE_TWICE_MS, type KeyPress } from './keys.ts'

const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  repeat: false,
  isTyping: false,
  ...change,
})
function keysAt() {
  let nowMs = 1_000
  return { keys: createCallKeys({ monotonicMs: () => nowMs }), wait: (ms: number) => (nowMs += ms) }
}

describe('keys of a call', () => {
  it('[M3] Escape twice ends, also while typing', () => {
    const { keys, wait } = keysAt()
    expect(keys.press(press('Escape', { isTyping: true }))).toBe('escape-once')
    wait(ESCAPE_TWICE_MS)
    expect(keys.press(press('Escape', { isTyping: true }))).toBe('end')
    expect(keys.press(press('Escape'))).toBe('escape-once')
  })
  it('[M3] Escape twice too slowly, or with another key between, ends nothing', () => {
    const { keys, wait } = keysAt()
    keys.press(press('Escape'))
    wait(ESCAPE_TWICE_MS + 1)
    expect(keys.press(press('Escape'))).toBe('escape-once')
    keys.press(press('x'))
    expect(keys.press(press('Escape'))).toBe('escape-once')
  })
  it('[M3] a held Escape key does not end the call', () => {
    const { keys } = keysAt()
    keys.press(press('Escape'))
    expect(keys.press(press('Escape', { repeat: true }))).toBeUndefined()
  })
  it('[S16] Shift and Escape end, block and keep the evidence, also while typing, and only once for a held key', () => {
    const { keys } = keysAt()
    expect(keys.press(press('Escape', { shiftKey: true, isTyping: true }))).toBe('capsule')
    expect(keys.press(press('Escape', { shiftKey: true, repeat: true }))).toBeUndefined()
    // It is no half of the two presses.
    expect(keys.press(press('Escape'))).toBe('escape-once')
  })
  it('[M3] the Escape that leaves the full screen, which the page never hears, is the first of the two', () => {
    const { keys, wait } = keysAt()
    expect(keys.leftFullscreen()).toBe('escape-once')
    wait(ESCAPE_TWICE_MS)
    expect(keys.press(press('Escape'))).toBe('end')
    // The second press may be heard before the change of the screen is.
    expect(keys.press(press('Escape'))).toBe('escape-once')
    expect(keys.leftFullscreen()).toBe('end')
  })
  it('[M8] every key does its own thing, in either case', () => {
    const { keys } = keysAt()
    expect(new Set(Object.values(CALL_KEYS)).size).toBe(Object.keys(CALL_KEYS).length)
    for (const [action, key] of Object.entries(CALL_KEYS)) {
      expect(keys.press(press(key))).toBe(action)
      expect(keys.press(press(key.toLowerCase()))).toBe(action)
    }
  })
  it('[M2] letters go into the text field, and browser shortcuts stay the browser’s', () => {
    const { keys } = keysAt()
    expect(keys.press(press('n', { isTyping: true }))).toBeUndefined()
    expect(keys.press(press('n', { ctrlKey: true }))).toBeUndefined()
    expect(keys.press(press('r', { metaKey: true }))).toBeUndefined()
    expect(keys.press(press('b', { altKey: true }))).toBeUndefined()
  })
})
