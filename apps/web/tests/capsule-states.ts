import type { Page } from '@playwright/test'
import type { Screen } from './screen.ts'

/** Kept evidence [S16]: none, some, and one that is open. */
const STATE = { phase: { kind: 'ready' }, contacts: [], requests: [], conversations: [], unread: 0 }
const HOUR_MS = 3_600_000
const KEPT = [
  {
    callId: 'c0000000-0000-4000-8000-000000000011',
    pseudonym: 'Loud Badger',
    startedAtMs: -3 * HOUR_MS,
    keptAtMs: -2 * HOUR_MS,
    textCount: 3,
    pictureCount: 0,
  },
  {
    callId: 'c0000000-0000-4000-8000-000000000012',
    pseudonym: 'Grey Finch',
    startedAtMs: -201 * HOUR_MS,
    keptAtMs: -200 * HOUR_MS,
    textCount: 1,
    pictureCount: 0,
    submission: {
      reportId: 'e0000000-0000-4000-8000-000000000012',
      answerByMs: -176 * HOUR_MS,
      atMs: -199 * HOUR_MS,
      isVerified: false,
      faults: ['too-old'],
    },
  },
]
const CONTENT = {
  texts: [
    { from: 'them', text: 'Show me your street or I will find it.', atMs: -2 * HOUR_MS - 9_000 },
    { from: 'me', text: 'No. Stop this.', atMs: -2 * HOUR_MS - 6_000 },
    { from: 'them', text: 'You will be sorry.', atMs: -2 * HOUR_MS - 2_000 },
  ],
  frames: [],
  stills: [],
}
const withKept = (value: readonly object[]) => ({
  state: STATE,
  answers: { capsules: { ok: true, value }, openCapsule: { ok: true, value: CONTENT } },
})
const open = async (page: Page) => page.getByRole('button', { name: 'Open' }).first().click()

export const CAPSULE_SCREENS: readonly Screen[] = [
  { name: 'evidence-none', path: '/settings/evidence', shows: 'text=Nothing is kept', messenger: withKept([]) },
  { name: 'evidence', path: '/settings/evidence', shows: 'text=Grey Finch', messenger: withKept(KEPT) },
  {
    name: 'evidence-open',
    path: '/settings/evidence',
    shows: 'text=You will be sorry',
    messenger: withKept(KEPT),
    act: open,
  },
  {
    name: 'evidence-not-here',
    path: '/settings/evidence',
    shows: 'text=Link',
    messenger: {
      state: { ...STATE, phase: { kind: 'unlinked' } },
      answers: { capsules: { ok: false, code: 'DEVICE_REQUIRED' } },
    },
  },
]
