import { describe, expect, it } from 'vitest'
import { EMOJI_GROUPS, keepRecentEmoji, loadEmoji, QUICK_EMOJI, recentEmoji, searchEmoji } from './emoji.ts'

function storage() {
  const kept = new Map<string, string>()
  return {
    read: (key: string) => kept.get(key),
    write: (key: string, value: string) => void kept.set(key, value),
    remove: (key: string) => void kept.delete(key),
  }
}

describe('emoji', () => {
  it('[K8] all groups are there, without parts of emoji, and hold the quick six', async () => {
    const set = await loadEmoji()
    expect(set.map(({ group }) => group)).toEqual(EMOJI_GROUPS)
    const all = new Set(set.flatMap(({ emoji }) => emoji.map(({ char }) => char)))
    expect(all.size).toBeGreaterThan(1_500)
    for (const quick of QUICK_EMOJI) expect(all.has(quick), quick).toBe(true)
    expect(all.has('🇦')).toBe(false)
  })
  it('[K8] search finds by the beginnings of words, names before tags', async () => {
    const set = await loadEmoji()
    expect(searchEmoji(set, 'thumbs u')[0]?.char).toBe('👍')
    expect(searchEmoji(set, 'PARTY').map(({ char }) => char)).toContain('🥳')
    expect(searchEmoji(set, 'qqqq')).toEqual([])
    expect(searchEmoji(set, ' ')).toEqual([])
  })
  it('[K8] the ones used lately are kept on this device, latest first, each once, and bounded', () => {
    const kept = storage()
    for (const char of ['👍', '🎉', '👍']) keepRecentEmoji(kept, char)
    expect(recentEmoji(kept)).toEqual(['👍', '🎉'])
    for (let index = 0; index < 60; index += 1) keepRecentEmoji(kept, `e${index}`)
    expect(recentEmoji(kept)).toHaveLength(24)
  })
})
