import { setTimeout as sleep } from 'node:timers/promises'
import type { Bus, Clock } from '@visavis/ports'
import {
  BOUNDARIES_DEFAULT,
  decodeServerFrame,
  encodeClientFrame,
  type AckResult,
  type ClientFrameBody,
  type ClientFrameName,
  type ServerFrame,
  type ServerFrameBody,
  type ServerFrameName,
  type TicketId,
} from '@visavis/wire'
import { WebSocket } from 'ws'
import { createInProcessBus } from '../../src/bus/index.ts'
import type { PushPost } from '../../src/push/index.ts'
import type { Secrets } from '../../src/secrets.ts'
import type { Storage } from '../../src/storage/index.ts'
import { createSubjects } from '../../src/subjects.ts'
import { realClock, startApp, type Browser, type TestApp } from './app.ts'

/**
 * The whole server on a free port, without a relay: written calls only. What people do goes through HTTP and sockets, as
 * their browsers would send it.
 */
export async function startWholeApp(
  storage: Storage,
  more: { bus?: Bus; secrets?: Secrets; env?: Record<string, string>; postPush?: PushPost } = {},
): Promise<TestApp> {
  const clock: Clock = {
    ...realClock(),
    every(everyMs, work) {
      const timer = setInterval(work, everyMs)
      return () => clearInterval(timer)
    },
  }
  const outside = {
    interfaces: {},
    resolve: async () => [],
    defer: (work: () => void) => void setImmediate(work),
    bus: more.bus ?? createInProcessBus(),
    fetch,
    // Whoever does not want to be woken never gets as far as that.
    postPush: more.postPush ?? (() => Promise.reject(new Error('no push is expected'))),
  }
  return startApp(storage, {
    clock,
    env: { VISAVIS_RATE_FACTOR: '100', VISAVIS_RELAY: 'off', VISAVIS_MEET_AGAIN_MINUTES: '0', ...more.env },
    ...(more.secrets ? { secrets: more.secrets } : {}),
    createSubjects: (base) => createSubjects(base, outside),
  })
}

const WAIT_MS_MAX = 10_000

export type SocketClient = Awaited<ReturnType<typeof openSocket>>

/** A signed-in browser's socket to a node, greeted. */
export async function openSocket(app: TestApp, browser: Browser) {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}/api/socket`, { origin: app.origin, headers: { cookie } })
  const frames: ServerFrame[] = []
  const state = { closeCode: undefined as number | undefined }
  let lastId = 0
  socket.on('error', () => undefined)
  socket.on('close', (code) => (state.closeCode = code))
  socket.on('message', (data) => {
    const frame = decodeServerFrame(data as Buffer)
    if (!frame.ok) throw new Error(frame.code)
    frames.push(frame.value)
  })

  async function until<T>(look: () => T | undefined, what: string): Promise<T> {
    const deadlineMs = Date.now() + WAIT_MS_MAX
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      if (Date.now() > deadlineMs) throw new Error(`waited in vain for ${what}`)
      await sleep(5)
    }
  }

  async function ask<N extends ClientFrameName>(name: N, body: ClientFrameBody<N>): Promise<AckResult<N>> {
    const id = (lastId += 1)
    socket.send(encodeClientFrame(name, id, body))
    const answer = await until(
      () => frames.find((frame) => frame.id === id && (frame.name === 'ack' || frame.name === 'nack')),
      `an answer to ${name}`,
    )
    if (answer.name === 'nack') throw new Error(answer.body.code)
    return (answer.name === 'ack' ? answer.body.result : undefined) as AckResult<N>
  }

  const all = <N extends ServerFrameName>(name: N) =>
    frames.filter((frame) => frame.name === name).map((frame) => frame.body as ServerFrameBody<N>)

  await until(() => (socket.readyState === WebSocket.OPEN ? true : undefined), 'the socket')
  await ask('hello', { clientMs: 0, sessionSeq: 0, durableSeq: 0, calls: [] })
  return {
    frames,
    ask,
    /** For the frames that nobody answers. */
    post: <N extends ClientFrameName>(name: N, body: ClientFrameBody<N>) =>
      socket.send(encodeClientFrame(name, (lastId += 1), body)),
    all,
    /** The `count`th frame of this kind, counted from 1. */
    nth: <N extends ServerFrameName>(name: N, count: number) => until(() => all(name)[count - 1], name),
    closed: () => until(() => state.closeCode, 'the close'),
    /** Seeks a call, a written one unless it says otherwise. */
    seek: (more: Partial<ClientFrameBody<'match.seek'>> = {}) =>
      ask('match.seek', {
        ticketId: crypto.randomUUID() as TicketId,
        mode: 'text',
        languages: ['en'],
        interests: [],
        company: 'unsaid',
        wish: ['unsaid'],
        boundaries: BOUNDARIES_DEFAULT,
        keyPackage: Uint8Array.of(1),
        ...more,
      }),
    async end(): Promise<void> {
      socket.terminate()
      await until(() => state.closeCode, 'the close')
    },
  }
}
