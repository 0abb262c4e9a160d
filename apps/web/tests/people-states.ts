import type { Page } from '@playwright/test'
import type { Screen } from './screen.ts'

/** Screens of contacts, safety codes, devices and the app lock, around a scripted messenger. */
const DAY = 24 * 60 * 60_000
const id = (kind: string, number: number) => `${kind}0000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const contact = (number: number, handle: string, more: object = {}) => ({
  accountId: id('a', number),
  handle,
  conversationId: id('c', number),
  sinceMs: -number * 9 * DAY,
  trust: 'unverified',
  isMetInCall: false,
  ...more,
})
const STATE = {
  phase: { kind: 'ready' },
  me: { accountId: id('a', 9), deviceId: id('e', 1), handle: 'amber-otter-72' },
  contacts: [
    contact(1, 'quiet-heron', { trust: 'verified', isMetInCall: true }),
    contact(2, 'a-very-long-handle-indeed-24'),
    contact(3, 'mossy-lantern', { trust: 'changed' }),
  ],
  requests: [{ accountId: id('a', 5), handle: 'plum-comet', conversationId: id('c', 5), receivedAtMs: -DAY }],
  conversations: [],
  unread: 0,
}
const device = (number: number, name: string, isThisOne = false) => ({
  deviceId: id('e', number),
  name,
  createdAtMs: -number * 40 * DAY,
  lastSeenMs: -(number - 1) * DAY - 60_000,
  isThisOne,
})
const ok = (value: unknown) => ({ ok: true, value })
const ANSWERS = {
  contactCode: ok(undefined),
  setContactCode: ok('mfrggzdfmztwq2lk'),
  safetyCode: ok({ digits: '0482951736'.repeat(6), qr: 'visavis-safety:AAECAwQFBgcICQ', trust: 'verified' }),
  devices: ok([device(1, 'Chrome on Linux', true), device(2, 'Safari on iPhone')]),
  settings: { sendsRead: true, sendsTyping: false },
  openLink: ok({
    qr: 'visavis-link:1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
    check: '402917',
    linkId: id('f', 1),
  }),
  readLinkCode: ok({ check: '402917' }),
  unlock: { ok: false, code: 'VAULT_LOCKED', retryAfterMs: 30_000 },
}
/** A messenger of the file's people; `more` replaces parts of its state. */
const people = (more: object = {}) => ({ messenger: { state: { ...STATE, ...more }, answers: ANSWERS, asked: [] } })
/** With a backup, or none; of an account that has a passkey. */
const withBackup = (backup: object, more: object = {}) => ({
  messenger: { state: { ...STATE, ...more }, answers: { ...ANSWERS, backupState: ok(backup) }, asked: [] },
  answers: { 'GET /api/session': { json: { person: PASSKEY_PERSON } } },
})
const PASSKEY_PERSON = {
  handle: 'amber-otter-72',
  role: 'person',
  hasPasskey: true,
  hasPassword: false,
  accountId: 'a0000000-0000-4000-8000-000000000009',
  deviceId: null,
  sessionId: 'f0000000-0000-4000-8000-000000000009',
}
const KEPT = { madeAtMs: 1_790_000_000_000, expiresAtMs: 1_792_592_000_000 }
const PASSKEY_WAY = { credentialId: {}, salt: {}, input: {} }
const BOTH_WAYS = { ...KEPT, ways: { hasPassphrase: true, passkey: PASSKEY_WAY } }
const toNotifications = async (page: Page) =>
  page.getByRole('heading', { name: 'Notifications', exact: true }).scrollIntoViewIfNeeded()
const toBackup = async (page: Page) =>
  page.getByRole('heading', { name: 'Backup', exact: true }).scrollIntoViewIfNeeded()
const UNLINKED = { phase: { kind: 'unlinked' }, contacts: [], requests: [] }
const press = (name: string) => async (page: Page) => page.getByRole('button', { name }).first().click()

export const PEOPLE_SCREENS: readonly Screen[] = [
  { name: 'people', path: '/people', shows: 'text=quiet-heron', ...people() },
  { name: 'people-none', path: '/people', shows: 'text=Nobody here yet', ...people({ contacts: [], requests: [] }) },
  {
    name: 'people-remove',
    path: '/people',
    shows: 'role=alertdialog',
    ...people({ requests: [] }),
    act: press('Remove contact'),
  },
  {
    name: 'people-code',
    path: '/people',
    shows: 'text=mfrg gzdf',
    ...people({ contacts: [], requests: [] }),
    act: press('Make a contact code'),
  },
  {
    name: 'people-failed',
    path: '/people',
    shows: 'text=could not be opened here',
    ...people({ phase: { kind: 'failed', code: 'VAULT_UNAVAILABLE' } }),
  },
  { name: 'safety-code', path: `/chats/safety?a=${id('a', 1)}`, shows: 'text=They match', ...people() },
  { name: 'safety-changed', path: `/chats/safety?a=${id('a', 3)}`, shows: 'text=They match', ...people() },
  {
    name: 'safety-differ',
    path: `/chats/safety?a=${id('a', 2)}`,
    shows: 'text=Do not write anything private',
    ...people(),
    act: press('They differ'),
  },
  {
    name: 'safety-scan',
    path: `/chats/safety?a=${id('a', 1)}`,
    shows: 'video',
    media: 'drawn',
    ...people(),
    act: press('Scan theirs'),
  },
  {
    name: 'settings-notifications',
    path: '/settings',
    shows: 'text=Tell me of new messages on this device',
    inSight: 'text=Tell me of new messages on this device',
    ...people(),
    act: toNotifications,
  },
  {
    name: 'settings-notifications-blocked',
    path: '/settings',
    shows: 'text=This browser blocks notifications',
    inSight: 'text=This browser blocks notifications',
    isBlocking: true,
    ...people(),
    act: toNotifications,
  },
  { name: 'settings-devices', path: '/settings', shows: 'text=Safari on iPhone', ...people({ hasLock: true }) },
  {
    name: 'settings-lock',
    path: '/settings',
    shows: 'text=New passphrase',
    ...people(),
    act: async (page) => {
      await press('Set a passphrase')(page)
      await page.getByLabel('New passphrase').scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'settings-backup-off',
    path: '/settings',
    shows: 'text=Turn it on with your passkey',
    ...withBackup({ isOn: false }),
    act: toBackup,
  },
  {
    name: 'settings-backup',
    path: '/settings',
    shows: 'text=What opens it',
    ...withBackup({ isOn: true, kept: BOTH_WAYS, alarm: 'older' }),
    act: async (page) => page.getByRole('button', { name: 'Remove the backup' }).scrollIntoViewIfNeeded(),
  },
  {
    name: 'settings-backup-words',
    path: '/settings',
    shows: 'text=After that you are asked for your passkey',
    ...withBackup({ isOn: true, kept: BOTH_WAYS }),
    act: press('Change the passphrase'),
  },
  {
    name: 'people-backup-alarm',
    path: '/people',
    shows: 'text=Your backup is gone',
    ...withBackup({ isOn: false, alarm: 'gone' }, { backupAlarm: 'gone' }),
  },
  {
    name: 'restore-ways',
    path: '/chats',
    shows: 'text=With the passphrase',
    ...withBackup({ isOn: false, kept: BOTH_WAYS }, UNLINKED),
    act: press('Restore from a backup'),
  },
  {
    name: 'restore-words',
    path: '/chats',
    shows: 'text=Passphrase of the backup',
    ...withBackup({ isOn: false, kept: { ...KEPT, ways: { hasPassphrase: true } } }, UNLINKED),
    act: press('Restore from a backup'),
  },
  { name: 'settings-unlinked', path: '/settings', shows: 'text=Link this device', ...people(UNLINKED) },
  { name: 'link-known', path: '/settings/devices/link', shows: 'text=Paste the code', ...people() },
  {
    name: 'link-compare',
    path: '/settings/devices/link',
    shows: 'text=402917',
    ...people(),
    act: async (page) => {
      await page.getByLabel('Paste the code').fill('visavis-link:1:AAEC')
      await press('Go on')(page)
    },
  },
  {
    name: 'link-new',
    path: '/settings/devices/link',
    shows: 'text=402917',
    ...people(UNLINKED),
    act: press('Show the code'),
  },
  { name: 'locked', path: '/people', shows: 'text=Visavis is locked', ...people({ phase: { kind: 'locked' } }) },
  {
    name: 'locked-wrong',
    path: '/settings',
    shows: 'text=You can try again in',
    ...people({ phase: { kind: 'locked' } }),
    act: async (page) => {
      await page.getByLabel('Passphrase', { exact: true }).fill('not this one')
      await press('Unlock')(page)
    },
  },
]
