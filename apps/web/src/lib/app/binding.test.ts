import { describe, expect, it } from 'vitest'
import { createFakeClock, settle } from '@visavis/testkit'
import { fail, ok, type AccountId, type Code, type DeviceId } from '@visavis/wire'
import type { ConnectionState, Engine, EngineState, MessengerPort } from '../engine/index.ts'
import type { Remote } from '../messenger/remote.ts'
import type { Messenger, MessengerPhase, MessengerState } from '../messenger/types.ts'
import { BINDING_WAIT_MS, createBinding } from './binding.ts'
import { signOut } from './sign-out.ts'

// Method: engine and messenger are written by hand and note what they are told, in one list; the test moves their states.

const deviceId = 'ffffffff-0000-4000-8000-000000000001' as DeviceId
const otherDevice = 'ffffffff-0000-4000-8000-000000000002' as DeviceId
const person = {
  accountId: 'eeeeeeee-0000-4000-8000-000000000001' as AccountId,
  deviceId: null as DeviceId | null,
  sessionId: 'cccccccc-0000-4000-8000-000000000001',
  handle: 'quiet-otter',
}

function setUp(options: { bound?: DeviceId; remoteFails?: boolean; signedIn?: boolean; wipes?: boolean } = {}) {
  const clock = createFakeClock()
  const told: string[] = []
  const engineListeners = new Set<(state: EngineState) => void>()
  const listeners = new Set<(state: MessengerState) => void>()
  let port: MessengerPort | undefined
  let state: MessengerState = { phase: { kind: 'opening' }, contacts: [], requests: [], conversations: [], unread: 0 }
  const note = (name: string) => () => void told.push(name)

  const engine = {
    state: {
      subscribe(listener: (next: EngineState) => void) {
        engineListeners.add(listener)
        return () => void engineListeners.delete(listener)
      },
    },
    connect: note('connect'),
    disconnect: note('disconnect'),
    reopen: note('reopen'),
    renew: note('renew'),
  } as unknown as Engine
  const remote: Remote = {
    messenger: {
      snapshot: () => state,
      subscribe(listener: (next: MessengerState) => void) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      async wipe() {
        told.push('wipe')
        if (options.wipes === false) await new Promise(() => undefined)
      },
    } as unknown as Messenger,
    port: {
      frame: note('frame'),
      online: note('online'),
      offline: note('offline'),
      ownAccount: async () => undefined,
      met: note('met'),
    },
    elsewhere: note('elsewhere'),
    restart: note('restart'),
    close: note('close'),
  }
  const binding = createBinding({
    clock,
    person: () => (options.signedIn === false ? undefined : { ...person, deviceId: options.bound ?? null }),
    async openEngine(messenger) {
      port = messenger
      return engine
    },
    async openRemote() {
      if (options.remoteFails) throw new TypeError('no such file')
      return remote
    },
    wipeVault: async () => void told.push('wipeVault'),
  })
  return {
    clock,
    told,
    binding,
    port: () => port,
    async phase(kind: MessengerPhase['kind'], me?: DeviceId) {
      const phase = (kind === 'failed' ? { kind, code: 'NETWORK_OFFLINE' } : { kind }) as MessengerPhase
      const { me: _, ...rest } = state
      state = {
        ...rest,
        phase,
        ...(me && { me: { accountId: person.accountId, deviceId: me, handle: person.handle } }),
      }
      for (const listener of listeners) listener(state)
      await settle()
    },
    connection(connection: ConnectionState) {
      for (const listener of engineListeners) listener({ connection } as EngineState)
    },
    async connect() {
      const opened = await binding.engine()
      opened.connect()
      await settle()
    },
  }
}

describe('the socket', () => {
  it('[K9] opens after the session was bound, once', async () => {
    const world = setUp()
    await world.connect()
    expect(world.told).toEqual([])
    await world.phase('ready', deviceId)
    expect(new Set(world.told)).toEqual(new Set(['connect']))
    expect(world.clock.pending()).toBe(0)
  })

  it.each(['locked', 'unlinked', 'failed'] as const)(
    '[K9][M1] opens for calls when the messenger is %s',
    async (kind) => {
      const world = setUp()
      await world.connect()
      await world.phase(kind)
      expect(world.told).toEqual(['connect'])
    },
  )

  it('[K9][M1] takes the messages over from another tab, because whoever connects here wants them here', async () => {
    const world = setUp()
    await world.connect()
    await world.phase('elsewhere')
    expect(world.told).toEqual(['restart', 'connect'])
  })

  it('[K9][M1] does not wait for ever, nor for code that cannot be had', async () => {
    const slow = setUp()
    await slow.connect()
    await slow.clock.advance(BINDING_WAIT_MS - 1)
    expect(slow.told).toEqual([])
    await slow.clock.advance(1)
    expect(slow.told).toEqual(['connect'])
    const broken = setUp({ remoteFails: true })
    await broken.connect()
    expect(broken.told).toEqual(['connect'])
    expect(broken.clock.pending()).toBe(0)
  })

  it('[K9] is opened anew as the device when the session is bound later', async () => {
    const world = setUp()
    await world.connect()
    await world.phase('unlinked')
    await world.phase('ready', deviceId)
    expect(world.told).toEqual(['connect', 'renew'])
    await world.phase('ready', deviceId)
    expect(world.told).toHaveLength(2)
  })

  it('[K9][M16] is only opened again, in the same session, when it spoke for this device before', async () => {
    const world = setUp({ bound: deviceId })
    await world.connect()
    await world.phase('locked')
    await world.phase('ready', deviceId)
    expect(world.told).toEqual(['connect', 'reopen'])
    await world.phase('failed')
    await world.phase('opening')
    await world.phase('ready', otherDevice)
    expect(world.told).toEqual(['connect', 'reopen', 'renew'])
  })

  it('[K4] is opened by the messenger alone, for what waits', async () => {
    const world = setUp()
    await world.binding.messenger()
    await world.phase('ready', deviceId)
    expect(world.told[0]).toBe('connect')
  })

  it('[K9] does not open for somebody who has left meanwhile', async () => {
    const world = setUp()
    await world.connect()
    await world.binding.leave()
    await world.clock.advance(BINDING_WAIT_MS)
    expect(world.told).toEqual(['close', 'disconnect'])
  })

  it('[K4] another tab’s takes the messenger with it, and going on here takes both back', async () => {
    const world = setUp()
    await world.connect()
    await world.phase('ready', deviceId)
    world.told.length = 0
    world.connection({ kind: 'replaced', code: 'SESSION_REPLACED' })
    world.connection({ kind: 'replaced', code: 'SESSION_REPLACED' })
    expect(world.told).toEqual(['elsewhere'])
    await world.phase('elsewhere', deviceId)
    await world.connect()
    expect(world.told).toEqual(['elsewhere', 'restart', 'connect'])
  })

  it('[K4] passes what it hears to the messenger, once there is one', async () => {
    const world = setUp()
    await world.binding.engine()
    world.port()?.offline()
    expect(world.told).toEqual([])
    await world.binding.messenger()
    world.port()?.online({ resumed: true, serverMs: 1 })
    world.port()?.offline()
    expect(world.told).toEqual(['online', 'offline'])
  })
})

describe('leaving', () => {
  function leaving(world: ReturnType<typeof setUp>, revoke: Code | undefined, out?: Code) {
    return signOut({
      api: {
        call: async (name, ...[input]) => {
          world.told.push(`${name} ${input?.params?.['deviceId']}`)
          return revoke ? fail(revoke) : (ok({}) as never)
        },
      },
      session: {
        signOut: async () => {
          world.told.push('signOut')
          return out ? fail(out) : ok({})
        },
      },
      binding: world.binding,
      background: { forget: async () => void world.told.push('forget background') },
      notifications: { forget: async () => void world.told.push('forget notifications') },
    })
  }
  async function atWork(options: Parameters<typeof setUp>[0] = {}) {
    const world = setUp(options)
    await world.connect()
    await world.phase('ready', deviceId)
    world.told.length = 0
    return world
  }

  it.each([undefined, 'NOT_FOUND', 'AUTH_REQUIRED'] as const)(
    '[K9][K11] signing out hangs up, revokes this device (%s), forgets everything, and then signs out',
    async (revoke) => {
      const world = await atWork()
      expect(await leaving(world, revoke)).toEqual({ ok: true, value: {} })
      expect(world.told).toEqual([
        'disconnect',
        `revokeDevice ${deviceId}`,
        'wipe',
        'forget background',
        'forget notifications',
        'signOut',
      ])
    },
  )

  it('[K9] a cut on the way: nothing is forgotten and the socket is opened again', async () => {
    const world = await atWork()
    expect(await leaving(world, 'NETWORK_OFFLINE')).toEqual({ ok: false, code: 'NETWORK_OFFLINE' })
    await settle()
    expect(world.told).toEqual(['disconnect', `revokeDevice ${deviceId}`, 'connect'])
  })

  it('[K9] a session that is no device only signs out, after forgetting what there may be', async () => {
    const world = setUp()
    await world.connect()
    await world.phase('unlinked')
    world.told.length = 0
    await leaving(world, undefined)
    expect(world.told).toEqual(['disconnect', 'wipe', 'forget background', 'forget notifications', 'signOut'])
  })

  it('[K11] a messenger that does not answer is passed by: the vault is deleted from outside', async () => {
    const world = await atWork({ wipes: false })
    const left = leaving(world, undefined)
    await settle()
    await world.clock.advance(5_000)
    await left
    expect(world.told.slice(2)).toEqual([
      'wipe',
      'close',
      'wipeVault',
      'forget background',
      'forget notifications',
      'signOut',
    ])
    expect(world.clock.pending()).toBe(0)
  })

  it('[K11] nobody signed in: there is no messenger and nothing to wipe', async () => {
    const world = setUp({ signedIn: false })
    await expect(world.binding.messenger()).rejects.toThrow()
    await world.binding.wipe()
    await world.connect()
    expect(world.told).toEqual(['connect'])
  })
})
