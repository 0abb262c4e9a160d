import type { Page } from '@playwright/test'
import { ANSWERS, CONVERSATIONS, ENGINE, message, MIRA, mira, STATE, view, VIEWS } from './chat-sample.ts'
import type { Screen } from './screen.ts'

/** What was noticed, under messages and in the log, around a scripted messenger. */
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

function found(text: string, quote: string, flag: string, reasonId: string, adviceId: string, more: object = {}) {
  const start = text.indexOf(quote)
  return {
    flag,
    confidence: 0.9,
    span: { start, end: start + quote.length },
    reasonId,
    adviceId,
    ruleId: `${flag}.test`,
    packVersion: '2026-11-22.1',
    quote,
    ...more,
  }
}
type Found = ReturnType<typeof found>
const said = (position: number, text: string, atMs: number, findings: readonly Found[]) =>
  message(position, mira, text, atMs, { findings })

const LOVE = 'I know we only met, but you are my soulmate and I love you so much.'
const MONEY = 'My son had an accident and is in hospital. Can you send me 500 dollars today?'
const CARDS = 'Gift cards are fine, too.'
const AGE = 'I am 52 years old and never felt so young.'
const THREAT = 'Pay 500 in bitcoin or I send the video to all your friends.'
const SCAM = [
  said(1, LOVE, -3 * HOUR, [
    found(LOVE, 'you are my soulmate', 'love_bombing', 'love_early', 'slow_down', { confidence: 0.7 }),
  ]),
  message(2, 'me', 'That is quick.', -3 * HOUR + MINUTE),
  said(3, MONEY, -2 * HOUR, [
    found(MONEY, 'My son had an accident', 'urgency', 'emergency_story', 'take_your_time'),
    found(MONEY, 'send me 500 dollars', 'money', 'asks_money', 'send_no_money'),
  ]),
  said(4, CARDS, -2 * HOUR + MINUTE, [found(CARDS, 'Gift cards', 'money', 'gift_card', 'send_no_money')]),
  message(5, 'me', 'I would rather not.', -HOUR),
  said(6, AGE, -HOUR + MINUTE, [
    found(AGE, 'I am 52 years old', 'inconsistent', 'changed_age', 'ask_about_it', {
      confidence: 0.7,
      earlier: { quote: 'i’m 45 years old', messageNumber: 1 },
      earlierAtMs: -2 * DAY,
    }),
  ]),
  message(7, mira, 'And you?', -HOUR + 2 * MINUTE, { isUnchecked: true }),
]
const BLACKMAIL = [
  message(1, 'me', 'Please stop this.', -9 * MINUTE),
  said(2, THREAT, -8 * MINUTE, [
    found(THREAT, 'I send the video to all your friends', 'threat', 'exposure', 'get_help'),
    found(THREAT, 'Pay 500 in bitcoin', 'money', 'crypto', 'send_no_money'),
  ]),
  message(3, 'me', 'I will not.', -5 * MINUTE),
]
const entry = (number: number, handle: string, atMs: number, finding: Found, more: object = {}) => ({
  id: `log-${number}`,
  atMs,
  source: { kind: 'conversation', conversationId: MIRA, position: number },
  handle,
  finding,
  quote: finding.quote,
  state: 'open',
  ...more,
})
const FINDINGS = [...SCAM, ...BLACKMAIL].flatMap((each) => (each as { findings?: Found[] }).findings ?? [])
const LOG = FINDINGS.map((finding, index) =>
  entry(index, index % 3 === 0 ? 'loud-badger' : 'quiet-heron', -(index * 9 + 1) * HOUR, finding, {
    ...(index === 1 ? { state: 'ignored' } : {}),
    ...(index % 3 === 0 ? { source: { kind: 'call', callId: 'c0000000-0000-4000-8000-000000000044' } } : {}),
  }),
)

const chat = (messages: readonly object[]) => ({
  path: `/chats?c=${MIRA}`,
  script: ENGINE,
  messenger: { state: STATE, views: { ...VIEWS, [MIRA]: view(MIRA, messages) }, answers: ANSWERS },
})
const MUTED = CONVERSATIONS.map((each) =>
  each.conversationId === MIRA ? { ...each, mutedFlags: ['love_bombing', 'own_pii'] } : each,
)
const page = (log: object, state: object = {}) => ({
  path: '/settings/safety',
  script: ENGINE,
  messenger: { state: { ...STATE, ...state }, answers: { ...ANSWERS, safetyLog: log } },
})
const why = (index: number) => async (tab: Page) => {
  const line = tab.getByRole('button', { name: /Why\?|Why do I see this/ })
  await line.nth(index).click()
}

export const SAFETY_SCREENS: readonly Screen[] = [
  { name: 'noticed', shows: 'text=This looks like a request for money', ...chat(SCAM) },
  { name: 'noticed-why', shows: 'mark', ...chat(SCAM), act: why(1) },
  { name: 'noticed-repeat', shows: 'text=The code of a gift card', ...chat(SCAM), act: why(2) },
  { name: 'noticed-odd', shows: 'text=45 years old', ...chat(SCAM), act: why(3) },
  { name: 'noticed-threat', shows: 'text=You are not to blame', ...chat(BLACKMAIL) },
  { name: 'noticed-threat-why', shows: 'mark', ...chat(BLACKMAIL), act: why(0) },
  {
    name: 'own-data',
    shows: 'text=Mask it',
    ...chat(SCAM.slice(0, 2)),
    act: async (tab) => {
      await tab.locator('#message-text').fill('My card is 4111 1111 1111 1111, write to me at fox.hill@example.org')
      await tab.locator('#message-text').press('Enter')
    },
  },
  {
    name: 'safety-settings',
    shows: 'b:has-text("loud-badger")',
    ...page({ ok: true, value: LOG }, { conversations: MUTED }),
  },
  {
    name: 'safety-settings-clear',
    shows: 'text=The lines under messages go, too',
    ...page({ ok: true, value: LOG }),
    act: async (tab) => tab.getByRole('button', { name: 'Clear the log' }).click(),
  },
  {
    name: 'safety-settings-off',
    shows: 'text=All of this is off',
    ...page({ ok: true, value: [] }),
    act: async (tab) => tab.getByRole('switch').first().click(),
  },
  { name: 'safety-settings-fault', shows: 'text=Try again', ...page({ ok: false, code: 'VAULT_UNAVAILABLE' }) },
  {
    name: 'safety-settings-locked',
    shows: 'text=Checked in these languages',
    ...page({ ok: true, value: [] }, { phase: { kind: 'elsewhere' } }),
  },
]
