import type { Page } from '@playwright/test'
import { ANSWERS, CONVERSATIONS, ENGINE, GROUP, me, MIRA, mira, REQUEST, STATE, VIEWS } from './chat-sample.ts'
import type { Screen } from './screen.ts'
import { STEP_SCREENS } from './step-states.ts'

/** Screens of the private messages, around a scripted messenger. */
const chats = (state: object = {}, views: object = VIEWS, answers: object = {}) => ({
  script: ENGINE,
  messenger: { state: { ...STATE, ...state }, views, answers: { ...ANSWERS, ...answers } },
})
/** A long conversation, most of which is not loaded. */
const far = {
  script: ENGINE,
  messenger: {
    state: STATE,
    views: { ...VIEWS, [MIRA]: { ...VIEWS[MIRA], hasEarlier: true } },
    answers: ANSWERS,
    earlier: { [MIRA]: 400 },
  },
}
const phase = (kind: object) => chats({ phase: kind, conversations: [], unread: 0 })
const inChat = async (page: Page) => page.getByText('Then let us meet at two?').first().waitFor()
const openMenu = async (page: Page) => {
  await inChat(page)
  await page.getByText('The tide is out until four.').last().click({ button: 'right' })
}

export const CHAT_SCREENS: readonly Screen[] = [
  { name: 'chats', path: '/chats', shows: 'text=Sunday walkers', ...chats() },
  {
    name: 'chats-empty',
    path: '/chats',
    shows: 'text=Nobody here yet',
    ...chats({ conversations: [], contacts: [], unread: 0 }),
  },
  {
    name: 'chats-code',
    path: '/chats',
    shows: '[role=dialog] input, dialog[open] input',
    ...chats({ conversations: [], contacts: [], unread: 0 }),
    act: async (page) => page.getByRole('button', { name: 'I have a contact code' }).click(),
  },
  {
    name: 'chats-search',
    path: '/chats',
    shows: 'text=Eleven kilometres',
    ...chats(),
    act: async (page) => page.getByRole('searchbox').fill('eleven'),
  },
  { name: 'chats-opening', path: '/chats', shows: '[aria-busy=true]', ...phase({ kind: 'opening' }) },
  { name: 'chats-locked', path: '/chats', shows: 'text=Visavis is locked', ...phase({ kind: 'locked' }) },
  {
    name: 'chats-unlinked',
    path: '/chats',
    shows: 'text=This cannot be undone',
    ...phase({ kind: 'unlinked' }),
    act: async (page) => page.getByRole('button', { name: 'I have no other device' }).click(),
  },
  { name: 'chats-elsewhere', path: '/chats', shows: 'text=Use here', ...phase({ kind: 'elsewhere' }) },
  {
    name: 'chats-failed',
    path: '/chats',
    shows: 'text=could not be opened',
    ...phase({ kind: 'failed', code: 'VAULT_UNAVAILABLE' }),
  },
  {
    name: 'chats-new',
    path: '/chats',
    shows: 'text=I have a contact code',
    ...chats(),
    act: async (page) => page.getByRole('button', { name: 'New chat' }).click(),
  },
  {
    name: 'chats-new-group',
    path: '/chats',
    shows: 'text=Who is in it?',
    ...chats(),
    act: async (page) => {
      await page.getByRole('button', { name: 'New chat' }).click()
      await page.getByRole('button', { name: 'New group' }).click()
    },
  },
  { name: 'chat', path: `/chats?c=${MIRA}`, shows: 'text=Then let us meet at two?', ...chats() },
  {
    name: 'chat-top',
    path: `/chats?c=${MIRA}&at=2`,
    shows: 'text=It was lovely to talk',
    inSight: '.row.shown',
    ...chats(),
  },
  {
    name: 'chat-far',
    path: `/chats?c=${MIRA}&at=250`,
    shows: 'text=Message 250.',
    inSight: '.row.shown:has-text("Message 250.")',
    ...far,
  },
  { name: 'chat-group', path: `/chats?c=${GROUP}`, shows: 'text=And I bring a friend', ...chats() },
  { name: 'chat-request', path: `/chats?c=${REQUEST}`, shows: 'text=Pictures stay hidden', ...chats() },
  {
    name: 'chat-key-changed',
    path: `/chats?c=${MIRA}`,
    shows: 'text=has changed',
    ...chats({
      conversations: CONVERSATIONS.map((each) =>
        each.conversationId === MIRA ? { ...each, members: [me, { ...mira, trust: 'changed' }] } : each,
      ),
    }),
  },
  { name: 'chat-menu', path: `/chats?c=${MIRA}`, shows: '[role=menu]', ...chats(), act: openMenu },
  {
    name: 'chat-reply',
    path: `/chats?c=${MIRA}`,
    shows: 'text=Reply to quiet-heron',
    ...chats(),
    act: async (page) => {
      await openMenu(page)
      await page.getByRole('menuitem', { name: 'Reply' }).click()
    },
  },
  {
    name: 'chat-report-choose',
    path: `/chats?c=${MIRA}`,
    shows: 'text=Chosen: 1',
    ...chats(),
    act: async (page) => {
      await openMenu(page)
      await page.getByRole('menuitem', { name: 'Report' }).click()
    },
  },
  {
    name: 'chat-report',
    path: `/chats?c=${MIRA}`,
    shows: 'text=What is it about?',
    ...chats(),
    act: async (page) => {
      await openMenu(page)
      await page.getByRole('menuitem', { name: 'Report' }).click()
      await page.getByRole('button', { name: 'Go on' }).click()
    },
  },
  {
    name: 'chat-reported',
    path: `/chats?c=${MIRA}`,
    shows: 'text=it is proven who wrote',
    ...chats(),
    act: async (page) => {
      await openMenu(page)
      await page.getByRole('menuitem', { name: 'Report' }).click()
      await page.getByRole('button', { name: 'Go on' }).click()
      await page.getByRole('radio', { name: 'Hate' }).check()
      await page.getByRole('button', { name: 'Send report' }).click()
    },
  },
  {
    name: 'chat-emoji',
    path: `/chats?c=${MIRA}`,
    shows: 'text=Smileys',
    ...chats(),
    act: async (page) => page.getByRole('button', { name: 'Emoji' }).click(),
  },
  {
    name: 'chat-voice',
    path: `/chats?c=${MIRA}`,
    shows: '[aria-label="Stop recording"]',
    ...chats(),
    act: async (page) => page.getByRole('button', { name: 'Voice note', exact: true }).click(),
  },
  {
    name: 'chat-link',
    path: `/chats?c=${MIRA}&at=3`,
    shows: 'text=It leads to',
    ...chats(),
    act: async (page) => page.getByRole('button', { name: 'https://walks.example/coast' }).click(),
  },
  {
    name: 'chat-details',
    path: `/chats?c=${MIRA}`,
    shows: 'text=Remove contact',
    ...chats(),
    act: async (page) => page.getByRole('button', { name: 'Details', exact: true }).click(),
  },
  {
    name: 'chat-group-details',
    path: `/chats?c=${GROUP}`,
    shows: 'text=Leave group',
    ...chats(),
    act: async (page) => page.getByRole('button', { name: 'Details', exact: true }).click(),
  },
  ...STEP_SCREENS,
]
