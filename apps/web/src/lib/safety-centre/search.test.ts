import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fold, HITS_MAX, mark, search, sentencesOf, wordsOf, type Passage, type Piece } from './search.ts'

const textOf = (pieces: readonly Piece[]) => pieces.map(({ text }) => text).join('')
const markedOf = (pieces: readonly Piece[]) => pieces.filter(({ isMarked }) => isMarked).map(({ text }) => text)

const passages: readonly Passage[] = [
  { address: '/a', section: 'S', heading: 'Money', texts: ['Never send gift cards. Not even a small one.'] },
  { address: '/b', section: 'S', heading: 'Sextorsión', texts: ['El chantaje con imágenes. No pagues.'] },
  { address: '/c', section: 'S', heading: 'Straße', texts: ['Bargeld in der Großstadt, money by the way.'] },
]

it('[S15] case and accents do not matter, and what fits is marked as it is written', () => {
  const [hit] = search(passages, 'IMAGENES sextorsion')
  expect(hit?.address).toBe('/b')
  expect(markedOf(hit?.heading ?? [])).toEqual(['Sextorsión'])
  expect(textOf(hit?.sentence ?? [])).toBe('El chantaje con imágenes.')
  expect(markedOf(hit?.sentence ?? [])).toEqual(['imágenes'])
})

it('[S15] ß is ss, words inside of words are found, headings come first, two letters begin a word', () => {
  expect(search(passages, 'strasse').map(({ address }) => address)).toEqual(['/c'])
  expect(search(passages, 'geld').map(({ address }) => address)).toEqual(['/c'])
  expect(search(passages, 'money').map(({ address }) => address)).toEqual(['/a', '/c'])
  expect(search(passages, 'el').map(({ address }) => address)).toEqual(['/b'])
})

it('[S15] all words have to be there; nothing asked finds nothing', () => {
  expect(search(passages, 'gift chantaje')).toEqual([])
  for (const nothing of ['', '   ', '?!', '…']) expect(search(passages, nothing)).toEqual([])
  expect(sentencesOf('One. Two! Three')).toEqual(['One.', 'Two!', 'Three'])
})

it('[S15] any query over any text: nothing throws, marks put together are the text, results are bounded', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 20 }))
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { maxLength: HITS_MAX + 2 }), text, (raw, query) => {
      const all = raw.map(([heading, body], index) => ({ address: `/${index}`, section: '', heading, texts: [body] }))
      const hits = search(all, query)
      expect(hits.length).toBeLessThanOrEqual(HITS_MAX)
      for (const { address, heading } of hits) expect(textOf(heading)).toBe(all[Number(address.slice(1))]?.heading)
      for (const { heading, texts } of all)
        for (const each of [heading, ...texts]) expect(textOf(mark(each, wordsOf(query)))).toBe(each)
    }),
  )
})

it('[S15] a word of a text finds it, however it is accented or written large', () => {
  const word = fc.stringMatching(/^[a-zàéîõüßœ]{3,12}$/)
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), fc.nat(), (words, choice) => {
      const wanted = words[choice % words.length] ?? ''
      const [hit] = search(
        [{ address: '/x', section: '', heading: 'H', texts: [words.join(' ')] }],
        wanted.toUpperCase(),
      )
      expect(markedOf(hit?.sentence ?? []).length).toBeGreaterThan(0)
      expect(fold(markedOf(hit?.sentence ?? [])[0] ?? '').text).toContain(fold(wanted.slice(0, 1)).text)
    }),
  )
})

it('[S15] a text of 100,000 letters that nearly fits everywhere is searched, and its sentence is cut short', () => {
  const long = [{ address: '/x', section: '', heading: 'H', texts: ['aaaaaaaaab '.repeat(10_000)] }]
  const [hit] = search(long, 'a aa aaa aaaa aaaaa aaaaaa aaaaaaa aaaaaaaab')
  expect(textOf(hit?.sentence ?? []).length).toBeLessThan(1_000)
})
