import type { Clock, Log, Random } from '@visavis/ports'
import type { OnlineEvents } from '../engine/ports.ts'
import type { MediaSource } from '../lobby/devices.ts'
import { deviceNameOf } from './device-name.ts'
import type { DeviceStorage } from './storage.ts'
import type { Theme } from './theme.ts'
import type { PolicyFactory } from './worker-urls.ts'

/** The browser, as ports. This file and nothing else reads the clock, chance, storage and the page's address. */
export type Platform = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly onlineEvents: OnlineEvents
  readonly storage: DeviceStorage
  readonly media: MediaSource | undefined
  readonly fetch: typeof fetch
  readonly origin: string
  readonly languages: readonly string[]
  readonly locale: string
  readonly cores: number
  readonly hasPasskeys: boolean
  /** Passkeys, where the browser has them. */
  readonly credentials: Pick<CredentialsContainer, 'get'> | undefined
  /** What the browser says it can do with passkeys; undefined when it has no such list. */
  readonly passkeyCapabilities: () => Promise<Readonly<Record<string, boolean>> | undefined>
  /** Undefined in some private windows, and where the page is not secure. */
  readonly serviceWorkers: ServiceWorkerContainer | undefined
  readonly notification: Pick<typeof Notification, 'permission' | 'requestPermission'> | undefined
  readonly permissions: Pick<Permissions, 'query'> | undefined
  readonly hasPushManager: boolean
  /** iOS gives notifications to apps on the home screen only, and this is not one yet. */
  readonly needsHomeScreen: boolean
  readonly reload: () => void
  /** What this browser is called as a new device. */
  readonly deviceName: string
  /** Encoded pictures of calls can be looked at, so that reports of them can be proven [T3]. */
  readonly canSeeFrames: boolean
  /** What the browser believes of its network, where it tells (Chromium). */
  readonly downlinkKbps: () => number | undefined
  readonly trustedTypes: PolicyFactory | undefined
  createAudioContext(): AudioContext
  readonly applyTheme: (theme: Theme) => void
}

export function createPlatform(): Platform {
  return {
    clock,
    random,
    log,
    onlineEvents,
    storage,
    media: mediaOf(navigator.mediaDevices),
    fetch: (input, init) => fetch(input, init),
    origin: location.origin,
    languages: navigator.languages,
    locale: navigator.language,
    cores: navigator.hardwareConcurrency || 2,
    hasPasskeys: 'PublicKeyCredential' in window && isSecureContext,
    credentials: navigator.credentials,
    passkeyCapabilities: async () => globalThis.PublicKeyCredential?.getClientCapabilities?.(),
    serviceWorkers: navigator.serviceWorker,
    notification: globalThis.Notification,
    permissions: navigator.permissions,
    hasPushManager: 'PushManager' in window,
    needsHomeScreen: (navigator as { standalone?: boolean }).standalone === false,
    reload: () => location.reload(),
    canSeeFrames: 'RTCRtpScriptTransform' in globalThis,
    deviceName: deviceNameOf(navigator.userAgent),
    downlinkKbps() {
      const { connection } = navigator as { connection?: { readonly downlink?: number } }
      return connection?.downlink === undefined ? undefined : connection.downlink * 1_000
    },
    trustedTypes: (window as unknown as { trustedTypes?: Platform['trustedTypes'] }).trustedTypes,
    createAudioContext: () => new AudioContext(),
    applyTheme: ({ colours, contrast }) => {
      document.documentElement.dataset['theme'] = colours
      document.documentElement.dataset['contrast'] = contrast
    },
  }
}

/** Time, chance and log are the worker's, too. */
export const clock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const timer = setTimeout(resolve, ms)
      signal?.addEventListener(
        'abort',
        () => {
          clearTimeout(timer)
          reject(signal.reason)
        },
        { once: true },
      )
    }),
  every: (everyMs, work) => {
    const timer = setInterval(work, everyMs)
    return () => clearInterval(timer)
  },
  after: (ms, work) => {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
}

export const random: Random = {
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  uuid: () => {
    // crypto.randomUUID exists on secure pages only; loopback counts as secure, a plain LAN address does not.
    const bytes = crypto.getRandomValues(new Uint8Array(16))
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  },
  float: () => Math.random(),
}

/** Nothing is written down on the device: what happened in a call is nobody's to find in a console afterwards. */
export const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const onlineEvents: OnlineEvents = {
  isOnline: () => navigator.onLine,
  subscribe: (listener) => {
    const online = () => listener(true)
    const offline = () => listener(false)
    addEventListener('online', online)
    addEventListener('offline', offline)
    return () => {
      removeEventListener('online', online)
      removeEventListener('offline', offline)
    }
  },
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    // Storage is refused in some private windows: nothing is remembered then, and nothing breaks.
    return undefined
  }
}

const storage: DeviceStorage = {
  read: (key) => attempt(() => localStorage.getItem(key)) ?? undefined,
  write: (key, value) => attempt(() => localStorage.setItem(key, value)),
  remove: (key) => attempt(() => localStorage.removeItem(key)),
}

function mediaOf(devices: MediaDevices | undefined): MediaSource | undefined {
  if (!devices) return undefined
  return {
    getUserMedia: (constraints) => devices.getUserMedia(constraints),
    enumerateDevices: () => devices.enumerateDevices(),
    onChange: (listener) => {
      devices.addEventListener('devicechange', listener)
      return () => devices.removeEventListener('devicechange', listener)
    },
    async permission(kind) {
      try {
        return (await navigator.permissions.query({ name: kind })).state
      } catch {
        // Older browsers know no permission of this name.
        return undefined
      }
    },
  }
}
