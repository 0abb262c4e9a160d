import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFewEmoji, piecesOf } from './text-pieces.ts'

const links = (text: string) =>
  piecesOf(text).flatMap((piece) => (piece.kind === 'link' ? [[piece.text, piece.host]] : []))

describe('web addresses in a text', () => {
  it('[K7] web addresses are found, with the marks of the sentence left out', () => {
    expect(links('Look at https://walks.example/coast. Or www.plums.example!')).toEqual([
      ['https://walks.example/coast', 'walks.example'],
      ['www.plums.example', 'www.plums.example'],
    ])
    expect(links('(see https://a.example/b_(c))')).toEqual([['https://a.example/b_(c)', 'a.example']])
  })
  it('[K7] the host is told as it truly is: look-alike letters in ASCII, a port with it', () => {
    expect(links('https://аpple.example:8080/x')).toEqual([
      ['https://аpple.example:8080/x', 'xn--pple-43d.example:8080'],
    ])
  })
  it('[K7] nothing else becomes a link: other schemes, a name before the host, a bare word', () => {
    for (const text of [
      'javascript:alert(1)',
      'data:text/html,x',
      'https://bank.example@evil.example/',
      'mail a@b.example',
      'http://localhost/',
      'https://',
    ]) {
      expect(links(text), text).toEqual([])
    }
  })
  it('[K7] the pieces of any text are that text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('https://', 'www.', 'a.example', '.)', ' '))),
        (parts) => {
          const text = parts.join('')
          expect(
            piecesOf(text)
              .map((piece) => piece.text)
              .join(''),
          ).toBe(text)
        },
      ),
    )
  })
  it('[K7] a hostile text does not hold the page up', () => {
    const from = performance.now()
    piecesOf(`https://a.example/${'.'.repeat(16_000)}x ${'www.'.repeat(4_000)}`)
    expect(performance.now() - from).toBeLessThan(500)
  })
  it('[K8] one to three emoji stand large; words, digits and more do not', () => {
    for (const text of ['🎉', '👍🏽 ❤️', '👨‍👩‍👧‍👦', '🇪🇸']) expect(isFewEmoji(text), text).toBe(true)
    for (const text of ['', ' ', '12', '#', 'a🎉', '🎉🎉🎉🎉']) expect(isFewEmoji(text), text).toBe(false)
  })
})
