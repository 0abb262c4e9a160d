import { describe, expect, it } from 'vitest'
import { createLockHint } from './lock-hint.ts'

function storage() {
  const kept = new Map<string, string>()
  return {
    read: (key: string) => kept.get(key),
    write: (key: string, value: string) => void kept.set(key, value),
    remove: (key: string) => void kept.delete(key),
  }
}

describe('what is known of the app lock before the messages are opened', () => {
  it('[K11] a lock that was met or set is remembered for the next page', () => {
    const device = storage()
    expect(createLockHint(device).isSet()).toBe(false)
    createLockHint(device).learn({ phase: { kind: 'ready' }, hasLock: true })
    expect(createLockHint(device).isSet()).toBe(true)
    const other = storage()
    createLockHint(other).learn({ phase: { kind: 'locked' } })
    expect(createLockHint(other).isSet()).toBe(true)
  })
  it('[K11] a lock that was taken away, or went with the device, delays nothing any more', () => {
    for (const phase of [{ kind: 'ready' }, { kind: 'unlinked' }] as const) {
      const device = storage()
      createLockHint(device).learn({ phase: { kind: 'locked' } })
      createLockHint(device).learn({ phase })
      expect(createLockHint(device).isSet()).toBe(false)
    }
  })
  it('[K11] while the messages are being opened nothing is known, and nothing is forgotten', () => {
    const device = storage()
    const hint = createLockHint(device)
    hint.learn({ phase: { kind: 'locked' } })
    expect(hint.learn({ phase: { kind: 'opening' } })).toBe(false)
    expect(hint.learn({ phase: { kind: 'off' } })).toBe(false)
    expect(hint.isSet()).toBe(true)
    expect(hint.learn({ phase: { kind: 'failed', code: 'VAULT_UNAVAILABLE' } })).toBe(true)
    expect(hint.isSet()).toBe(true)
  })
})
