import * as z from 'zod/mini'
import { createApi, type Api } from '../account/api.ts'
import { createPasskeys, type Passkeys } from '../account/passkeys.ts'
import { createProof, type Proof } from '../account/proof.ts'
import { createProofSolver } from '../account/proof-solver.ts'
import { createSession, type Session } from '../account/session.ts'
import type { Engine } from '../engine/types.ts'
import { createOwnMedia, type OwnMedia } from '../lobby/own-media.ts'
import { openEngine } from './open-engine.ts'
import { createPlatform, type Platform } from './platform.ts'
import { createTheme, type ThemeModel } from './theme.ts'
import { createWorkerUrls } from './worker-urls.ts'

export type App = {
  readonly platform: Platform
  readonly api: Api
  readonly session: Session
  readonly theme: ThemeModel
  readonly passkeys: Passkeys
  readonly proof: Proof
  readonly ownMedia: OwnMedia
  /** The engine, made and connected when first asked; one for the life of the page. */
  engine(): Promise<Engine>
  /** Ends calls, the socket and the camera: at sign-out and when the session is over. */
  leave(): Promise<void>
}

function createApp(platform: Platform): App {
  // Compiled validators need `eval`, which the content security policy refuses.
  z.config({ jitless: true })
  const api = createApi({ fetch: platform.fetch })
  const workers = createWorkerUrls({ trustedTypes: platform.trustedTypes })
  const ownMedia = createOwnMedia({ source: platform.media })
  let engine: Promise<Engine> | undefined
  const app: App = {
    platform,
    api,
    session: createSession({ api }),
    theme: createTheme({ storage: platform.storage, apply: platform.applyTheme }),
    passkeys: createPasskeys({ origin: platform.origin, isSupported: platform.hasPasskeys }),
    proof: createProof({ api, solve: createProofSolver({ workers, cores: platform.cores }) }),
    ownMedia,
    engine: () => {
      engine ??= openEngine({ platform, api }).then((opened) => {
        opened.state.subscribe((state) => {
          if (state.connection.kind === 'expired') app.session.expired()
          // Another tab goes on with the camera; a light that burns for a stopped page would be a lie.
          if (state.connection.kind === 'replaced' && ownMedia.get().kind !== 'closed') ownMedia.close()
        })
        return opened
      })
      return engine
    },
    leave: async () => {
      ownMedia.close()
      const opened = await engine
      opened?.disconnect()
    },
  }
  return app
}

/** The one app of this page. */
export const app = createApp(createPlatform())
