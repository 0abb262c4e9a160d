import { createHash } from 'node:crypto'
import {
  commitToFrame,
  createMatch,
  createMatchIdentity,
  frameKeyOf,
  joinMatch,
  type CallRole,
  type FrameEvidence,
  type MatchSession,
} from '@visavis/e2ee'
import type { AccountId, CallId, ServerFrameBody } from '@visavis/wire'
import { createBrowser, signUp, type Browser, type TestApp } from './app.ts'
import { personOf } from './people-app.ts'
import { openSocket, type SocketClient } from './whole-app.ts'

/** People of the whole server in video calls with real groups, who commit to key frames as their browsers would. */
export type Caller = {
  readonly browser: Browser
  readonly accountId: AccountId
  readonly socket: SocketClient
}
let people = 0

/** Somebody new, with an open socket. */
export async function newCaller(app: TestApp): Promise<Caller> {
  const browser = createBrowser(app)
  await signUp(browser, `brave-hare-${(people += 1) + 600}`)
  const accountId = (await personOf(browser))?.accountId
  if (!accountId) throw new Error('not signed in')
  return { browser, accountId, socket: await openSocket(app, browser) }
}

type Side = {
  readonly person: Caller
  readonly found: ServerFrameBody<'match.found'>
  readonly session: MatchSession
  sent: number
}

/** A call of the two; `send` sends a key frame and gives what the other side could report of it. */
export async function callTogether(one: Caller, other: Caller) {
  const identities = await Promise.all([one, other].map(() => createMatchIdentity({ nowMs: Date.now() })))
  const found: ServerFrameBody<'match.found'>[] = []
  for (const [index, { socket }] of [one, other].entries()) {
    const keyPackage = identities[index]?.keyPackage as Uint8Array<ArrayBuffer>
    await socket.seek({ mode: 'video', keyPackage, fingerprint: new Uint8Array(32) })
  }
  for (const { socket } of [one, other]) found.push(await latest(socket, 'match.found'))
  const [mine, theirs] = found
  if (!mine || !theirs || mine.callId !== theirs.callId) throw new Error('not with each other')
  const { callId } = mine
  const sessions = await openGroup(callId, [one, other], found, identities)
  const sides = [one, other].map((person, index): Side => {
    const session = sessions[index]
    const of = found[index]
    if (!session || !of) throw new Error('no group')
    return { person, found: of, session, sent: 0 }
  })
  const [a, b] = sides
  if (!a || !b) throw new Error('nobody')

  async function send(from: Side, to: Side, frame: Uint8Array): Promise<FrameEvidence> {
    const sender: CallRole = from.found.role
    const count = (from.sent += 1)
    const committed = { callId, sender, count, digest: digestOf(frame) }
    const { commitment } = await commitToFrame({
      ...committed,
      frameKey: await frameKeyOf(from.session, callId, sender),
    })
    await from.person.socket.ask('call.commit', { callId, count, commitment: commitment as Uint8Array<ArrayBuffer> })
    const told = await latest(
      to.person.socket,
      'call.committed',
      (body) => body.callId === callId && body.count === count,
    )
    const seen = await commitToFrame({ ...committed, frameKey: await frameKeyOf(to.session, callId, sender) })
    if (!Buffer.from(seen.commitment).equals(told.commitment)) throw new Error('not what was committed to')
    const { atMs, stampKeyId, stamp } = told
    return { ...told, sender, atMs, stampKeyId, stamp, frankingKey: seen.frankingKey, frame }
  }

  return {
    callId,
    receipts: [a.found.receipt, b.found.receipt] as const,
    sendA: (frame: Uint8Array) => send(a, b, frame),
    sendB: (frame: Uint8Array) => send(b, a, frame),
    async end() {
      await one.socket.ask('call.end', { callId, reason: 'end' })
      await latest(other.socket, 'call.ended', (body) => body.callId === callId)
    },
  }
}
export type Calling = Awaited<ReturnType<typeof callTogether>>

async function openGroup(
  callId: CallId,
  callers: readonly Caller[],
  found: readonly ServerFrameBody<'match.found'>[],
  identities: readonly Awaited<ReturnType<typeof createMatchIdentity>>[],
): Promise<readonly MatchSession[]> {
  const creator = found.findIndex(({ role }) => role === 'creator')
  const joiner = 1 - creator
  const [its, theirs] = [identities[creator], identities[joiner]]
  const partnerKeyPackage = found[creator]?.keyPackage
  if (!its || !theirs || !partnerKeyPackage) throw new Error('no creator')
  const made = await createMatch(its, { callId, partnerKeyPackage, nowMs: Date.now() })
  if (!made.ok) throw new Error('no group')
  const bytes = made.value.welcome as Uint8Array<ArrayBuffer>
  await callers[creator]?.socket.ask('call.signal', { callId, bytes })
  const signal = await latest((callers[joiner] as Caller).socket, 'call.signal', (body) => body.callId === callId)
  const joined = await joinMatch(theirs, { callId, welcome: signal.bytes, nowMs: Date.now() })
  if (!joined.ok) throw new Error('not joined')
  return creator === 0 ? [made.value.session, joined.value.session] : [joined.value.session, made.value.session]
}

function digestOf(frame: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(frame).digest())
}

type Told = 'match.found' | 'call.signal' | 'call.committed' | 'call.ended'

/** The next frame of this kind that fits and was not taken before. */
async function latest<N extends Told>(
  socket: SocketClient,
  name: N,
  fits: (body: ServerFrameBody<N>) => boolean = () => true,
): Promise<ServerFrameBody<N>> {
  const taken = takenBy.get(socket) ?? new Set()
  takenBy.set(socket, taken)
  for (let count = 1; ; count += 1) {
    const body = await socket.nth(name, count)
    if (taken.has(body) || !fits(body)) continue
    taken.add(body)
    return body
  }
}
const takenBy = new WeakMap<SocketClient, Set<unknown>>()
