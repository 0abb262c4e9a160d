import { readFileSync } from 'node:fs'
import { CALL_CODE_ALPHABET } from '@visavis/e2ee'
import { expect, it } from 'vitest'
import { CODE_SYMBOLS, symbolsOf } from './code-symbols.ts'

const messages = JSON.parse(readFileSync(new URL('../../../messages/en.json', import.meta.url), 'utf8')) as {
  call_code_words: string
}

it('[M14] every symbol of the code has a picture and a word of its own', () => {
  expect(new Set(CODE_SYMBOLS).size).toBe(CALL_CODE_ALPHABET)
  const words = messages.call_code_words.split(' ')
  expect(words).toHaveLength(CALL_CODE_ALPHABET)
  expect(new Set(words).size).toBe(CALL_CODE_ALPHABET)
})

it('[M14] a code is shown in its order', () => {
  expect(symbolsOf([0, 63, 1], messages.call_code_words).map(({ word }) => word)).toEqual(['dog', 'guitar', 'cat'])
})
