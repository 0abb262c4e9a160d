/**
 * What characters look like or hide behind, as data: the tricks of people who write past a filter. Every table maps to
 * the lower-case Latin letters, digits and signs that all our languages are written in. SPEC SF3-SF6.
 */

/** Pairs of a look-alike and the letter it passes for: Cyrillic, Greek, small capitals and other Latin. */
const LOOK_ALIKES =
  'аaвbеeёeіiїiјjкkмmнhоoрpсcтtуyхxѕsԁdԛqԝwһhӏlзzгrпnиuьb' +
  'αaβbεeηnιiκkνvοoρpτtυuχxωwγyσoμuδdλlζz' +
  'ıiłløođdɑaɡgɩiɪiʟlɴnʀrᴀaʙbᴄcᴅdᴇeғfɢgʜhᴊjᴋkᴍmᴏoᴘpǫqᴛtᴜuᴠvᴡwʏyᴢzꜱsƒfɛeɔo'

/** Several letters for one. */
const SPELLED: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ð: 'd' }

const TABLE = new Map<string, string>(Object.entries(SPELLED))
{
  const letters = Array.from(LOOK_ALIKES)
  for (let i = 0; i + 1 < letters.length; i += 2) TABLE.set(letters[i] ?? '', letters[i + 1] ?? '')
}

/** The Latin letters that a lower-case character passes for, or the character itself. */
export function lookAlike(character: string): string {
  return TABLE.get(character) ?? character
}

/** Whether a code point shows nothing: zero-width, bidi marks, variation selectors, tags, skin tones, the keycap frame. */
export function isInvisible(point: number): boolean {
  if (point < 0xad) return point < 0x20 && point !== 0x0a && point !== 0x09 && point !== 0x0d
  return (
    point === 0xad ||
    point === 0x034f ||
    point === 0x061c ||
    (point >= 0x115f && point <= 0x1160) ||
    point === 0x180e ||
    (point >= 0x200b && point <= 0x200f) ||
    (point >= 0x202a && point <= 0x202e) ||
    (point >= 0x2060 && point <= 0x206f) ||
    point === 0x20e3 ||
    point === 0x3164 ||
    (point >= 0xfe00 && point <= 0xfe0f) ||
    point === 0xfeff ||
    point === 0xffa0 ||
    (point >= 0x1f3fb && point <= 0x1f3ff) ||
    (point >= 0xe0000 && point <= 0xe01ef)
  )
}

/** Letters and digits drawn as signs that Unicode does not decompose: boxed, ringed and flag letters, ringed digits. */
export function drawn(point: number): string | undefined {
  for (const zero of ZEROS) if (point >= zero && point < zero + 10) return String(point - zero)
  if (point >= 0x2776 && point <= 0x277f) return String(point - 0x2775)
  if (point >= 0x2780 && point <= 0x2789) return String(point - 0x277f)
  if (point >= 0x278a && point <= 0x2793) return String(point - 0x2789)
  if (point < 0x1f150) return undefined
  if (point <= 0x1f169) return letter(point - 0x1f150)
  if (point >= 0x1f170 && point <= 0x1f189) return letter(point - 0x1f170)
  if (point >= 0x1f1e6 && point <= 0x1f1ff) return letter(point - 0x1f1e6)
  return point === 0x1f51f ? '10' : undefined
}

/** Zeros of scripts whose digits NFKC leaves alone: Arabic, Persian, Devanagari, Bengali, Thai. */
const ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50]

function letter(index: number): string {
  return String.fromCharCode(97 + index)
}

/** Signs written for letters inside a word. `1` and `|` pass for two letters, so a word has up to two readings. */
const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '€': 'e',
  '£': 'l',
  '+': 't',
  '!': 'i',
}

/** A word read as leetspeak; `one` is what `1` and `|` stand for. The same text when there is nothing to read. */
export function readLeet(word: string, one: 'i' | 'l'): string {
  let read = ''
  for (const character of word) {
    read += character === '1' || character === '|' ? one : (LEET[character] ?? character)
  }
  return read
}

/** Whether there is nothing to read as leetspeak in a word: letters `a` to `z` only. Answers false for other letters, too. */
export function isPlainWord(word: string): boolean {
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at)
    if (code < 0x61 || code > 0x7a) return false
  }
  return word !== ''
}

/** Signs that stand for a letter when a word goes on behind them. */
export function isLeetSign(character: string): boolean {
  return character !== '' && '@$€£+!|*'.includes(character)
}

const LETTER = /^\p{L}$/u
const PICTURE = /^[\p{Extended_Pictographic}\p{Regional_Indicator}]$/u
const MARK = /^\p{M}$/u

/** Each looks at exactly one code point, so none of them can be slow. */
export const isLetter = (character: string): boolean =>
  (character >= 'a' && character <= 'z') || (character > '\u007f' && LETTER.test(character))
export const isDigit = (character: string): boolean => character >= '0' && character <= '9'
export const isPicture = (character: string): boolean => character > '\u00ff' && PICTURE.test(character)
export const isMark = (character: string): boolean => character > '\u02ff' && MARK.test(character)
