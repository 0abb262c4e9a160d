import { TEXT_BYTES_MAX } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import {
  ATTACHMENTS_MAX,
  bytesLeft,
  canSend,
  compose,
  composerOf,
  fieldKey,
  givenBack,
  lastEditable,
  type Attachment,
  type Composer,
} from './composer.ts'
import { messageOf } from './rows-sample.ts'

const attachment = (number: number, role: Attachment['role'] = 'photo'): Attachment => ({
  id: number,
  blob: new Blob(['x']),
  name: `${number}`,
  role,
  isViewOnce: false,
})
const own = messageOf(4, { fromMe: true, text: 'written' })
const press = { key: 'Enter', shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, isComposing: false }

describe('what is being written', () => {
  it('[K8] an edit puts the draft aside and Escape brings it back', () => {
    const editing = compose(composerOf('my draft'), { kind: 'edit', message: own })
    expect(editing).toMatchObject({ text: 'written', editing: { position: 4, original: 'written', draft: 'my draft' } })
    expect(compose(editing, { kind: 'cancel' })).toEqual(composerOf('my draft'))
    expect(compose(editing, { kind: 'sent' })).toEqual(composerOf('my draft'))
  })
  it('[K8] a second edit keeps the first draft', () => {
    const once = compose(composerOf('my draft'), { kind: 'edit', message: own })
    expect(compose(once, { kind: 'edit', message: { ...own, position: 5 } }).editing?.draft).toBe('my draft')
  })
  it('[K8] only one’s own texts that have been sent can be edited', () => {
    const now = composerOf('')
    expect(compose(now, { kind: 'edit', message: messageOf(1) })).toBe(now)
    expect(compose(now, { kind: 'edit', message: { ...own, kind: 'unsent' } })).toBe(now)
    expect(lastEditable({ messages: [own, messageOf(5)] })).toBe(own)
    const { position: _, ...waiting } = own
    expect(lastEditable({ messages: [own, { ...waiting, state: 'sending' }] })).toBeUndefined()
  })
  it('[K8] a reply keeps what was typed, ends an edit, and ends by itself with sending or Escape', () => {
    const replying = compose(composerOf('typed'), { kind: 'reply', message: messageOf(2) })
    expect(replying).toMatchObject({ text: 'typed', replyTo: { position: 2 } })
    expect(compose(replying, { kind: 'cancel' })).toEqual(composerOf('typed'))
    expect(compose(replying, { kind: 'sent' })).toEqual(composerOf(''))
    const editing = compose(composerOf('draft'), { kind: 'edit', message: own })
    const after = compose(editing, { kind: 'reply', message: messageOf(2) })
    expect(after.editing).toBeUndefined()
    expect(after.text).toBe('draft')
  })
  it('[K2] attachments are bounded, can be taken out, and only photos can be seen once', () => {
    const many = Array.from({ length: ATTACHMENTS_MAX + 3 }, (_, index) => attachment(index))
    const full = compose(composerOf(''), { kind: 'attach', attachments: many })
    expect(full.attachments).toHaveLength(ATTACHMENTS_MAX)
    expect(compose(full, { kind: 'detach', id: 0 }).attachments).toHaveLength(ATTACHMENTS_MAX - 1)
    const mixed: Composer = { text: '', attachments: [attachment(1), attachment(2, 'document')] }
    const once = [1, 2].reduce((now, id) => compose(now, { kind: 'view-once', id, on: true }), mixed)
    expect(once.attachments.map(({ isViewOnce }) => isViewOnce)).toEqual([true, false])
  })
  it('[K8] nothing, blanks, an unchanged edit and too much text are not sent', () => {
    expect(canSend(composerOf(' \n'))).toBe(false)
    expect(canSend(composerOf('a'))).toBe(true)
    expect(canSend({ text: '', attachments: [attachment(1)] })).toBe(true)
    expect(canSend(compose(composerOf(''), { kind: 'edit', message: own }))).toBe(false)
    expect(canSend(composerOf('ü'.repeat(TEXT_BYTES_MAX / 2 + 1)))).toBe(false)
    expect(bytesLeft('ü')).toBe(TEXT_BYTES_MAX - 2)
  })
})

describe('what was taken out of the field and comes back', () => {
  it('[S10] stands before what was typed since, with its files and what it answers', () => {
    const held = compose({ text: 'held', attachments: [attachment(1)] }, { kind: 'reply', message: messageOf(1) })
    expect(givenBack(held, composerOf(''))).toEqual(held)
    expect(givenBack(held, { text: 'since', attachments: [attachment(2)] })).toMatchObject({
      text: 'held\nsince',
      replyTo: { position: 1 },
      attachments: [{ id: 1 }, { id: 2 }],
    })
  })
  it('[S10] an edit comes back as the edit it was, with the draft as it is now', () => {
    const edit = compose(composerOf('draft'), { kind: 'edit', message: own })
    expect(givenBack(edit, composerOf('draft and more'))).toMatchObject({
      text: own.text,
      editing: { draft: 'draft and more' },
    })
    expect(givenBack(composerOf('held'), compose(composerOf('draft'), { kind: 'edit', message: own }))).toMatchObject({
      text: own.text,
      editing: { draft: 'held\ndraft' },
    })
  })
})

describe('keys in the text field', () => {
  it('[O5] Enter sends on a keyboard and makes a line on touch; Shift makes a line, Ctrl sends everywhere', () => {
    const field = { isTouch: false, isEmpty: false }
    const touch = { isTouch: true, isEmpty: false }
    expect(fieldKey(press, field)).toBe('send')
    expect(fieldKey(press, touch)).toBe('none')
    expect(fieldKey({ ...press, shiftKey: true }, field)).toBe('none')
    expect(fieldKey({ ...press, ctrlKey: true }, touch)).toBe('send')
    expect(fieldKey({ ...press, metaKey: true }, touch)).toBe('send')
  })
  it('[O5] an input method keeps its own keys', () => {
    for (const key of ['Enter', 'Escape', 'ArrowUp']) {
      expect(fieldKey({ ...press, key, isComposing: true }, { isTouch: false, isEmpty: true })).toBe('none')
    }
  })
  it('[K8] Escape cancels; the up arrow edits the last message only from an empty field', () => {
    const up = { ...press, key: 'ArrowUp' }
    expect(fieldKey({ ...press, key: 'Escape' }, { isTouch: false, isEmpty: false })).toBe('cancel')
    expect(fieldKey(up, { isTouch: false, isEmpty: true })).toBe('edit-last')
    expect(fieldKey(up, { isTouch: false, isEmpty: false })).toBe('none')
    expect(fieldKey({ ...up, altKey: true }, { isTouch: false, isEmpty: true })).toBe('none')
  })
})
