import { hashOf } from '../model/hash.ts'
import { createChance, type Chance } from './chance.ts'

/**
 * A line as another hand might type it: slips, letters left out or doubled, no apostrophes and marks; for `hidden` ones signs for
 * letters and letters apart, as people write past a filter. The same line always gives the same variants.
 */
export function variantOf(text: string, number: number, hidden: boolean): string {
  const chance = createChance(hashOf(text) + Math.imul(number, 0x9e3779b1))
  const bare = chance.next() < 0.5 ? text.normalize('NFD').replaceAll(/[\p{M}'’]/gu, '') : text
  const words = bare.split(' ')
  const slips = 1 + chance.below(Math.max(1, Math.ceil(words.length / 4)))
  for (let slip = 0; slip < slips; slip++) {
    const at = chance.below(words.length)
    const word = words[at] ?? ''
    if (/^[\p{L}]{3,}[.,!?]?$/u.test(word))
      words[at] = hidden && chance.next() < 0.5 ? hide(word, chance) : mistype(word, chance)
  }
  return words.join(' ')
}

const SIGNS: Readonly<Record<string, string>> = { a: '@4', e: '3', i: '1!', o: '0', s: '$5', t: '7', b: '8', l: '1' }

function hide(word: string, chance: Chance): string {
  if (chance.next() < 0.2) return Array.from(word).join(' ')
  return Array.from(word)
    .map((letter) => {
      const signs = SIGNS[letter.toLowerCase()]
      return signs === undefined || chance.next() < 0.4 ? letter : (signs[chance.below(signs.length)] ?? letter)
    })
    .join('')
}

function mistype(word: string, chance: Chance): string {
  const letters = Array.from(word)
  const at = 1 + chance.below(letters.length - 1)
  const kind = chance.below(4)
  if (kind === 0) letters.splice(at, 1)
  else if (kind === 1) letters.splice(at, 0, letters[at] ?? '')
  else if (kind === 2) letters.splice(at - 1, 2, letters[at] ?? '', letters[at - 1] ?? '')
  else return letters.filter((letter, index) => index === 0 || !'aeiou'.includes(letter)).join('')
  return letters.join('')
}
