import { createFakeClock, settle } from '@visavis/testkit'
import { fail, ok, type Code, type ConversationId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createObservable } from '../app/observable.ts'
import type { ConversationView, Messenger } from '../messenger/types.ts'
import { SAFETY_PREFERENCES_DEFAULT } from '../safety/preferences.ts'
import { createSendGuard } from '../safety/question.ts'
import { checkerOf, deliveredEngine } from '../safety/sim/delivered-engine.ts'
import { createConversationModel, DRAFT_AFTER_MS, TYPING_EVERY_MS } from './conversation-model.ts'
import { messageOf } from './rows-sample.ts'

const ID = 'c1' as ConversationId
const VIEW: ConversationView = {
  conversationId: ID,
  messages: [messageOf(1), messageOf(2, { fromMe: true, text: 'mine' })],
  hasEarlier: true,
  isAtEnd: true,
  typing: [],
}

const ENGINE = deliveredEngine()

/** A messenger that notes what it is asked and answers as told. */
function world(draft = '') {
  const clock = createFakeClock()
  const asked: unknown[][] = []
  const refusals = new Map<string, Code>()
  let watcher: (view: ConversationView) => void = () => {}
  const messenger = new Proxy({} as Messenger, {
    get: (_, name: string) =>
      name === 'watch'
        ? (_id: ConversationId, listener: (view: ConversationView) => void) => {
            watcher = listener
            listener(VIEW)
            return () => asked.push(['left'])
          }
        : (...input: unknown[]) => {
            asked.push([name, ...input])
            const code = refusals.get(name)
            const value = { reportId: 'r1', answerByMs: 1, isVerified: true, faults: [] }
            return Promise.resolve(code ? fail(code) : ok(value))
          },
  })
  const guard = createSendGuard({
    clock,
    checker: checkerOf(ENGINE),
    preferences: createObservable(SAFETY_PREFERENCES_DEFAULT),
    countries: [],
    isQuiet: () => false,
  })
  const model = createConversationModel({ messenger, clock, conversationId: ID, draft, guard })
  const called = (name: string) => asked.filter(([each]) => each === name)
  return { clock, asked, called, refusals, model, show: (view: ConversationView) => watcher(view) }
}

describe('one conversation', () => {
  it('[K4] text leaves the field at once and goes with what it answers', async () => {
    const { model, called } = world()
    model.open()
    model.compose({ kind: 'write', text: '  hello ' })
    model.compose({ kind: 'reply', message: messageOf(1) })
    const sending = model.send()
    expect(model.get().composer).toEqual({ text: '', attachments: [] })
    await sending
    expect(called('sendText')).toEqual([['sendText', ID, 'hello', 1]])
  })
  it('[K4] what was refused comes back into the field with the reason, unless more was typed since', async () => {
    const { model, refusals } = world()
    refusals.set('sendText', 'CONVERSATION_WAITS')
    model.compose({ kind: 'write', text: 'hello' })
    await model.send()
    expect(model.get()).toMatchObject({ composer: { text: 'hello' }, code: 'CONVERSATION_WAITS' })
    const sending = model.send()
    model.compose({ kind: 'write', text: 'next' })
    await sending
    expect(model.get().composer.text).toBe('next')
  })
  it('[K2] several files go one by one; words and reply belong to the first; those not sent stay', async () => {
    const { model, called, refusals } = world()
    const file = (id: number) => ({
      id,
      blob: new Blob(['x']),
      name: `${id}.jpg`,
      role: 'photo' as const,
      isViewOnce: id === 2,
    })
    model.compose({ kind: 'write', text: 'look' })
    model.compose({ kind: 'attach', attachments: [file(1), file(2)] })
    await model.send()
    expect(
      called('sendFile').map(([, , sent, caption]) => [(sent as { isViewOnce: boolean }).isViewOnce, caption]),
    ).toEqual([
      [false, 'look'],
      [true, ''],
    ])
    refusals.set('sendFile', 'FILE_QUOTA')
    model.compose({ kind: 'attach', attachments: [file(3)] })
    await model.send()
    expect(model.get()).toMatchObject({ composer: { attachments: [{ id: 3 }] }, code: 'FILE_QUOTA' })
  })
  it('[K8] the up arrow leads to the last own text, and saving it edits', async () => {
    const { model, called } = world('draft')
    model.open()
    model.editLast()
    model.compose({ kind: 'write', text: 'mended' })
    await model.send()
    expect(called('edit')).toEqual([['edit', ID, 2, 'mended']])
    expect(model.get().composer.text).toBe('draft')
  })
  it('[K8] the same reaction again takes it back', async () => {
    const { model, called } = world()
    const reactions = [{ emoji: '👍', handles: ['me'], mine: true }]
    model.react(messageOf(1, { reactions }), '👍')
    model.react(messageOf(1, { reactions }), '❤️')
    await settle()
    expect(called('react').map(([, , , emoji]) => emoji)).toEqual(['', '❤️'])
  })
  it('[K8] drafts are saved a moment after the last key and when the conversation is left', async () => {
    const { model, called, clock } = world()
    const leave = model.open()
    model.compose({ kind: 'write', text: 'a' })
    model.compose({ kind: 'write', text: 'ab' })
    await clock.advance(DRAFT_AFTER_MS)
    expect(called('saveDraft')).toEqual([['saveDraft', ID, 'ab']])
    model.compose({ kind: 'write', text: 'abc' })
    leave()
    expect(called('saveDraft').at(-1)).toEqual(['saveDraft', ID, 'abc'])
    expect(called('left')).toHaveLength(1)
  })
  it('[K8] while editing, the draft is what was put aside', async () => {
    const { model, called, clock } = world('draft')
    model.open()
    model.editLast()
    model.compose({ kind: 'write', text: 'mended' })
    await clock.advance(DRAFT_AFTER_MS)
    expect(called('saveDraft').at(-1)).toEqual(['saveDraft', ID, 'draft'])
  })
  it('[K3] typing is told seldom, and not for blanks', async () => {
    const { model, called, clock } = world()
    model.compose({ kind: 'write', text: ' ' })
    expect(called('typing')).toHaveLength(0)
    for (const text of ['a', 'ab', 'abc']) model.compose({ kind: 'write', text })
    expect(called('typing')).toHaveLength(1)
    await clock.advance(TYPING_EVERY_MS)
    model.compose({ kind: 'write', text: 'abcd' })
    expect(called('typing')).toHaveLength(2)
  })
  it('[K3] a message is marked as read once, and never backwards', () => {
    const { model, called } = world()
    for (const position of [2, 2, 1, 3]) model.seen(position)
    expect(called('markRead').map(([, , position]) => position)).toEqual([2, 3])
  })
  it('[K8] earlier messages are asked for once at a time, and only while there are some', async () => {
    const { model, called, show } = world()
    model.open()
    await Promise.all([model.loadEarlier(), model.loadEarlier()])
    expect(called('loadEarlier')).toHaveLength(1)
    show({ ...VIEW, hasEarlier: false })
    await model.loadEarlier()
    expect(called('loadEarlier')).toHaveLength(1)
  })
})

describe('a question before own data is sent', () => {
  const CARD = 'it is 4111 1111 1111 1111'

  it('[S10] the text stays in the field, with what it answers and its files, until it is answered', async () => {
    const { model, called } = world()
    model.compose({ kind: 'write', text: CARD })
    model.compose({ kind: 'reply', message: messageOf(1) })
    await model.send()
    expect(model.guard.get().question?.text).toBe(CARD)
    expect(model.get().composer).toMatchObject({ text: CARD, replyTo: { position: 1 } })
    await model.send()
    expect(called('sendText')).toEqual([])
    await model.sendAsItIs()
    expect(called('sendText')).toEqual([['sendText', ID, CARD, 1]])
    expect(model.get().composer).toEqual({ text: '', attachments: [] })
    expect(model.guard.get().question).toBeUndefined()
  })
  it('[S10] masked, it is looked at once more in the field, and then goes', async () => {
    const { model, called } = world()
    model.compose({ kind: 'write', text: CARD })
    await model.send()
    model.maskOwnData()
    expect(model.get().composer.text).toBe('it is •••• •••• •••• ••••')
    expect(called('sendText')).toEqual([])
    await model.send()
    expect(called('sendText').map(([, , text]) => text)).toEqual(['it is •••• •••• •••• ••••'])
  })
  it('[S10] writing on is an answer, and nothing typed is lost: not meanwhile, not in the draft', async () => {
    const { model, called, clock } = world()
    model.open()
    model.compose({ kind: 'write', text: CARD })
    const sending = model.send()
    model.compose({ kind: 'write', text: 'next' })
    await clock.advance(DRAFT_AFTER_MS)
    await sending
    expect(model.get().composer.text).toBe(`${CARD}\nnext`)
    await clock.advance(DRAFT_AFTER_MS)
    expect(called('saveDraft').at(-1)).toEqual(['saveDraft', ID, `${CARD}\nnext`])
    model.compose({ kind: 'write', text: `${CARD}\nnext one` })
    expect(model.guard.get().question).toBeUndefined()
    expect(called('sendText')).toEqual([])
  })
  it('[S10] several sent in a row keep their order, in the field as in the conversation', async () => {
    const { model, called } = world()
    for (const text of ['first', CARD, 'last']) {
      model.compose({ kind: 'write', text })
      void model.send()
    }
    await settle()
    expect(called('sendText').map(([, , text]) => text)).toEqual(['first'])
    expect(model.get().composer.text).toBe(`${CARD}\nlast`)
  })
  it('[S10] edits and the words of a file are asked about, too', async () => {
    const { model, called } = world('draft')
    model.open()
    model.editLast()
    model.compose({ kind: 'write', text: CARD })
    await model.send()
    expect(called('edit')).toEqual([])
    expect(model.get().composer).toMatchObject({ text: CARD, editing: { position: 2, draft: 'draft' } })
    await model.sendAsItIs()
    expect(called('edit')).toEqual([['edit', ID, 2, CARD]])

    const attachments = [{ id: 1, blob: new Blob(['x']), name: 'x.jpg', role: 'photo', isViewOnce: false }] as const
    model.compose({ kind: 'write', text: CARD })
    model.compose({ kind: 'attach', attachments })
    await model.send()
    expect(called('sendFile')).toEqual([])
    expect(model.get().composer.attachments).toHaveLength(1)
  })
})

describe('a report of messages', () => {
  it('[T1] [T2] exactly the chosen messages are sent, and the verdict is shown', async () => {
    const { model, called } = world()
    model.chooseForReport(messageOf(5))
    model.toggle(messageOf(3))
    model.tell()
    await model.report('threat', ' because ')
    expect(called('report')).toEqual([['report', ID, [3, 5], 'threat', 'because']])
    expect(model.get().report).toMatchObject({ kind: 'sent', report: { isVerified: true } })
  })
  it('[T1] a report that failed can be sent again; one on its way cannot be sent twice or put away', async () => {
    const { model, called, refusals } = world()
    refusals.set('report', 'NETWORK_OFFLINE')
    model.chooseForReport(messageOf(5))
    model.tell()
    const sending = model.report('hate', '')
    model.endReport()
    await model.report('hate', '')
    await sending
    expect(model.get().report).toMatchObject({ kind: 'telling', code: 'NETWORK_OFFLINE' })
    expect(called('report')).toHaveLength(1)
    model.endReport()
    expect(model.get().report).toBeUndefined()
  })
  it('[T1] without a chosen message there is nothing to go on with', () => {
    const { model } = world()
    model.chooseForReport(undefined)
    model.tell()
    expect(model.get().report).toMatchObject({ kind: 'choosing' })
  })
})
