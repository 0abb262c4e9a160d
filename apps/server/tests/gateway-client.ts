import { settle, type TestPerson } from '@visavis/testkit'
import {
  decodeServerFrame,
  encodeClientFrame,
  type AckResult,
  type ClientFrameBody,
  type ClientFrameName,
  type Code,
  type ServerFrame,
  type ServerFrameName,
} from '@visavis/wire'
import type { Gateway, LinkEvents, Person } from '../src/gateway/index.ts'

export type TestClient = ReturnType<typeof createTestClient>
type Answer = { ok: true; result: unknown } | { ok: false; code: Code; retryAfterMs: number | undefined }

/** A client that says exactly what a test tells it to; the real one lives in the web app. */
export function createTestClient(accept: () => Gateway['accept'], who: TestPerson, more: Partial<Person>) {
  const { accountId, deviceId, handle, role } = who
  const person: Person = { accountId, deviceId, handle, role, isRegistered: true, sanctioned: false, ...more }
  const frames: ServerFrame[] = []
  const bytes: Uint8Array[] = []
  let events: LinkEvents | undefined
  let lastId = 0
  const state = {
    closeCode: undefined as number | undefined,
    terminated: false,
    paused: false,
    /** Whether it answers pings, as every browser does by itself. */
    lively: true,
    buffered: 0,
    session: undefined as string | undefined,
  }

  function connect(): void {
    const link = {
      send(frame: Uint8Array) {
        bytes.push(frame)
        const decoded = decodeServerFrame(frame)
        if (!decoded.ok) throw new Error(`the server sent ${decoded.code}`)
        frames.push(decoded.value)
      },
      close(code: number) {
        state.closeCode = code
        queueMicrotask(() => events?.closed())
      },
      terminate() {
        state.terminated = true
        queueMicrotask(() => events?.closed())
      },
      ping() {
        if (state.lively) queueMicrotask(() => events?.alive())
      },
      bufferedBytes: () => state.buffered,
      pause: () => void (state.paused = true),
      resume: () => void (state.paused = false),
    }
    state.closeCode = undefined
    events = accept()(link, person)
  }

  function raw(frame: Uint8Array): void {
    events?.received(frame)
  }

  function post<N extends ClientFrameName>(name: N, body: ClientFrameBody<N>, id = ++lastId): number {
    raw(encodeClientFrame(name, id, body))
    return id
  }

  function answerTo(id: number, from = 0): Answer | undefined {
    for (const frame of frames.slice(from)) {
      if (frame.id !== id) continue
      if (frame.name === 'ack') return { ok: true, result: frame.body.result }
      if (frame.name === 'nack') return { ok: false, code: frame.body.code, retryAfterMs: frame.body.retryAfterMs }
    }
    return undefined
  }

  async function ask<N extends ClientFrameName>(name: N, body: ClientFrameBody<N>, id = ++lastId): Promise<Answer> {
    const from = frames.length
    post(name, body, id)
    for (let round = 0; round < 50; round++) {
      const answer = answerTo(id, from)
      if (answer) return answer
      await settle(1)
    }
    throw new Error(`no answer to ${name}`)
  }

  async function hello(said: Partial<ClientFrameBody<'hello'>> = {}): Promise<AckResult<'hello'>> {
    if (!events || state.closeCode !== undefined) connect()
    const body = { clientMs: 0, session: state.session, sessionSeq: 0, durableSeq: 0, calls: [], ...said }
    const answer = await ask('hello', body)
    if (!answer.ok) throw new Error(`hello: ${answer.code}`)
    const result = answer.result as AckResult<'hello'>
    state.session = result.session
    return result
  }

  function cut(): void {
    events?.closed()
    events = undefined
  }

  return {
    who,
    person,
    frames,
    bytes,
    state,
    connect,
    raw,
    post,
    ask,
    answerTo,
    hello,
    cut,
    pong: () => events?.alive(),
    drained: () => events?.drained(),
    of: <N extends ServerFrameName>(name: N) =>
      frames.filter((frame): frame is Extract<ServerFrame, { name: N }> => frame.name === name),
    last: <N extends ServerFrameName>(name: N) =>
      frames.findLast((frame): frame is Extract<ServerFrame, { name: N }> => frame.name === name)?.body as
        | Extract<ServerFrame, { name: N }>['body']
        | undefined,
  }
}
