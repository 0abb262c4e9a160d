import * as z from 'zod/mini'
import { createApi, type Api } from '../account/api.ts'
import { createPasskeys, type Passkeys } from '../account/passkeys.ts'
import { createProof, type Proof } from '../account/proof.ts'
import { createProofSolver } from '../account/proof-solver.ts'
import { createSession, type Session } from '../account/session.ts'
import type { Engine } from '../engine/types.ts'
import { createOwnMedia, type OwnMedia } from '../lobby/own-media.ts'
import type { Messenger } from '../messenger/types.ts'
import { createBinding } from './binding.ts'
import { openEngine } from './open-engine.ts'
import { openMessenger, wipeVault } from './open-messenger.ts'
import { createPlatform, type Platform } from './platform.ts'
import { signOut } from './sign-out.ts'
import { createTheme, type ThemeModel } from './theme.ts'
import { createWorkerUrls } from './worker-urls.ts'

export type App = {
  readonly platform: Platform
  readonly api: Api
  /** Signing out also takes this device out of the account and forgets its messages. */
  readonly session: Session
  readonly theme: ThemeModel
  readonly passkeys: Passkeys
  readonly proof: Proof
  readonly ownMedia: OwnMedia
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
  const ownMedia = createOwnMedia({ source: platform.media })
  const session = createSession({ api })
  const binding = createBinding({
    clock: platform.clock,
    person() {
      const state = session.get()
      return state.kind === 'in' ? state.person : undefined
    },
    async openEngine(messenger) {
      const opened = await openEngine({ platform, api, messenger })
      opened.state.subscribe((state) => {
        if (state.connection.kind === 'expired') session.expired()
        // Another tab goes on with the camera; a light that burns for a stopped page would be a lie.
        if (state.connection.kind === 'replaced' && ownMedia.get().kind !== 'closed') ownMedia.close()
      })
      return opened
    },
    openRemote: (person, engine) => openMessenger({ platform, workers, session: person, engine }),
    wipeVault: ({ accountId }) => wipeVault(platform, accountId),
  })
  return {
    platform,
    api,
    session: { ...session, signOut: () => signOut({ api, session, binding }) },
    theme: createTheme({ storage: platform.storage, apply: platform.applyTheme }),
    passkeys: createPasskeys({ origin: platform.origin, isSupported: platform.hasPasskeys }),
    proof: createProof({ api, solve: createProofSolver({ workers, cores: platform.cores }) }),
    ownMedia,
    engine: () => binding.engine(),
    messenger: () => binding.messenger(),
    leave: async () => {
      ownMedia.close()
      await binding.leave()
    },
  }
}

/** The one app of this page. */
export const app = createApp(createPlatform())
