import { expect, it } from 'vitest'
import { createFakeClock, createFakeLog, createSeededRandom, settle } from '@visavis/testkit'
import { fail, ok, TEXT_BYTES_MAX, type CallId, type Code, type MessageId } from '@visavis/wire'
import { createChat, EARLY_MESSAGES_MAX, SEND_RETRIES_MAX, UNRECEIPTED_MAX, UNSENT_MAX } from './chat.ts'

const callId = 'aaaaaaaa-0000-4000-8000-000000000001' as CallId
const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}` as MessageId
const bytesOf = (text: string) => new TextEncoder().encode(text).slice()

/** A channel whose ciphertext is the JSON of the content, so that a test can make what a partner would. */
function setUp(refusals: Code[] = []) {
  const clock = createFakeClock()
  const random = createSeededRandom(1)
  const sent: { messageId: MessageId; ciphertext: Uint8Array }[] = []
  const chat = createChat({
    clock,
    log: createFakeLog(),
    callId,
    newMessageId: () => random.uuid() as MessageId,
    serverNowMs: () => 1,
    channel: {
      seal: async (content) => bytesOf(JSON.stringify(content)),
      async open(bytes) {
        try {
          return {
            ok: true,
            value: { ...(JSON.parse(new TextDecoder().decode(bytes)) as never as object), position: 1 } as never,
          }
        } catch {
          return { ok: false, code: 'E2EE_OPEN_FAILED' }
        }
      },
    },
    async send(messageId, ciphertext) {
      sent.push({ messageId, ciphertext })
      const refusal = refusals.shift()
      return refusal ? fail(refusal) : ok({ sentAtMs: 1 })
    },
    changed: () => undefined,
  })
  const incoming = (number: number, inner: object | string, more: { callId?: CallId } = {}) => {
    const ciphertext = bytesOf(typeof inner === 'string' ? inner : JSON.stringify(inner))
    chat.handleMessage({ seq: number, callId, messageId: id(number), sentAtMs: number, ciphertext, ...more })
  }
  return { clock, chat, sent, incoming }
}
const textIn = (number: number, text: string) => ({ kind: 'text', messageId: id(number), text, sentAtMs: 1 })

it('[K4] a text is sealed once: every retry sends the same bytes under the same id, then it counts as failed', async () => {
  const { clock, chat, sent } = setUp(Array.from({ length: SEND_RETRIES_MAX + 1 }, () => 'SERVER_STORAGE' as const))
  const messageId = chat.send('once')
  await clock.advance(5 * 60_000)
  expect(chat.messages()).toMatchObject([{ messageId, state: 'failed', code: 'SERVER_STORAGE' }])
  expect(sent).toHaveLength(SEND_RETRIES_MAX + 1)
  if (messageId) chat.retry(messageId)
  await clock.advance(1)
  expect(chat.messages()).toMatchObject([{ state: 'sent' }])
  expect(new Set(sent.map(({ ciphertext }) => ciphertext.join())).size).toBe(1)
  expect(new Set(sent.map((frame) => frame.messageId)).size).toBe(1)
})

it('[K3] a receipt that overtakes the acknowledgement is not taken back', async () => {
  const { chat } = setUp()
  const messageId = chat.send('fast')
  if (messageId) chat.handleReceipt(messageId)
  await settle()
  expect(chat.messages()).toMatchObject([{ state: 'delivered' }])
})

it('[K4] incoming: held until confirmed, each id once, other calls not at all', async () => {
  const { chat, incoming } = setUp()
  incoming(1, textIn(1, 'a'))
  incoming(1, textIn(1, 'a'))
  incoming(2, textIn(2, 'b'), { callId: 'bbbbbbbb-0000-4000-8000-000000000001' as CallId })
  await settle()
  expect(chat.messages()).toEqual([])
  chat.confirmed()
  incoming(3, textIn(3, 'c'))
  incoming(3, textIn(3, 'c'))
  await settle()
  expect(chat.messages().map(({ text }) => text)).toEqual(['a', 'c'])
})

it.each([
  ['what cannot be opened', 'garbage'],
  ['a text under another id than its own', textIn(9, 'swapped')],
  ['something that is no text', { kind: 'confirm' }],
])('[K1] %s is shown as failed, without content', async (_what, inner) => {
  const { chat, incoming } = setUp()
  chat.confirmed()
  incoming(1, inner)
  await settle()
  expect(chat.messages()).toMatchObject([{ from: 'them', text: '', state: 'failed', code: 'E2EE_OPEN_FAILED' }])
})

it('[K4] bounds: empty, too long and too many are refused; a flood before confirmation is cut', async () => {
  const { chat, incoming } = setUp()
  expect(chat.send('')).toBeUndefined()
  expect(chat.send('ü'.repeat(TEXT_BYTES_MAX / 2 + 1))).toBeUndefined()
  const accepted = Array.from({ length: UNSENT_MAX + 5 }, () => chat.send('x')).filter(Boolean)
  expect(accepted).toHaveLength(UNSENT_MAX)
  for (let number = 1; number <= EARLY_MESSAGES_MAX + 5; number++) incoming(number, textIn(number, 'x'))
  chat.confirmed()
  await settle(50)
  expect(chat.messages().filter(({ from }) => from === 'them')).toHaveLength(EARLY_MESSAGES_MAX)
})

it('[M3] closing forgets everything and stops every retry', async () => {
  const { clock, chat, sent, incoming } = setUp(['SERVER_STORAGE'])
  chat.send('x')
  await settle()
  chat.close()
  incoming(1, textIn(1, 'late'))
  await clock.advance(5 * 60_000)
  expect(chat.messages()).toEqual([])
  expect(sent).toHaveLength(1)
  expect(clock.pending()).toBe(0)
})

it('[K4] after a lost session what has no receipt is sent again, the same bytes, until it has one', async () => {
  const { chat, sent } = setUp()
  const [first, second] = [chat.send('one'), chat.send('two')]
  await settle(4)
  if (!first || !second) throw new Error('not sent')
  chat.handleReceipt(first)
  chat.sessionLost()
  await settle(4)
  expect(sent.map(({ messageId }) => messageId)).toEqual([first, second, second])
  expect(sent[2]?.ciphertext).toEqual(sent[1]?.ciphertext)
  expect(chat.messages().map(({ state }) => state)).toEqual(['delivered', 'sent'])
  chat.handleReceipt(second)
  chat.sessionLost()
  await settle(4)
  expect(sent).toHaveLength(3)
})

it('[K4] only so many are asked for again, the latest', async () => {
  const { chat, sent } = setUp()
  for (let each = 0; each < UNRECEIPTED_MAX + 5; each += 1) {
    chat.send(`text ${each}`)
    await settle(4)
  }
  const before = sent.length
  chat.sessionLost()
  expect(sent).toHaveLength(before + UNRECEIPTED_MAX)
  expect(sent.at(-1)?.messageId).toBe(chat.messages().at(-1)?.messageId)
})
