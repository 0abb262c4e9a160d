import type { Remote } from '../src/lib/messenger/remote.ts'
import type { ConversationView, Messenger, MessengerState } from '../src/lib/messenger/types.ts'

/**
 * A messenger that shows what a test tells it to and remembers what it was asked. The test writes `visavisMessenger`
 * before the page loads. Times below zero count back from now; a preview of `drawn` becomes a small picture.
 */
export type MessengerScript = {
  state: MessengerState
  views?: Record<string, ConversationView>
  /** What a method resolves with, by its name; `{ ok: true, value: true }` where nothing is said. */
  answers?: Record<string, unknown>
  /** Messages made up before the given ones, to be loaded a hundred at a time or around one that is jumped to. */
  earlier?: Record<string, number>
  asked: unknown[]
  show(change: Partial<MessengerState>): void
  showView(view: ConversationView): void
}

export async function openMessenger(): Promise<Remote> {
  return {
    messenger: await scriptedMessenger(),
    port: {
      frame: () => {},
      online: () => {},
      offline: () => {},
      ownAccount: async () => undefined,
      met: () => {},
    },
    elsewhere: () => {},
    restart: () => {},
    close: () => {},
  }
}

export async function wipeVault(): Promise<void> {}

async function scriptedMessenger(): Promise<Messenger> {
  const script = (window as unknown as { visavisMessenger?: MessengerScript }).visavisMessenger ?? {
    state: { phase: { kind: 'ready' }, contacts: [], requests: [], conversations: [], unread: 0 },
    asked: [],
    show: () => {},
    showView: () => {},
  }
  script.asked = []
  const preview = await drawnPreview()
  let state = revived(script.state, preview)
  const views = revived(script.views ?? {}, preview)
  const listeners = new Set<(state: MessengerState) => void>()
  const watchers = new Map<string, (view: ConversationView) => void>()
  script.show = (change) => {
    state = { ...state, ...revived(change, preview) }
    for (const listener of listeners) listener(state)
  }
  script.showView = (view) => {
    views[view.conversationId] = revived(view, preview)
    watchers.get(view.conversationId)?.(revived(view, preview))
  }
  const followed = {
    snapshot: () => state,
    subscribe: (listener: (state: MessengerState) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    watch: (id: string, listener: (view: ConversationView) => void) => {
      watchers.set(id, listener)
      const view = views[id]
      if (view) queueMicrotask(() => listener(view))
      return () => watchers.delete(id)
    },
    loadEarlier: async (id: string) => {
      const left = script.earlier?.[id] ?? 0
      const view = views[id]
      if (!view || left === 0) return
      const count = Math.min(100, left)
      script.earlier = { ...script.earlier, [id]: left - count }
      script.showView({
        ...view,
        messages: [...madeUp(view, left - count, count), ...view.messages],
        hasEarlier: left > count,
      })
    },
    jumpTo: async (id: string, position: number) => {
      const left = script.earlier?.[id] ?? 0
      const view = views[id]
      if (!view || position > left) return
      const from = Math.max(0, position - 31)
      script.earlier = { ...script.earlier, [id]: from }
      const messages = madeUp(view, from, Math.min(60, left - from))
      script.showView({ ...view, messages, hasEarlier: from > 0, isAtEnd: false })
    },
  }
  // Everything else only has an answer.
  return new Proxy(followed, {
    get: (target, name) =>
      Reflect.get(target, name) ??
      (name === 'then'
        ? undefined
        : (...input: unknown[]) => {
            script.asked.push([name, ...input])
            // Lists are empty and everything else goes well, unless the screen says so.
            const answer = script.answers?.[String(name)] ?? { ok: true, value: name === 'capsules' ? [] : true }
            return Promise.resolve(revived(answer, preview))
          }),
  }) as unknown as Messenger
}

function madeUp(view: ConversationView, from: number, count: number): ConversationView['messages'] {
  const pattern = view.messages.find(({ kind }) => kind === 'text')
  if (!pattern) return []
  return Array.from({ length: count }, (_, index) => ({
    ...pattern,
    messageId: `made-up-${from + index}` as typeof pattern.messageId,
    position: from + index + 1,
    fromMe: (from + index) % 3 === 0,
    atMs: Date.now() - 30 * 24 * 3_600_000 + (from + index) * 60_000,
    text: `Message ${from + index + 1}. ${'Some more words. '.repeat((from + index) % 7)}`,
  }))
}

/** A copy with times below zero counted back from now and drawn previews put in. */
function revived<T>(value: T, preview: Uint8Array): T {
  const walk = (each: unknown, name: string): unknown => {
    if (Array.isArray(each)) return each.map((item) => walk(item, ''))
    if (typeof each === 'number') return name.endsWith('Ms') && each < 0 ? Date.now() + each : each
    if (name === 'preview' && each === 'drawn') return preview
    if (name === 'preview' && each === 'waves') {
      return Uint8Array.from({ length: 48 }, (_, bar) => 40 + Math.abs(Math.sin(bar / 3) * 150) + (bar % 5) * 12)
    }
    if (typeof each !== 'object' || each === null || each instanceof Blob || each instanceof Uint8Array) return each
    return Object.fromEntries(Object.entries(each).map(([key, item]) => [key, walk(item, key)]))
  }
  return walk(value, '') as T
}

async function drawnPreview(): Promise<Uint8Array> {
  const canvas = document.createElement('canvas')
  canvas.width = 320
  canvas.height = 240
  const context = canvas.getContext('2d')
  if (context) {
    const sky = context.createLinearGradient(0, 0, 0, 240)
    sky.addColorStop(0, '#f4b483')
    sky.addColorStop(0.6, '#e9d9c3')
    sky.addColorStop(1, '#3b6b6f')
    context.fillStyle = sky
    context.fillRect(0, 0, 320, 240)
    context.fillStyle = '#204a4d'
    context.beginPath()
    context.moveTo(0, 240)
    context.quadraticCurveTo(90, 110, 190, 190)
    context.quadraticCurveTo(250, 140, 320, 210)
    context.lineTo(320, 240)
    context.fill()
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.7))
  return blob ? new Uint8Array(await blob.arrayBuffer()) : new Uint8Array()
}
