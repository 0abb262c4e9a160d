import { expect, it } from 'vitest'
import { messageOf } from '../chat/rows-sample.ts'
import type { Message } from '../messenger/types.ts'
import { heldBack } from './held-back.ts'

const FILE = {
  sizeBytes: 1,
  mime: 'image/jpeg',
  name: '',
  role: 'photo',
  isViewOnce: true,
  transfer: { kind: 'none' },
  isOpened: false,
} as const
const withReach = (files: Message['reach']['files'], change: Partial<Message> = {}) =>
  messageOf(1, { kind: 'photo', file: FILE, reach: { links: 'open', files }, ...change })

it('[M18] [S11] a file is held back as far as it reaches, and pressing uncovers only what is covered', () => {
  for (const why of ['locked', 'unshown', 'covered'] as const) expect(heldBack(withReach(why), false)).toBe(why)
  expect(heldBack(withReach('open'), false)).toBeUndefined()
  expect(heldBack(withReach('covered'), true)).toBeUndefined()
  for (const why of ['locked', 'unshown'] as const) expect(heldBack(withReach(why), true)).toBe(why)
})

it('[M18] words are never held back, nor is a photo of which nothing is left', () => {
  expect(heldBack(withReach('locked', { kind: 'text' }), false)).toBeUndefined()
  expect(heldBack(withReach('covered', { file: { ...FILE, isOpened: true } }), false)).toBeUndefined()
})
