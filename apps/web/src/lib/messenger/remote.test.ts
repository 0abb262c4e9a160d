import { describe, expect, it } from 'vitest'
import { createFakeClock, createFakeLog, createSeededRandom } from '@visavis/testkit'
import { fail, ok, VisavisError, type AccountId, type ConversationId } from '@visavis/wire'
import { createObservable } from '../app/observable.ts'
import { createServerClock } from '../engine/server-clock.ts'
import type { Engine } from '../engine/types.ts'
import type { OpenedPort } from '../safety/engine-door.ts'
import { lineOfPort } from '../safety/protocol.ts'
import { serveEngine } from '../safety/serve.ts'
import { createMemoryVaultDoor } from '../vault/sim/memory-vault.ts'
import type { MessengerDeps } from './deps.ts'
import { ASKING, DOING, lineOf, TELLING } from './remote-protocol.ts'
import { createRemote, type MessengerWorker } from './remote.ts'
import type { SafetyChoice } from './safety-types.ts'
import type { ConversationView, Messenger, MessengerState } from './types.ts'
import { serveMessenger } from './worker-host.ts'

// Method: both ends of the line with a real MessageChannel between them, so that everything is cloned as in a browser.
// The messenger behind it is written by hand: it notes what it is asked and says what the test says.

const conversationId = 'dddddddd-0000-4000-8000-000000000001' as ConversationId
const session = {
  accountId: 'eeeeeeee-0000-4000-8000-000000000001' as AccountId,
  deviceId: null,
  sessionId: 'cccccccc-0000-4000-8000-000000000001',
  handle: 'quiet-otter',
}
const READY: MessengerState = { phase: { kind: 'ready' }, contacts: [], requests: [], conversations: [], unread: 0 }
const typing = {
  name: 'conversation.typing',
  id: 0,
  body: { conversationId, accountId: session.accountId },
} as const
const view = (unreadFrom: number): ConversationView => ({
  conversationId,
  messages: [],
  hasEarlier: false,
  isAtEnd: true,
  unreadFrom,
  typing: [],
})

/** One life of the worker, as the test sees it from inside. */
type Inside = {
  readonly deps: MessengerDeps
  readonly heard: unknown[][]
  readonly events: unknown[]
  setState(state: MessengerState): void
  readonly watched: Map<ConversationId, (view: ConversationView) => void>
  linked?: (outcome: ReturnType<typeof ok<true>>) => void
  readonly port: MessagePort
  die(): void
}

function setUp(
  answers: Record<string, (...input: never[]) => unknown> = {},
  options: { lock?: () => Promise<void>; otherTab?: Promise<void> } = {},
) {
  const clock = createFakeClock()
  const lives: Inside[] = []
  const asked: unknown[][] = []
  const stored: number[] = []
  const vaultDoor = createMemoryVaultDoor()
  let loseTab: () => void = () => undefined

  function createWorker(): MessengerWorker {
    const { port1, port2 } = new MessageChannel()
    let die: () => void = () => undefined
    const log = createFakeLog()
    serveMessenger({
      clock,
      random: createSeededRandom(1),
      log,
      api: { call: async () => fail('NETWORK_OFFLINE') },
      e2ee: {} as MessengerDeps['e2ee'],
      vaultFor: () => vaultDoor,
      line: lineOf(port2),
      serverClock: createServerClock(clock),
      tabLock: {
        take: async ({ isTakeover, busy, lost }) => {
          await options.lock?.()
          if (options.otherTab && !isTakeover) {
            busy()
            await options.otherTab
          }
          loseTab()
          loseTab = lost
        },
      },
      createMessenger(deps) {
        const listeners = new Set<(state: MessengerState) => void>()
        let state = READY
        const events: unknown[] = []
        deps.downlink.listen((event) => void events.push(event))
        const inside: Inside = {
          deps,
          heard: [],
          events,
          watched: new Map(),
          setState: (next) => {
            state = next
            for (const listener of listeners) listener(next)
          },
          port: port2,
          die: () => die(),
        }
        lives.push(inside)
        const methods = [...ASKING, ...DOING, ...TELLING].map((name) => [
          name,
          async (...input: never[]) => {
            inside.heard.push([name, ...input])
            return answers[name]?.(...input)
          },
        ])
        return {
          ...(Object.fromEntries(methods) as Messenger),
          snapshot: () => state,
          subscribe: (listener) => {
            listeners.add(listener)
            return () => void listeners.delete(listener)
          },
          watch: (id, listener) => {
            inside.watched.set(id, listener)
            return () => void inside.watched.delete(id)
          },
          openLink: async (name, linked) => {
            inside.heard.push(['openLink', name])
            inside.linked = linked
            return answers['openLink']?.() as Awaited<ReturnType<Messenger['openLink']>>
          },
        }
      },
    })
    port2.start()
    port1.start()
    return {
      ...lineOf(port1),
      onDeath: (died) => void (die = died),
      terminate: () => {
        port1.close()
        port2.close()
      },
    }
  }
  const engine: Pick<Engine, 'request' | 'stored'> = {
    request: async (name, body) => {
      asked.push([name, body])
      return ok({}) as Awaited<ReturnType<Engine['request']>> as never
    },
    stored: (durableSeq) => void stored.push(durableSeq),
  }
  const choice = createObservable<SafetyChoice>({ isOn: true, countries: ['AT'] })
  const lost: (number | undefined)[] = []
  let openPort: () => OpenedPort | undefined = () => undefined
  const door = {
    open(worker: number | undefined) {
      lost.push(worker)
      return openPort()
    },
  }
  const remote = createRemote({
    clock,
    createWorker,
    session,
    deviceName: 'Firefox on Linux',
    engine: () => engine,
    safety: { choice, door },
  })
  const engineLine = { lost, choice, opens: (next: typeof openPort) => void (openPort = next) }
  const inside = () => {
    const life = lives.at(-1)
    if (!life) throw new Error('no worker yet')
    return life
  }
  return { clock, remote, lives, inside, asked, stored, door: vaultDoor, engineLine, loseTab: () => loseTab() }
}

/** Until everything that was said has arrived: a channel delivers in order, so a message there and back is enough. */
async function settled(): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port2.addEventListener('message', () => {
        port1.close()
        resolve()
      })
      port2.start()
      port1.postMessage(0, [])
    })
  }
}

describe('calls', () => {
  it('[K1] every method crosses under its own name with its arguments', async () => {
    const world = setUp()
    const { messenger } = world.remote
    await settled()
    for (const name of [...ASKING, ...DOING, ...TELLING]) {
      const method = messenger[name] as (...input: unknown[]) => unknown
      await method(conversationId, name, 3)
    }
    await settled()
    const names = [...ASKING, ...DOING, ...TELLING]
    expect(world.inside().heard).toEqual(names.map((name) => [name, conversationId, name, 3]))
    const rest = ['snapshot', 'subscribe', 'watch', 'openLink']
    expect(Object.keys(messenger).toSorted()).toEqual([...names, ...rest].toSorted())
    world.remote.close()
  })

  it('[K2] bytes and blobs cross both ways as copies', async () => {
    const blob = new Blob(['picture'])
    const world = setUp({
      fileOf: () => ok(blob),
      accountKey: () => Uint8Array.of(1, 2, 3),
    })
    const { messenger } = world.remote
    const file = await messenger.fileOf(conversationId, 4)
    expect(file.ok && (await file.value.text())).toBe('picture')
    expect(await messenger.accountKey()).toEqual(Uint8Array.of(1, 2, 3))
    await messenger.sendFile(conversationId, { blob, name: 'a.png', role: 'photo', isViewOnce: true }, 'look')
    const sent = world.inside().heard.at(-1)?.[2] as { blob: Blob }
    expect(await sent.blob.text()).toBe('picture')
    world.remote.close()
  })

  it('[K1] what goes wrong inside is a code: an outcome where one is looked for, a rejection elsewhere', async () => {
    const world = setUp({
      sendText: () => {
        throw new VisavisError('VAULT_UNAVAILABLE')
      },
      search: () => {
        throw new TypeError('with words of a message in it')
      },
    })
    const { messenger } = world.remote
    expect(await messenger.sendText(conversationId, 'hi')).toEqual({ ok: false, code: 'VAULT_UNAVAILABLE' })
    await expect(messenger.search('hi')).rejects.toMatchObject({ code: 'SERVER_INTERNAL', message: 'SERVER_INTERNAL' })
    world.remote.close()
  })

  it('[K9] the outcome of a link comes after its code', async () => {
    const world = setUp({ openLink: () => ok({ qr: 'text', check: '123456', linkId: 'x' }) })
    const outcomes: unknown[] = []
    const opened = await world.remote.messenger.openLink('Laptop', (outcome) => outcomes.push(outcome))
    expect(opened).toMatchObject({ ok: true, value: { check: '123456' } })
    expect(outcomes).toEqual([])
    world.inside().linked?.(ok(true))
    world.inside().linked?.(ok(true))
    await settled()
    expect(outcomes).toEqual([{ ok: true, value: true }])
    world.remote.close()
  })
})

describe('states and views', () => {
  it('[K1] the last state is at hand, and each later one is told', async () => {
    const world = setUp()
    const phases: string[] = []
    world.remote.messenger.subscribe((state) => phases.push(state.phase.kind))
    expect(world.remote.messenger.snapshot().phase.kind).toBe('opening')
    await settled()
    expect(world.remote.messenger.snapshot()).toEqual(READY)
    world.inside().setState({ ...READY, unread: 2 })
    await settled()
    expect(world.remote.messenger.snapshot().unread).toBe(2)
    expect(phases).toEqual(['ready', 'ready'])
    world.remote.close()
    expect(world.remote.messenger.snapshot().phase.kind).toBe('off')
  })

  it('[K1] a view is followed until its way out is taken', async () => {
    const world = setUp()
    const seen: (number | undefined)[] = []
    const leave = world.remote.messenger.watch(conversationId, (next) => seen.push(next.unreadFrom))
    await settled()
    world.inside().watched.get(conversationId)?.(view(1))
    await settled()
    leave()
    await settled()
    expect(seen).toEqual([1])
    expect(world.inside().watched.size).toBe(0)
    world.remote.close()
  })
})

describe('the connection', () => {
  it('[K4] frames and news arrive in order, also those before the messenger stands', async () => {
    let give: () => void = () => undefined
    const world = setUp({}, { lock: () => new Promise((resolve) => (give = resolve)) })
    world.remote.port.online({ resumed: false, serverMs: 9_000_000 })
    world.remote.port.frame(typing)
    await settled()
    expect(world.lives).toHaveLength(0)
    give()
    world.remote.port.offline()
    await settled()
    expect(world.inside().events).toEqual([
      { kind: 'online', resumed: false },
      { kind: 'frame', frame: typing },
      { kind: 'offline' },
    ])
    expect(world.inside().deps.serverNowMs()).toBe(9_000_000)
    expect(world.inside().deps.session()).toEqual(session)
    expect(world.inside().deps.deviceName).toBe('Firefox on Linux')
    world.remote.close()
  })

  it('[K4] requests of the worker go out over the socket and are answered; what is stored is told', async () => {
    const world = setUp()
    await settled()
    const answer = await world.inside().deps.uplink.request('conversation.typing', { conversationId })
    expect(answer).toEqual({ ok: true, value: {} })
    expect(world.asked).toEqual([['conversation.typing', { conversationId }]])
    world.inside().deps.uplink.stored(17)
    await settled()
    expect(world.stored).toEqual([17])
    world.remote.close()
  })
})

describe('a worker that dies', () => {
  it('[K4] what was under way is answered with a code, and a new worker goes on with the same watches', async () => {
    const never = () => new Promise(() => undefined)
    const world = setUp({ sendText: never, search: never, openLink: () => ok({ qr: '', check: '', linkId: '' }) })
    const { messenger } = world.remote
    const seen: unknown[] = []
    const outcomes: unknown[] = []
    messenger.watch(conversationId, (next) => seen.push(next.unreadFrom))
    await messenger.openLink('Laptop', (outcome) => outcomes.push(outcome))
    const sending = messenger.sendText(conversationId, 'hi')
    const searching = expect(messenger.search('hi')).rejects.toMatchObject({ code: 'SERVER_INTERNAL' })
    await settled()
    world.inside().die()
    expect(await sending).toEqual({ ok: false, code: 'SERVER_INTERNAL' })
    await searching
    expect(outcomes).toEqual([{ ok: false, code: 'SERVER_INTERNAL' }])
    expect(messenger.snapshot().phase).toEqual({ kind: 'failed', code: 'SERVER_INTERNAL' })
    expect(await messenger.sendText(conversationId, 'hi')).toEqual({ ok: false, code: 'SERVER_INTERNAL' })
    await world.clock.advance(999)
    expect(world.lives).toHaveLength(1)
    await world.clock.advance(1)
    await settled()
    expect(world.lives).toHaveLength(2)
    expect(messenger.snapshot().phase.kind).toBe('ready')
    world.inside().watched.get(conversationId)?.(view(5))
    await settled()
    expect(seen).toEqual([5])
    world.remote.close()
    expect(world.clock.pending()).toBe(0)
  })

  it('[K4] one that cannot begin is tried again ever more slowly', async () => {
    const world = setUp({}, { lock: () => Promise.reject(new Error('no locks')) })
    await settled()
    expect(world.remote.messenger.snapshot().phase.kind).toBe('failed')
    await world.clock.advance(1_000)
    await settled()
    expect(world.remote.messenger.snapshot().phase.kind).toBe('failed')
    await world.clock.advance(1_999)
    await settled()
    expect(world.remote.messenger.snapshot().phase.kind).toBe('failed')
    expect(world.clock.pending()).toBe(1)
    world.remote.close()
    expect(world.clock.pending()).toBe(0)
  })
})

describe('the engine of red flags', () => {
  it('[S12] is asked over a port that the page gives, and only once there is something to ask', async () => {
    const world = setUp()
    const { engineLine } = world
    const ports: MessagePort[] = []
    const server = serveEngine({
      load: async () => Promise.reject(new Error('none')),
      phones: async () => ({ isPossible: () => true }),
    })
    engineLine.opens(() => {
      const { port1, port2 } = new MessageChannel()
      ports.push(port1, port2)
      server.connect(lineOfPort(port2))
      return { worker: engineLine.lost.length, port: port1 }
    })
    await settled()
    const { safety } = world.inside().deps
    expect(safety.choice.get()).toEqual({ isOn: true, countries: ['AT'] })
    expect(engineLine.lost).toEqual([])
    server.choose([])
    expect(await safety.checker.check({ text: 'hello', direction: 'in' })).toEqual({
      ok: false,
      code: 'SAFETY_UNAVAILABLE',
    })
    // The first worker did not answer: the page is told which, and gives another.
    expect(engineLine.lost).toEqual([undefined, 1])
    engineLine.opens(() => undefined)
    expect((await safety.checker.check({ text: 'hello', direction: 'in' })).ok).toBe(false)
    expect(engineLine.lost).toEqual([undefined, 1, 2])
    for (const port of ports) port.close()
    world.remote.close()
  })

  it('[S12] goes by what the person has chosen, also later and in the next life of the worker', async () => {
    const world = setUp()
    await settled()
    world.engineLine.choice.set({ isOn: false, countries: [] })
    await settled()
    expect(world.inside().deps.safety.choice.get()).toEqual({ isOn: false, countries: [] })
    world.remote.restart()
    await settled()
    expect(world.inside().deps.safety.choice.get().isOn).toBe(false)
    world.remote.close()
    world.engineLine.choice.set({ isOn: true, countries: [] })
  })
})

describe('another tab', () => {
  it('[K4] takes the vault: it is closed at once, stays closed, and the phase says elsewhere', async () => {
    const world = setUp()
    await settled()
    const { deps } = world.inside()
    const opened = await deps.vaultFor(session.accountId).open()
    world.loseTab()
    expect(opened.ok).toBe(true)
    if (opened.ok) await expect(opened.value.get('self', ['x'])).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
    expect(await deps.vaultFor(session.accountId).open()).toEqual({ ok: false, code: 'VAULT_UNAVAILABLE' })
    await settled()
    expect(world.inside().events).toEqual([{ kind: 'elsewhere' }])
    world.inside().setState(READY)
    await settled()
    expect(world.remote.messenger.snapshot().phase.kind).toBe('elsewhere')
    world.remote.close()
  })

  it('[K4] takes the socket: the same; and going on here takes all of it back', async () => {
    const world = setUp()
    await settled()
    world.remote.elsewhere()
    await settled()
    expect(world.remote.messenger.snapshot().phase.kind).toBe('elsewhere')
    world.remote.restart()
    await settled()
    expect(world.remote.messenger.snapshot().phase.kind).toBe('ready')
    expect((await world.inside().deps.vaultFor(session.accountId).open()).ok).toBe(true)
    world.remote.close()
  })

  it('[K4] that has the vault keeps it: what is asked here is refused, until this one is taken over', async () => {
    const world = setUp({}, { otherTab: new Promise(() => undefined) })
    const asked = world.remote.messenger.devices()
    await expect(asked).resolves.toMatchObject({ ok: false, code: 'VAULT_UNAVAILABLE' })
    expect(world.remote.messenger.snapshot().phase.kind).toBe('elsewhere')
    await expect(world.remote.messenger.wipe()).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
    expect(world.lives).toHaveLength(0)
    world.remote.restart()
    await settled()
    expect(world.remote.messenger.snapshot().phase.kind).toBe('ready')
    world.remote.close()
  })

  it('[K4] that is closed leaves the vault to this one', async () => {
    let closed: () => void = () => undefined
    const world = setUp({}, { otherTab: new Promise((resolve) => (closed = resolve)) })
    await settled()
    expect(world.remote.messenger.snapshot().phase.kind).toBe('elsewhere')
    closed()
    await settled()
    expect(world.remote.messenger.snapshot().phase.kind).toBe('ready')
    expect((await world.inside().deps.vaultFor(session.accountId).open()).ok).toBe(true)
    world.remote.close()
  })
})
