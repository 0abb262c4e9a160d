import { fail, ok, type Code, type DeviceId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { Api } from '../account/api.ts'
import { createNotifications, type PushDoor, type PushPermission } from './notifications-model.ts'

// Method: the browser and the server are played by hand; what either is asked is written down in one list.

const device = 'ffffffff-0000-4000-8000-000000000001' as DeviceId
const other = 'ffffffff-0000-4000-8000-000000000002' as DeviceId
const KEY = 'visavis.notifications'

type Subscribed = { readonly endpoint: string; readonly publicKey: string }
type Start = { permission?: PushPermission; answer?: PushPermission; publicKey?: string | null; door?: false }

function setUp(start: Start = {}) {
  const told: string[] = []
  const kept = new Map<string, string>()
  type Played = { permission: PushPermission; answer: PushPermission; current: Subscribed | undefined; fails: boolean }
  const browser: Played = {
    permission: start.permission ?? 'default',
    answer: start.answer ?? 'granted',
    current: undefined,
    fails: false,
  }
  const server = {
    publicKey: start.publicKey === undefined ? 'key-1' : start.publicKey,
    endpoint: undefined as string | undefined,
    refuses: undefined as Code | undefined,
  }
  const door: PushDoor = {
    permission: () => browser.permission,
    async ask() {
      told.push('ask')
      browser.permission = browser.answer
      return browser.answer
    },
    onPermission: () => () => undefined,
    current: async () => browser.current,
    async subscribe(publicKey) {
      told.push(`subscribe ${publicKey}`)
      if (browser.fails) throw new DOMException('no service', 'AbortError')
      browser.current = { endpoint: `https://push.example/${told.length}`, publicKey }
      return browser.current.endpoint
    },
    async unsubscribe() {
      told.push('unsubscribe')
      browser.current = undefined
    },
    clear: async () => void told.push('clear'),
  }
  const call = async (name: string, input?: { body: { endpoint: string } }) => {
    if (server.refuses) return fail(server.refuses)
    if (name === 'setPush') server.endpoint = input?.body.endpoint
    if (name === 'deletePush') server.endpoint = undefined
    return ok({ publicKey: server.publicKey, isOn: server.endpoint !== undefined })
  }
  const storage = {
    read: (key: string) => kept.get(key),
    write: (key: string, value: string) => void kept.set(key, value),
    remove: (key: string) => void kept.delete(key),
  }
  const notifications = createNotifications({
    api: { call } as unknown as Api,
    storage,
    door: start.door === false ? undefined : door,
    needsHomeScreen: false,
    deviceId: () => device,
  })
  return { browser, kept, notifications, server, told, kindOf: () => notifications.get().kind }
}

describe('[K12] notifications in the settings', () => {
  it('[K12] [M9] ask the person nothing before the switch is pressed, then say to the server where to push', async () => {
    const { browser, kept, kindOf, notifications, server, told } = setUp()
    await notifications.load()
    await notifications.keep(device)
    notifications.seen()
    expect([kindOf(), told]).toEqual(['off', ['clear']])
    await notifications.turnOn()
    expect(notifications.get()).toEqual({ kind: 'on', isBusy: false })
    expect(told).toEqual(['clear', 'ask', 'subscribe key-1'])
    expect(server.endpoint).toBe(browser.current?.endpoint)
    expect([...kept]).toEqual([[KEY, device]])
    await notifications.turnOff()
    expect(notifications.get()).toEqual({ kind: 'off', isBusy: false })
    expect([server.endpoint, browser.current, kept.size]).toEqual([undefined, undefined, 0])
  })

  it('[K12] tell what stands in the way', async () => {
    const kindAfterLoad = async (start: Start) => {
      const { kindOf, notifications } = setUp(start)
      await notifications.load()
      return kindOf()
    }
    expect(await kindAfterLoad({ door: false })).toBe('unsupported')
    expect(await kindAfterLoad({ permission: 'denied' })).toBe('blocked')
    expect(await kindAfterLoad({ publicKey: null })).toBe('unavailable')
    const denied = setUp({ answer: 'denied' })
    await denied.notifications.turnOn()
    expect([denied.kindOf(), denied.told]).toEqual(['blocked', ['ask']])
    const dismissed = setUp({ answer: 'default' })
    await dismissed.notifications.turnOn()
    expect(dismissed.notifications.get()).toEqual({ kind: 'off', isBusy: false })
  })

  it('[K12] say when it failed, the browser’s part and the server’s, and can be tried again', async () => {
    const { browser, notifications, server, kindOf } = setUp()
    browser.fails = true
    await notifications.turnOn()
    expect(notifications.get()).toEqual({ kind: 'failed', code: undefined, isOn: false })
    browser.fails = false
    server.refuses = 'PUSH_REFUSED'
    await notifications.turnOn()
    expect(notifications.get()).toEqual({ kind: 'failed', code: 'PUSH_REFUSED', isOn: false })
    server.refuses = undefined
    await notifications.turnOn()
    expect(kindOf()).toBe('on')
    server.refuses = 'NETWORK_OFFLINE'
    await notifications.turnOff()
    expect(notifications.get()).toEqual({ kind: 'failed', code: 'NETWORK_OFFLINE', isOn: true })
    expect(server.endpoint).toBeDefined()
    server.refuses = undefined
    await notifications.turnOff()
    expect([kindOf(), server.endpoint]).toEqual(['off', undefined])
  })

  it('[K12] what was lost on the way is said again when the app opens: a subscription, or a server that has forgotten', async () => {
    const { browser, notifications, server, told } = setUp()
    await notifications.turnOn()
    await notifications.keep(device)
    expect(told).toEqual(['ask', 'subscribe key-1'])
    server.endpoint = undefined
    await notifications.keep(device)
    expect(server.endpoint).toBe(browser.current?.endpoint)
    browser.current = undefined
    await notifications.keep(device)
    expect(server.endpoint).toMatch(/^https:\/\/push\.example\//)
    server.publicKey = 'key-2'
    await notifications.keep(device)
    expect(told.filter((what) => what.startsWith('subscribe'))).toEqual([
      'subscribe key-1',
      'subscribe key-1',
      'subscribe key-2',
    ])
    browser.permission = 'denied'
    server.endpoint = undefined
    await notifications.keep(device)
    expect(server.endpoint).toBeUndefined()
  })

  it('[K12] [K9] end with the device, and are not passed on to whoever signs in after', async () => {
    const { browser, kept, notifications, server, told } = setUp()
    await notifications.turnOn()
    await notifications.keep(other)
    expect([browser.current, kept.size]).toEqual([undefined, 0])
    await notifications.turnOn()
    await notifications.forget()
    expect([browser.current, kept.size]).toEqual([undefined, 0])
    const before = server.endpoint
    await notifications.keep(device)
    expect(server.endpoint).toBe(before)
    expect(told.at(-1)).toBe('clear')
  })

  it('[K12] [K11] what is being kept up is not switched on again by it after somebody gave it up', async () => {
    for (let steps = 0; steps < 6; steps++) {
      const { browser, kept, notifications } = setUp()
      await notifications.turnOn()
      browser.current = undefined
      const keeping = notifications.keep(device)
      // Signing out meanwhile, at any moment of it.
      for (let step = 0; step < steps; step++) await Promise.resolve()
      await notifications.forget()
      await keeping
      expect([browser.current, kept.size], `after ${steps} steps`).toEqual([undefined, 0])
    }
  })
})
