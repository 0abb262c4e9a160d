import type { DeviceStorage } from '../app/storage.ts'

export type Emoji = { readonly char: string; readonly label: string; readonly words: string }
export type EmojiGroup = { readonly group: number; readonly emoji: readonly Emoji[] }
/** Groups in the order of emojibase: 0 smileys, 1 people, 3 animals, 4 food, 5 travel, 6 activities, 7 objects, 8 symbols, 9 flags. */
export type EmojiSet = readonly EmojiGroup[]

/** The six that stand beside a message. */
export const QUICK_EMOJI = ['👍', '❤️', '😂', '😮', '😢', '🙏'] as const
export const EMOJI_GROUPS = [0, 1, 3, 4, 5, 6, 7, 8, 9] as const
const RECENT_KEY = 'visavis.emoji'
const RECENT_MAX = 24
const FOUND_MAX = 80

type Compact = {
  readonly unicode: string
  readonly label: string
  readonly group?: number
  readonly order?: number
  readonly tags?: readonly string[]
}

/** All emoji, fetched with the first picker that opens: half a megabyte nobody else has to load. */
export async function loadEmoji(): Promise<EmojiSet> {
  const { default: compact } = (await import('emojibase-data/en/compact.json')) as { default: unknown }
  return emojiSetOf(compact as readonly Compact[])
}

/** Without the mark that asks for a picture where a picture is drawn anyway: else one emoji would be two reactions. */
const NEEDLESS_MARK = /(\p{Emoji_Presentation})\uFE0F/gu

/** Grouped and in order. Parts of emoji (skin tones, letters of flags) are none. */
export function emojiSetOf(compact: readonly Compact[]): EmojiSet {
  return EMOJI_GROUPS.map((group) => ({
    group,
    emoji: compact
      .filter((each) => each.group === group)
      .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0))
      .map(({ unicode, label, tags }) => ({
        char: unicode.replaceAll(NEEDLESS_MARK, '$1'),
        label,
        words: [label, ...(tags ?? [])].join(' '),
      })),
  }))
}

/** Emoji whose name or tags hold a word that begins with each of the words sought; names first. */
export function searchEmoji(set: EmojiSet, sought: string): readonly Emoji[] {
  const words = sought.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const begins = (text: string) => words.every((word) => ` ${text.toLocaleLowerCase()}`.includes(` ${word}`))
  const found = set.flatMap(({ emoji }) => emoji.filter((each) => begins(each.words)))
  return found.toSorted((a, b) => Number(begins(b.label)) - Number(begins(a.label))).slice(0, FOUND_MAX)
}

/** Used lately on this device, latest first. What is stored may be anything: it is checked. */
export function recentEmoji(storage: DeviceStorage): readonly string[] {
  return (storage.read(RECENT_KEY) ?? '')
    .split(' ')
    .filter((char) => char !== '' && char.length <= 32)
    .slice(0, RECENT_MAX)
}

export function keepRecentEmoji(storage: DeviceStorage, char: string): void {
  const kept = [char, ...recentEmoji(storage).filter((each) => each !== char)].slice(0, RECENT_MAX)
  storage.write(RECENT_KEY, kept.join(' '))
}
