import type { Code, DeviceId } from '@visavis/wire'
import type { Api } from '../account/api.ts'
import { createObservable, type Readable } from '../app/observable.ts'
import type { DeviceStorage } from '../app/storage.ts'

export type PushPermission = 'default' | 'granted' | 'denied'

/** The browser's side of pushes. Whatever a browser refuses is a rejection. */
export type PushDoor = {
  permission(): PushPermission
  /** Asks the person; browsers allow it only while a press is being handled, so nothing may be awaited before. */
  ask(): Promise<PushPermission>
  /** Tells when the person has changed it in the browser's own settings. */
  onPermission(listener: () => void): () => void
  /** What is subscribed in this browser now. */
  current(): Promise<{ readonly endpoint: string; readonly publicKey: string } | undefined>
  /** Gives the endpoint. In the place of what was there. */
  subscribe(publicKey: string): Promise<string>
  unsubscribe(): Promise<void>
  /** Takes away what is shown. */
  clear(): Promise<void>
}

/**
 * `unsupported`: this browser has none; `home-screen`: not before the app is on the home screen (iOS). `unavailable`: the
 * operator of this server has them off. `failed` without a code: the browser could not reach its own service.
 */
export type NotificationState =
  | { readonly kind: 'loading' | 'unsupported' | 'home-screen' | 'unavailable' | 'blocked' }
  | { readonly kind: 'off' | 'on'; readonly isBusy: boolean }
  | { readonly kind: 'failed'; readonly code: Code | undefined; readonly isOn: boolean }

export type Notifications = Readable<NotificationState> & {
  /** Finds out how it stands. */
  load(): Promise<void>
  /** From a press of a button only: the browser may ask the person. */
  turnOn(): Promise<void>
  turnOff(): Promise<void>
  /** After the messenger is ready: what this device wished for still holds, or is another's and ends. Asks nobody. */
  keep(deviceId: DeviceId): Promise<void>
  /** Whoever looks at the app need not be told any more. */
  seen(): void
  /** This device is signed out: this browser is not woken any more. */
  forget(): Promise<void>
}

/** Which device of this browser wished to be woken: with another account the wish is not passed on. */
const KEY = 'visavis.notifications'

type Deps = {
  readonly api: Api
  readonly storage: DeviceStorage
  /** Undefined where the browser has no pushes. */
  readonly door: PushDoor | undefined
  /** Pushes come with the home screen only. */
  readonly needsHomeScreen: boolean
  readonly deviceId: () => DeviceId | null
}

export function createNotifications(deps: Deps): Notifications {
  const { api, door, storage } = deps
  const state = createObservable<NotificationState>({ kind: 'loading' })
  /** How often what was on was given up: what began before must not switch it on again. */
  let givenUp = 0
  const failed = (isOn: boolean, code?: Code) => state.set({ kind: 'failed', code, isOn })

  async function load(): Promise<void> {
    if (!door) return state.set({ kind: deps.needsHomeScreen ? 'home-screen' : 'unsupported' })
    const answer = await api.call('getPush')
    if (!answer.ok) return failed(false, answer.code)
    if (answer.value.publicKey === null) return state.set({ kind: 'unavailable' })
    if (door.permission() === 'denied') return state.set({ kind: 'blocked' })
    const current = await door.current().catch(() => undefined)
    const isOn = answer.value.isOn && door.permission() === 'granted' && current !== undefined
    state.set({ kind: isOn ? 'on' : 'off', isBusy: false })
  }

  /** Where this browser is to be woken, told to the server; nothing when it was given up since `mine`. */
  async function subscribe(to: PushDoor, publicKey: string, mine: number): Promise<boolean> {
    const current = await to.current()
    if (mine !== givenUp) return false
    const endpoint = current?.publicKey === publicKey ? current.endpoint : await to.subscribe(publicKey)
    if (mine !== givenUp) {
      await to.unsubscribe()
      return false
    }
    const told = await api.call('setPush', { body: { endpoint } })
    if (mine !== givenUp) return false
    const deviceId = deps.deviceId()
    if (told.ok && deviceId) storage.write(KEY, deviceId)
    if (!told.ok) failed(false, told.code)
    return told.ok
  }

  async function turnOn(): Promise<void> {
    if (!door) return
    const mine = givenUp
    const asked = door.ask()
    state.set({ kind: 'off', isBusy: true })
    try {
      const permission = await asked
      if (permission === 'denied') return state.set({ kind: 'blocked' })
      if (permission === 'default') return state.set({ kind: 'off', isBusy: false })
      const answer = await api.call('getPush')
      if (!answer.ok) return failed(false, answer.code)
      if (answer.value.publicKey === null) return state.set({ kind: 'unavailable' })
      if (await subscribe(door, answer.value.publicKey, mine)) state.set({ kind: 'on', isBusy: false })
    } catch {
      failed(false)
    }
  }

  async function turnOff(): Promise<void> {
    state.set({ kind: 'on', isBusy: true })
    const answer = await api.call('deletePush')
    if (!answer.ok) return failed(true, answer.code)
    await forget()
    state.set({ kind: 'off', isBusy: false })
  }

  async function forget(): Promise<void> {
    givenUp++
    storage.remove(KEY)
    // What the browser cannot end is over on the server's side all the same.
    await door?.unsubscribe().catch(() => undefined)
    await door?.clear().catch(() => undefined)
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    load,
    turnOn,
    turnOff,
    async keep(deviceId) {
      const wished = storage.read(KEY)
      if (!door || wished === undefined) return
      // Somebody else was here and is not any more: their pushes must not come to who is here now.
      if (wished !== deviceId) return forget()
      if (door.permission() !== 'granted') return
      const mine = givenUp
      const answer = await api.call('getPush')
      if (!answer.ok || answer.value.publicKey === null) return
      const current = await door.current().catch(() => undefined)
      if (answer.value.isOn && current?.publicKey === answer.value.publicKey) return
      await subscribe(door, answer.value.publicKey, mine).catch(() => undefined)
    },
    seen: () => void door?.clear().catch(() => undefined),
    forget,
  }
}
