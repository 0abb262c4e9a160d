import type { Page } from '@playwright/test'
import { ANSWERS, ENGINE, GROUP, MIRA, STATE, VIEWS } from './chat-sample.ts'
import type { Screen } from './screen.ts'

/** Screens of the steps of trust [M18] and of what is covered before it is looked at [S11]. */
const HOUR = 3_600_000
type Line = { readonly fromMe: boolean; readonly kind: string; readonly position?: number }
const NEW = { mine: false, theirs: false, isTelling: false, isAside: false, knownSinceMs: -3 * HOUR }

/** The conversations of the sample; of this one messages of others reach only so far, and some of them are others. */
function reaching(id: string, reach: object, change: (line: Line) => object = () => ({})): object {
  const view = VIEWS[id] as { readonly messages: readonly Line[] }
  const messages = view.messages.map((line) => ({ ...line, ...(!line.fromMe && { reach }), ...change(line) }))
  return { ...VIEWS, [id]: { ...view, messages } }
}

const chats = (id: string, sharing: object | undefined, views: object) => ({
  script: ENGINE,
  messenger: {
    state: {
      ...STATE,
      conversations: STATE.conversations.map((each) =>
        each.conversationId === id && sharing ? { ...each, sharing: { ...NEW, ...sharing } } : each,
      ),
    },
    views,
    answers: ANSWERS,
  },
})

const DEAD = { links: 'dead', files: 'locked' }
const link = ({ position }: Line) =>
  position === 12 ? { text: 'Look at https://walks.example/a-very-long-way/round-the-bay?from=harbour first.' } : {}
const program = ({ position }: Line) =>
  position === 12
    ? {
        kind: 'document',
        text: '',
        file: {
          sizeBytes: 48_000,
          mime: 'application/octet-stream',
          name: 'Invoice of the harbour office, November 2026.pdf.exe',
          role: 'document',
          isViewOnce: false,
          transfer: { kind: 'none' },
          isOpened: false,
        },
      }
    : {}
const opened = async (page: Page) => page.getByText('Then let us meet at two?').first().waitFor()

export const STEP_SCREENS: readonly Screen[] = [
  {
    name: 'steps-asked',
    path: `/chats?c=${MIRA}`,
    shows: 'text=would like to share photos and files',
    ...chats(MIRA, { theirs: true }, reaching(MIRA, DEAD, link)),
  },
  {
    name: 'steps-locked',
    path: `/chats?c=${MIRA}&at=6`,
    shows: 'text=A photo, locked',
    ...chats(MIRA, {}, reaching(MIRA, DEAD, link)),
  },
  {
    name: 'steps-question',
    path: `/chats?c=${MIRA}`,
    shows: 'text=Share files with quiet-heron?',
    ...chats(MIRA, {}, reaching(MIRA, DEAD, link)),
    act: async (page) => {
      await opened(page)
      await page.getByRole('button', { name: 'Add files, locked' }).click()
    },
  },
  {
    name: 'steps-waiting',
    path: `/chats?c=${MIRA}`,
    shows: 'text=There is no need to wait',
    ...chats(MIRA, { mine: true }, reaching(MIRA, DEAD, link)),
    act: async (page) => {
      await opened(page)
      await page.getByRole('button', { name: 'Voice note, locked' }).click()
    },
  },
  {
    name: 'steps-details',
    path: `/chats?c=${MIRA}`,
    shows: 'text=On, for both of you',
    ...chats(MIRA, { mine: true, theirs: true }, VIEWS),
    act: async (page) => page.getByRole('button', { name: 'Details', exact: true }).click(),
  },
  {
    name: 'steps-dead-link',
    path: `/chats?c=${MIRA}`,
    shows: 'text=They open from',
    ...chats(MIRA, {}, reaching(MIRA, DEAD, link)),
    act: async (page) => page.getByRole('button', { name: 'Why this address does not open' }).first().click(),
  },
  {
    name: 'steps-first-day',
    path: `/chats?c=${MIRA}&at=6`,
    shows: 'text=A photo, covered',
    ...chats(MIRA, { mine: true, theirs: true }, reaching(MIRA, { links: 'open', files: 'covered' })),
  },
  {
    name: 'steps-group',
    path: `/chats?c=${GROUP}`,
    shows: 'text=Show what quiet-heron sends',
    ...chats(GROUP, undefined, reaching(GROUP, { links: 'unshown', files: 'unshown' })),
  },
  {
    name: 'steps-program',
    path: `/chats?c=${MIRA}`,
    shows: 'text=can run a program',
    ...chats(MIRA, { mine: true, theirs: true }, reaching(MIRA, { links: 'open', files: 'open' }, program)),
    act: async (page) => page.getByRole('button', { name: /^Save Invoice/ }).click(),
  },
]
