import type { Page } from '@playwright/test'
import { CAPSULE_SCREENS } from './capsule-states.ts'
import { CHAT_SCREENS } from './chat-states.ts'
import { PEOPLE_SCREENS } from './people-states.ts'
import { SAFETY_SCREENS } from './safety-states.ts'
import type { Screen } from './screen.ts'

const CALL = 'c0000000-0000-4000-8000-000000000001'
const BOUNDARIES = {
  flirting: 'fine',
  'adult-talk': 'no',
  nudity: 'no',
  'politics-religion': 'want',
  swearing: 'fine',
  'personal-questions': 'no',
}
const PARTNER = {
  pseudonym: 'Quiet Heron',
  languages: ['en', 'es'],
  interests: ['hiking', 'old films'],
  boundaries: BOUNDARIES,
}

/** Quiet hours that hold whenever these screens are looked at. */
function aroundNow() {
  const hour = new Date().getHours()
  return { isOn: true, fromMinute: ((hour + 23) % 24) * 60, toMinute: ((hour + 6) % 24) * 60 }
}

const OUT = { 'GET /api/session': { json: { person: null } } }

const BASE = {
  connection: { kind: 'online' },
  seek: { kind: 'idle' },
  call: { kind: 'none' },
  self: { microphone: true, camera: true },
}
const MESSAGES = [
  { messageId: 'm1', from: 'them', text: 'Hello! Nice to see a face on a grey Sunday.', atMs: 1, state: 'delivered' },
  { messageId: 'm2', from: 'me', text: 'Hi! Same here. What are you up to?', atMs: 2, state: 'delivered' },
  { messageId: 'm3', from: 'them', text: 'Planning a walk along the coast. You?', atMs: 3, state: 'delivered' },
  { messageId: 'm4', from: 'me', text: 'Watching a film from 1938, believe it or not.', atMs: 4, state: 'sent' },
  { messageId: 'm5', from: 'me', text: 'Have you seen it?', atMs: 5, state: 'failed', code: 'NETWORK_OFFLINE' },
]
const LIVE = {
  kind: 'live',
  callId: CALL,
  mode: 'video',
  partner: PARTNER,
  startedAtMs: 0,
  identity: 'confirmed',
  media: 'connected',
  partnerPresence: 'here',
  partnerMic: true,
  partnerCamera: true,
  partnerIsVirtual: false,
  pictureTrust: 'vouched',
  reveal: { own: true, partner: true },
  quality: 'good',
  messages: [],
  contact: 'no',
}
const LAST = {
  callId: CALL,
  partner: PARTNER,
  endedAtMs: 0,
  isConfirmed: true,
  reported: false,
  blocked: false,
  contact: 'no',
}
const KEPT = {
  accountId: 'a0000000-0000-4000-8000-000000000001',
  handle: 'quiet-heron',
  conversationId: 'c0000000-0000-4000-8000-000000000001',
}

function scripted(state: object, more: object = {}): object {
  return {
    state: { ...BASE, ...state },
    withRemote: true,
    reportAnswer: {
      ok: true,
      value: { reportId: 'e0000000-0000-4000-8000-000000000009', answerByMs: 1_791_086_400_000 },
    },
    blockAnswer: { ok: true, value: 'b0' },
    ...more,
  }
}
const calling = (change: object, more: object = {}) => scripted({ call: { ...LIVE, ...change }, ...more })

const underage = async (page: Page) => page.getByRole('button', { name: 'No, I am younger' }).click()
const toGuidelines = async (page: Page) => page.getByRole('button', { name: 'Yes, I am 18' }).click()
async function toAccount(page: Page): Promise<void> {
  await toGuidelines(page)
  await page.getByRole('button', { name: 'I agree' }).click()
  await page.getByRole('radio', { name: 'Password' }).check()
  await page.getByLabel('Password', { exact: true }).last().fill('seven quiet')
  await page.getByText('unrelated words').first().waitFor()
}
const press = (key: string) => async (page: Page) => {
  await page.locator('main.stage h1').first().waitFor()
  await page.keyboard.press(key)
}

export const SCREENS: readonly Screen[] = [
  { name: 'landing', path: '/', shows: 'h1', answers: OUT },
  { name: 'join-age', path: '/join', shows: 'h1', answers: OUT },
  { name: 'join-underage', path: '/join', shows: 'text=Please come back', answers: OUT, act: underage },
  { name: 'join-guidelines', path: '/join', shows: 'text=Ask first', answers: OUT, act: toGuidelines },
  { name: 'join-account', path: '/join', shows: 'text=Create account', answers: OUT, act: toAccount },
  { name: 'sign-in', path: '/sign-in', shows: 'form', answers: OUT },
  { name: 'sign-in-expired', path: '/sign-in?expired', shows: 'text=signed out', answers: OUT },
  { name: 'safety', path: '/safety', shows: 'text=not an emergency', answers: OUT },
  { name: 'missing', path: '/nowhere', shows: 'h1', answers: OUT },
  { name: 'lobby', path: '/lobby', shows: 'video', media: 'drawn', script: scripted({}) },
  {
    name: 'lobby-denied',
    path: '/lobby',
    shows: 'text=may not use your camera',
    media: 'denied',
    script: scripted({}),
  },
  {
    name: 'lobby-no-relay',
    path: '/lobby',
    shows: 'text=relay that hides',
    media: 'drawn',
    script: scripted({ seek: { kind: 'idle', code: 'RELAY_UNAVAILABLE' }, lastCall: LAST }),
  },
  {
    name: 'lobby-quiet',
    path: '/lobby',
    shows: 'text=Your quiet hours last until',
    media: 'drawn',
    storage: { 'visavis.rest': JSON.stringify({ longSession: true, lateNight: false, quiet: aroundNow() }) },
    script: scripted({}),
  },
  {
    name: 'replaced',
    path: '/lobby',
    shows: 'text=Continue here',
    script: scripted({ connection: { kind: 'replaced', code: 'SESSION_REPLACED' } }),
  },
  {
    name: 'waiting-alone',
    path: '/call',
    shows: 'text=You are the first one here',
    script: scripted({
      seek: { kind: 'seeking', sinceMs: 0, waiting: { waitedMs: 0, boundMs: 8_000, company: 'alone' } },
    }),
  },
  {
    name: 'waiting-long',
    path: '/call',
    shows: 'text=You have been meeting people for 2 hours',
    inSight: 'text=Stop for now',
    storage: { 'visavis.rest-time': `${2 * 3_600_000} NOW 1 NOW` },
    script: scripted({
      seek: { kind: 'seeking', sinceMs: 0, waiting: { waitedMs: 0, boundMs: 8_000, company: 'some' } },
      lastCall: LAST,
    }),
  },
  {
    name: 'waiting-some',
    path: '/call',
    shows: 'text=Some others',
    script: scripted({
      seek: { kind: 'seeking', sinceMs: 0, waiting: { waitedMs: 0, boundMs: 8_000, company: 'some' } },
      lastCall: LAST,
    }),
  },
  {
    name: 'call-checking',
    path: '/call',
    shows: 'text=nobody is in between',
    script: calling({ kind: 'opening', identity: 'checking', media: 'connecting' }),
  },
  { name: 'call-live', path: '/call', shows: 'text=Quiet Heron', script: calling({ messages: MESSAGES }) },
  {
    name: 'call-chat',
    path: '/call',
    shows: 'text=Planning a walk',
    script: calling({ messages: MESSAGES }),
    act: openChat,
  },
  {
    name: 'call-camera-off',
    path: '/call',
    shows: 'text=has the camera off',
    script: calling({ partnerCamera: false, partnerMic: false, quality: 'poor' }),
  },
  {
    name: 'call-reconnecting',
    path: '/call',
    shows: 'text=Reconnecting',
    script: calling({ media: 'interrupted', quality: 'fair' }),
  },
  {
    name: 'call-text',
    path: '/call',
    shows: 'text=You are writing',
    script: calling({ mode: 'text', messages: MESSAGES }),
  },
  { name: 'call-report', path: '/call', shows: 'text=Somebody under 18', script: calling({}), act: press('r') },
  {
    name: 'call-reported',
    path: '/call',
    shows: 'text=Report received',
    script: calling({}),
    act: async (page) => {
      await press('r')(page)
      await page.getByRole('button', { name: 'Hate' }).click()
    },
  },
  { name: 'call-asked', path: '/call', shows: 'text=only learns of it', script: calling({ contact: 'asked' }) },
  { name: 'call-kept', path: '/call', shows: 'text=in contact now', script: calling({ contact: KEPT }) },
  {
    name: 'ended-kept',
    path: '/call',
    shows: 'text=Write to them',
    script: calling({ kind: 'ended', endedReason: 'left' }, { lastCall: { ...LAST, contact: KEPT } }),
  },
  { name: 'call-keys', path: '/call', shows: '[role=dialog] >> text=Esc Esc', script: calling({}), act: press('?') },
  {
    name: 'call-partner',
    path: '/call',
    shows: 'text=Politics and religion',
    script: calling({}),
    act: async (page) => page.getByRole('button', { name: 'Quiet Heron' }).first().click(),
  },
  {
    name: 'ended-left',
    path: '/call',
    shows: 'text=has left',
    script: calling({ kind: 'ended', endedReason: 'left' }, { lastCall: LAST }),
  },
  {
    name: 'call-refused',
    path: '/call',
    shows: 'text=to protect you',
    script: calling(
      { kind: 'ended', identity: 'refused', endedReason: 'me', code: 'CALL_IDENTITY_MISMATCH' },
      { lastCall: { ...LAST, isConfirmed: false } },
    ),
  },
  { name: 'settings', path: '/settings', shows: 'text=Loud Badger', script: scripted({}) },
  ...CAPSULE_SCREENS,
  ...CHAT_SCREENS,
  ...PEOPLE_SCREENS,
  ...SAFETY_SCREENS,
  {
    name: 'call-noticed',
    path: '/call',
    shows: 'text=Mask it',
    script: calling({ messages: [{ ...MESSAGES[0], text: 'Can you send me 500 dollars please?' }] }),
    act: askedInCall,
  },
]

async function openChat(page: Page): Promise<void> {
  await page.locator('main.stage h1').first().waitFor()
  if (!(await page.getByLabel('Chat with').isVisible())) await page.keyboard.press('t')
}

async function askedInCall(page: Page): Promise<void> {
  await openChat(page)
  await page.getByText('a request for money').first().waitFor()
  await page.locator('#chat-text').fill('You can pay me: 4111 1111 1111 1111')
  await page.locator('#chat-text').press('Enter')
}

/** Runs in the page before anything else: the script of the engine, its times set to now, and a drawn camera. */
export function install(input: {
  script?: object | undefined
  messenger?: object | undefined
  media?: string | undefined
  isBlocking?: boolean | undefined
  storage?: Readonly<Record<string, string>> | undefined
}): void {
  for (const [key, text] of Object.entries(input.storage ?? {}))
    localStorage.setItem(key, text.replaceAll('NOW', String(Date.now())))
  Object.defineProperty(Notification, 'permission', { get: () => (input.isBlocking ? 'denied' : 'default') })
  if (input.messenger) Object.assign(window, { visavisMessenger: input.messenger })
  type Timed = {
    state: { seek: { sinceMs?: number }; call: { startedAtMs?: number }; lastCall?: { endedAtMs: number } }
  }
  const script = input.script as Timed | undefined
  if (script) {
    if (script.state.seek.sinceMs !== undefined) script.state.seek.sinceMs = performance.now() - 7_000
    if (script.state.call.startedAtMs !== undefined) script.state.call.startedAtMs = Date.now() - 93_000
    if (script.state.lastCall) script.state.lastCall.endedAtMs = Date.now() - 20_000
    Object.assign(window, { visavisScript: script })
  }
  if (input.media === 'denied') {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
  }
}
