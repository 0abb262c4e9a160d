import type { Page } from '@playwright/test'

/** A screen as tests open it: a path, the engine's state, the answers of the server, and what must be seen. */
export type Screen = {
  readonly name: string
  readonly path: string
  readonly shows: string
  /** What must be in sight, not only drawn. */
  readonly inSight?: string
  readonly script?: object
  /** What the scripted messenger shows. */
  readonly messenger?: object
  readonly media?: 'drawn' | 'denied'
  /** What the device has remembered; `NOW` in it is the moment the page is opened. */
  readonly storage?: Readonly<Record<string, string>>
  /** The person has blocked notifications in this browser. */
  readonly isBlocking?: true
  readonly answers?: Readonly<Record<string, Answer>>
  readonly act?: (page: Page) => Promise<void>
}
export type Answer = { readonly status?: number; readonly json: unknown }

/** What the server says unless a screen has its own answers. */
export const ANSWERS: Readonly<Record<string, Answer>> = {
  'GET /api/session': {
    json: {
      person: {
        handle: 'amber-otter-72',
        role: 'person',
        hasPasskey: false,
        hasPassword: true,
        accountId: 'a0000000-0000-4000-8000-000000000009',
        deviceId: null,
        sessionId: 'f0000000-0000-4000-8000-000000000009',
      },
    },
  },
  'GET /api/handles/suggestions': {
    json: { handles: ['amber-otter-72', 'mossy-lantern', 'still-harbour-9', 'plum-comet'] },
  },
  'POST /api/handles/check': { json: { advice: ['has-birth-year'] } },
  'GET /api/push': { json: { publicKey: 'B'.repeat(87), isOn: false } },
  'GET /api/proof/challenge': { status: 503, json: { code: 'SERVER_STORAGE' } },
  'GET /api/blocks': {
    json: {
      blocks: [
        { blockId: 'b0000000-0000-4000-8000-000000000001', pseudonym: 'Loud Badger', createdAtMs: 1_790_000_000_000 },
        { blockId: 'b0000000-0000-4000-8000-000000000002', pseudonym: 'Grey Finch', createdAtMs: 1_791_000_000_000 },
      ],
    },
  },
  'GET /api/reports': {
    json: {
      reports: [
        {
          reportId: 'e0000000-0000-4000-8000-000000000001',
          category: 'sexual-harassment',
          createdAtMs: 1_791_000_000_000,
          answerByMs: 1_791_086_400_000,
          state: 'open',
        },
      ],
    },
  },
}
