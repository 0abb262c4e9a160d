/** People and messages of the screens of private messages. Times below zero count back from now. */
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const id = (kind: string, number: number) => `${kind}0000000-0000-4000-8000-${String(number).padStart(12, '0')}`
export const MIRA = id('c', 1)
export const REQUEST = id('c', 2)
export const GROUP = id('c', 3)
export const me = { accountId: id('a', 9), handle: 'amber-otter-72', isMe: true, isOwner: false, trust: 'unverified' }
const person = (number: number, handle: string, trust = 'unverified') => ({
  accountId: id('a', number),
  handle,
  isMe: false,
  isOwner: false,
  trust,
})
export const mira = person(1, 'quiet-heron', 'verified')
const stranger = person(2, 'plum-comet')
const harbour = person(3, 'still-harbour-9')
const lantern = person(4, 'mossy-lantern', 'changed')
const others = [mira, harbour, lantern]

const summary = (number: number, title: string, more: object = {}) => ({
  conversationId: id('c', number),
  kind: 'pair',
  state: 'open',
  title,
  members: [me, person(number, title)],
  unread: 0,
  draft: '',
  isMuted: false,
  isSecuring: false,
  mutedFlags: [],
  ...more,
})
const last = (text: string, atMs: number, more: object = {}) => ({ text, kind: 'text', fromMe: false, atMs, ...more })

export const CONVERSATIONS = [
  summary(1, 'quiet-heron', {
    members: [me, mira],
    unread: 2,
    last: last('The tide is out until four.', -4 * MINUTE),
  }),
  summary(2, 'plum-comet', {
    state: 'request',
    members: [me, stranger],
    unread: 1,
    last: last('Hello, we met at the market', -25 * MINUTE),
  }),
  summary(3, 'Sunday walkers', {
    kind: 'group',
    members: [{ ...me, isOwner: true }, ...others],
    last: last('', -3 * HOUR, { kind: 'photo', fromMe: true, state: 'read' }),
    isMuted: true,
  }),
  summary(5, 'grey-finch', { draft: 'I wanted to ask you', last: last('Sleep well!', -26 * HOUR) }),
  summary(6, 'loud-badger', {
    state: 'requested',
    last: last('Hello! You said I could write.', -3 * DAY, { fromMe: true, state: 'sent' }),
  }),
  summary(7, 'a-very-long-handle-indeed-24', { last: last('👍', -20 * DAY, { fromMe: true, state: 'delivered' }) }),
]

let made = 0
export function message(
  position: number,
  from: 'me' | typeof mira,
  text: string,
  atMs: number,
  more: object = {},
): object {
  made += 1
  const isMine = from === 'me'
  return {
    messageId: id('d', made),
    position,
    kind: 'text',
    senderAccount: isMine ? me.accountId : from.accountId,
    senderHandle: isMine ? me.handle : from.handle,
    fromMe: isMine,
    atMs,
    text,
    isEdited: false,
    reactions: [],
    ...(isMine ? { state: 'read' } : {}),
    isAfterGap: false,
    canReport: !isMine,
    reach: { links: 'open', files: 'open' },
    ...more,
  }
}
const notice = (position: number, atMs: number, kind: string) =>
  message(position, mira, '', atMs, { kind: 'notice', notice: { kind }, canReport: false })
const file = (role: string, more: object) => ({
  kind: role,
  file: {
    sizeBytes: 1_480_000,
    mime: 'image/jpeg',
    name: '',
    role,
    isViewOnce: false,
    transfer: { kind: 'here' },
    isOpened: false,
    ...more,
  },
})

const MESSAGES = [
  notice(1, -27 * HOUR, 'started'),
  message(2, mira, 'It was lovely to talk. Shall we go on here?', -26 * HOUR),
  message(3, 'me', 'Gladly! I looked up the walk you spoke of: https://walks.example/coast.', -26 * HOUR + MINUTE),
  message(4, 'me', 'Eleven kilometres, mostly flat.', -26 * HOUR + 2 * MINUTE, { isEdited: true }),
  message(5, mira, 'That is the one.', -25 * HOUR, {
    replyTo: { position: 4, handle: me.handle, text: 'Eleven kilometres, mostly flat.' },
    reactions: [{ emoji: '👍', handles: [me.handle], mine: true }],
  }),
  message(
    6,
    mira,
    'This is where it begins',
    -50 * MINUTE,
    file('photo', { width: 1600, height: 1200, preview: 'drawn' }),
  ),
  message(
    7,
    'me',
    '',
    -40 * MINUTE,
    file('voice', { durationMs: 37_000, sizeBytes: 150_000, mime: 'audio/webm', preview: 'waves' }),
  ),
  message(8, mira, '', -30 * MINUTE, { kind: 'unsent', canReport: false }),
  message(9, 'me', '', -20 * MINUTE, {
    ...file('document', { name: 'coast-path-map.pdf', sizeBytes: 8_400_000, mime: 'application/pdf' }),
    state: 'delivered',
  }),
  message(11, mira, 'I can bring coffee.', -6 * MINUTE, { isAfterGap: true }),
  message(12, mira, 'The tide is out until four.', -4 * MINUTE),
  message(13, 'me', 'Then let us meet at two?', -2 * MINUTE, { state: 'sent' }),
  message(14, 'me', '🎉', -1 * MINUTE, { state: 'failed', code: 'NETWORK_OFFLINE', position: undefined }),
]
export const view = (conversationId: string, messages: readonly object[], more: object = {}) => ({
  conversationId,
  messages,
  hasEarlier: false,
  isAtEnd: true,
  typing: [],
  ...more,
})
const REQUESTED = [
  message(1, stranger, 'Hello, we met at the market. Look at www.plums.example!', -26 * MINUTE),
  message(2, stranger, '', -25 * MINUTE, file('photo', { width: 900, height: 1200, preview: 'drawn' })),
]
const GROUPED = [
  message(1, harbour, 'Who comes along on Sunday?', -5 * HOUR),
  message(2, mira, 'Me!', -4 * HOUR),
  message(3, mira, 'And I bring a friend, if nobody minds.', -4 * HOUR + MINUTE, {
    reactions: [
      { emoji: '❤️', handles: ['still-harbour-9', 'mossy-lantern'], mine: false },
      { emoji: '😂', handles: [me.handle], mine: true },
    ],
  }),
  message(4, lantern, '', -3.5 * HOUR, {
    kind: 'refused',
    code: 'E2EE_OPEN_FAILED',
    canReport: false,
  }),
  message(5, 'me', '', -3 * HOUR, {
    ...file('photo', {
      width: 1200,
      height: 900,
      preview: 'drawn',
      transfer: { kind: 'up', doneBytes: 6, totalBytes: 10 },
    }),
    state: 'sending',
  }),
  message(6, mira, '', -2 * HOUR, file('photo', { isViewOnce: true })),
]

export const STATE = {
  phase: { kind: 'ready' },
  me: { accountId: me.accountId, deviceId: id('e', 1), handle: me.handle },
  contacts: [mira, person(5, 'grey-finch'), person(3, 'still-harbour-9')].map(
    ({ accountId, handle, trust }, index) => ({
      accountId,
      handle,
      conversationId: id('c', index + 1),
      sinceMs: -40 * DAY,
      trust,
      isMetInCall: index === 0,
    }),
  ),
  requests: [],
  conversations: CONVERSATIONS,
  unread: 3,
}
export const VIEWS = {
  [MIRA]: view(MIRA, MESSAGES, { unreadFrom: 11, typing: ['quiet-heron'] }),
  [REQUEST]: view(REQUEST, REQUESTED),
  [GROUP]: view(GROUP, GROUPED),
}
export const ANSWERS = {
  search: [
    {
      conversationId: MIRA,
      title: 'quiet-heron',
      position: 4,
      text: 'Eleven kilometres, mostly flat.',
      atMs: -26 * HOUR,
    },
    {
      conversationId: GROUP,
      title: 'Sunday walkers',
      position: 1,
      text: 'Who comes along on Sunday?',
      atMs: -5 * HOUR,
    },
  ],
  report: {
    ok: true,
    value: { reportId: id('f', 1), answerByMs: 1_791_086_400_000, isVerified: true, faults: [] },
  },
  fileOf: { ok: false, code: 'FILE_GONE' },
}
export const ENGINE = {
  state: {
    connection: { kind: 'online' },
    seek: { kind: 'idle' },
    call: { kind: 'none' },
    self: { microphone: true, camera: true },
  },
}
