import { expect, it } from 'vitest'
import { createPushNews, OPEN_CHATS, type ShellWindow } from './push-news.ts'
import { renewPush } from './renew-push.ts'
import { readToShell } from './worker-messages.ts'

function setUp(open: readonly { path: string; isVisible: boolean }[], isQuiet = false) {
  const done: unknown[] = []
  const windows = open.map(({ path, isVisible }): ShellWindow => ({
    url: `https://visavis.example${path}`,
    visibilityState: isVisible ? 'visible' : 'hidden',
    postMessage: (message) => void done.push([path, message]),
    focus: async () => void done.push([path, 'focus']),
  }))
  const news = createPushNews({
    windows: async () => windows,
    show: async (title, options) => void done.push(['show', title, options]),
    openWindow: async (path) => void done.push(['open', path]),
    isQuiet: async () => isQuiet,
    words: { title: () => 'Visavis', body: () => 'A line.' },
  })
  return { done, news }
}

it('[K12] a push shows one line that is always the same, in the place of the one before', async () => {
  const { done, news } = setUp([{ path: '/chats?c=secret', isVisible: false }])
  await news.pushed()
  await news.pushed()
  const shown = ['show', 'Visavis', { body: 'A line.', tag: 'messages' }]
  expect(done).toEqual([shown, shown])
})

it('[M19] in the quiet hours the line comes without a sound', async () => {
  const { done, news } = setUp([], true)
  await news.pushed()
  expect(done).toEqual([['show', 'Visavis', { body: 'A line.', tag: 'messages', silent: true }]])
})

it('[K12] whoever looks at the app is not told', async () => {
  const { done, news } = setUp([
    { path: '/lobby', isVisible: false },
    { path: '/settings', isVisible: true },
  ])
  await news.pushed()
  expect(done).toEqual([])
})

it('[K12] a press leads to the chats: in a tab that has them, in another, or in a new one', async () => {
  const both = setUp([
    { path: '/call', isVisible: false },
    { path: '/chats', isVisible: false },
  ])
  await both.news.pressed()
  expect(both.done).toEqual([
    ['/chats', OPEN_CHATS],
    ['/chats', 'focus'],
  ])
  const other = setUp([{ path: '/lobby', isVisible: false }])
  await other.news.pressed()
  expect(other.done).toEqual([
    ['/lobby', OPEN_CHATS],
    ['/lobby', 'focus'],
  ])
  const none = setUp([])
  await none.news.pressed()
  expect(none.done).toEqual([['open', '/chats']])
})

it('[K12] a subscription that the browser has ended is made again, if the device still wishes for it', async () => {
  const sent: unknown[] = []
  const renew = (state: unknown, status = 200) =>
    renewPush({
      fetch: async (path, init) => {
        if (init?.method === 'POST') sent.push([path, init.body])
        return Response.json(state, { status })
      },
      subscribe: async (options) => {
        sent.push(options)
        return { endpoint: 'https://push.example/new' }
      },
    })
  await renew({ isOn: false, publicKey: 'key' })
  await renew({ isOn: true, publicKey: null })
  await renew({ code: 'AUTH_REQUIRED' }, 401)
  expect(sent).toEqual([])
  await renew({ isOn: true, publicKey: 'key' })
  expect(sent).toEqual([
    { userVisibleOnly: true, applicationServerKey: 'key' },
    ['/api/push', '{"endpoint":"https://push.example/new"}'],
  ])
})

it('[K12] a service worker hears nothing but what it knows', () => {
  expect(readToShell({ kind: 'which', more: 1 })).toEqual({ kind: 'which' })
  expect(readToShell({ kind: 'take-over', onlyIfAlone: true })).toEqual({ kind: 'take-over', onlyIfAlone: true })
  expect(readToShell({ kind: 'take-over' })).toEqual({ kind: 'take-over', onlyIfAlone: false })
  for (const other of [undefined, null, 7, 'which', {}, { kind: 'else' }]) expect(readToShell(other)).toBeUndefined()
})
