import { HOUR, MINUTE } from '@visavis/ports'
import * as z from 'zod/mini'
import { key, packs } from 'virtual:safety-packs'
import { createApi } from '../account/api.ts'
import { clock } from '../app/platform.ts'
import type { ToEngine } from './engine-door.ts'
import { packKeyOf } from './pack-key.ts'
import { createPackLibrary } from './pack-library.ts'
import { createPackStore } from './pack-store.ts'
import { lineOfPort } from './protocol.ts'
import { serveEngine } from './serve.ts'

/** The worker of the engine of red flags: texts come in, findings go out, nothing is kept and nothing is sent anywhere. */
const RENEW_AFTER_MS = MINUTE
const RENEW_EVERY_MS = 12 * HOUR

// Compiled validators need `eval`, which the content security policy refuses.
z.config({ jitless: true })

const library = createPackLibrary({
  bundled: packs,
  fetch: (address) => fetch(address),
  api: createApi({ fetch: (input, init) => fetch(input, init) }),
  store: createPackStore((globalThis as { caches?: CacheStorage }).caches),
  publicKey: packKeyOf(key),
})
const server = serveEngine({
  load: (languages) => library.load(languages),
  phones: async () => (await import('./phone-numbers.ts')).phoneNumbers,
})

async function renew(): Promise<void> {
  if (await library.renew()) server.reload()
}

addEventListener('message', ({ data }: MessageEvent<ToEngine>) => {
  if (data.kind === 'choose') server.choose(data.languages)
  else server.connect(lineOfPort(data.port))
})
clock.after(RENEW_AFTER_MS, () => void renew())
clock.every(RENEW_EVERY_MS, () => void renew())
