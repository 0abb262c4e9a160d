import * as z from 'zod/mini'
import { version } from '$app/env'
import type { DeviceId } from '@visavis/wire'
import { createApi, type Api } from '../account/api.ts'
import { createPasskeys, type Passkeys } from '../account/passkeys.ts'
import { createProof, type Proof } from '../account/proof.ts'
import { createProofSolver } from '../account/proof-solver.ts'
import { createSessionMemory } from '../account/session-memory.ts'
import { createSession, type Session } from '../account/session.ts'
import { createBackupPasskeys, type BackupPasskeys } from '../backup/backup-passkeys.ts'
import { createBackground, type Background } from '../background/background.ts'
import { createCapsules, type Capsules } from '../capsule/capsules.ts'
import type { Engine } from '../engine/types.ts'
import { tellLostDevices } from '../lobby/lost-devices.ts'
import { createOwnMedia, type OwnMedia } from '../lobby/own-media.ts'
import type { Messenger } from '../messenger/types.ts'
import { createNudityGuard, type NudityGuard } from '../nudity/guard.ts'
import { decodeStill } from '../photo-check/decode.ts'
import { createPhotoCheck, type PhotoCheck } from '../photo-check/photo-check.ts'
import { createBrowserPush } from '../notifications/browser-push.ts'
import { createNotifications, type Notifications, type PushDoor } from '../notifications/notifications-model.ts'
import { createBrowserShell } from '../shell/browser-shell.ts'
import { createVersions, type Versions } from '../shell/versions.ts'
import { keepQuiet } from '../rest/quiet-store.ts'
import { createRest, type Rest } from '../rest/rest-model.ts'
import { createBinding } from './binding.ts'
import { createRoomCheck, type RoomCheck } from '../room-check/room-check.ts'
import { engineWorkerOf } from '../safety/engine-door.ts'
import { createSafety } from '../safety/safety.ts'
import type { Safety } from '../safety/types.ts'
import { openEngine } from './open-engine.ts'
import { openMessenger, wipeVault } from './open-messenger.ts'
import { createPlatform, type Platform } from './platform.ts'
import { signOut } from './sign-out.ts'
import { createTheme, type ThemeModel } from './theme.ts'
import { createWorkerUrls, type WorkerUrls } from './worker-urls.ts'

export type App = {
  readonly platform: Platform
  readonly api: Api
  /** Signing out also takes this device out of the account and forgets its messages. */
  readonly session: Session
  readonly theme: ThemeModel
  readonly passkeys: Passkeys
  readonly backupPasskeys: BackupPasskeys
  readonly proof: Proof
  readonly ownMedia: OwnMedia
  readonly background: Background
  /** Looks for nudity in what a partner shows [M15]. */
  readonly nudity: NudityGuard
  /** Looks at received photos before they are shown [S11]. */
  readonly photoCheck: PhotoCheck
  /** Looks at what others would see of the room [M11]. */
  readonly roomCheck: RoomCheck
  readonly capsules: Capsules
  /** Red flags in what is written [S1-S10], found on this device. */
  readonly safety: Safety
  /** How long and how late it is, and the quiet hours [M19]. */
  readonly rest: Rest
  readonly notifications: Notifications
  readonly push: PushDoor | undefined
  readonly versions: Versions
  /** The engine, made when first asked; one for the life of the page. */
  engine(): Promise<Engine>
  /** The messages of who is signed in, opened when first asked. Opens the socket, too, when there is something to get. */
  messenger(): Promise<Messenger>
  /** Ends calls, the socket, the messenger and the camera: when the session is over. */
  leave(): Promise<void>
}

function createApp(platform: Platform): App {
  // Compiled validators need `eval`, which the content security policy refuses.
  z.config({ jitless: true })
  const api = createApi({ fetch: platform.fetch })
  const workers = createWorkerUrls({ trustedTypes: platform.trustedTypes })
  const background = createBackground({
    storage: platform.storage,
    fetchParts: async () => {
      const { createBackgroundParts } = await import('../background/parts.ts')
      return createBackgroundParts({ clock: platform.clock, createWorker: () => workers.createBackgroundWorker() })
    },
  })
  const { nudity, roomCheck } = createPictureChecks(platform, workers)
  const safety = createSafety({ ...platform, createWorker: () => engineWorkerOf(workers.createSafetyWorker()) })
  const ownMedia = createOwnMedia({ source: platform.media, background })
  const session = createSession({ api, memory: createSessionMemory(platform.storage) })
  const binding = createBinding({
    clock: platform.clock,
    person() {
      const state = session.get()
      return state.kind === 'in' ? state.person : undefined
    },
    async openEngine(messenger) {
      const opened = await openEngine({ platform, workers, api, messenger })
      tellLostDevices({ engine: opened, ownMedia })
      opened.state.subscribe((state) => {
        if (state.connection.kind === 'expired') session.expired()
        // Another tab goes on with the camera; a light that burns for a stopped page would be a lie.
        if (state.connection.kind === 'replaced' && ownMedia.get().kind !== 'closed') ownMedia.close()
      })
      return opened
    },
    async openRemote(person, engine) {
      const remote = await openMessenger({ platform, workers, session: person, engine, safety })
      let deviceId: DeviceId | undefined
      remote.messenger.subscribe(({ phase, me }) => {
        if (phase.kind !== 'ready' || !me || me.deviceId === deviceId) return
        deviceId = me.deviceId
        session.bound(deviceId)
        void notifications.keep(deviceId)
      })
      return remote
    },
    wipeVault: ({ accountId }) => wipeVault(platform, accountId),
  })
  const capsules = createCapsules({ keeper: () => binding.messenger() })
  const { push, versions } = createShell(platform, workers)
  const notifications = createNotifications({
    api,
    storage: platform.storage,
    door: push,
    needsHomeScreen: platform.needsHomeScreen,
    deviceId: () => binding.deviceId(),
  })
  const photoCheck = createPhotoCheck({ clock: platform.clock, guard: nudity, decode: decodeStill })
  return {
    platform,
    api,
    notifications,
    push,
    versions,
    session: { ...session, signOut: () => signOut({ api, session, binding, background, notifications }) },
    theme: createTheme({ storage: platform.storage, apply: platform.applyTheme }),
    passkeys: createPasskeys({ origin: platform.origin, isSupported: platform.hasPasskeys }),
    backupPasskeys: createBackupPasskeys({
      credentials: platform.credentials,
      capabilities: platform.passkeyCapabilities,
      fetch: platform.fetch,
      random: platform.random,
    }),
    proof: createProof({ api, solve: createProofSolver({ workers, cores: platform.cores }) }),
    ownMedia,
    background,
    nudity,
    photoCheck,
    roomCheck,
    capsules,
    safety,
    rest: createRest({
      clock: platform.clock,
      storage: platform.storage,
      // Refused storage: notifications then sound in the quiet hours, and everything else is as it was chosen.
      keepQuiet: (quiet) => void keepQuiet(quiet).catch(() => undefined),
    }),
    engine: () => binding.engine(),
    messenger: () => binding.messenger(),
    leave: async () => {
      ownMedia.close()
      capsules.forget()
      photoCheck.forget()
      await binding.leave()
    },
  }
}

/** What looks at pictures, each in a worker that is fetched when it is wanted. */
function createPictureChecks(platform: Platform, workers: WorkerUrls): Pick<App, 'nudity' | 'roomCheck'> {
  const { clock, storage } = platform
  const nudity = createNudityGuard({
    clock,
    storage,
    openWorker: async () => {
      const { openNudityWorker } = await import('../nudity/parts.ts')
      return openNudityWorker(() => workers.createNudityWorker())
    },
  })
  const roomCheck = createRoomCheck({
    clock,
    openWorker: async () => {
      const { openRoomWorker } = await import('../room-check/parts.ts')
      return openRoomWorker(() => workers.createRoomWorker())
    },
  })
  return { nudity, roomCheck }
}

/** What goes through the service worker: pushes, and versions of the app. */
function createShell(platform: Platform, workers: WorkerUrls): Pick<App, 'push' | 'versions'> {
  const { clock, hasPushManager, notification, permissions, reload, serviceWorkers: container } = platform
  const push = createBrowserPush({
    container,
    notification,
    permissions,
    hasPushManager,
    async registration() {
      if (!container) throw new Error('no service workers')
      await workers.registerShell(container)
      return container.ready
    },
  })
  const door = createBrowserShell({ container, register: (to) => workers.registerShell(to), reload })
  return { push, versions: createVersions({ clock, door, version }) }
}

/** The one app of this page. */
export const app = createApp(createPlatform())
