import { fail, ok } from '@visavis/wire'
import type { RouteHandlers } from '../http/index.ts'
import type { SafetyPacks } from './service.ts'

/**
 * HTTP edge of the rules of safety. Who may: everybody who is signed in, and all get the same; a handler is not told who
 * asks, so that nobody's languages are in a log or a table.
 */
export function safetyPackRoutes(packs: SafetyPacks) {
  return {
    listSafetyPacks: async () => ok({ packs: [...(await packs.list())] }),

    async getSafetyPack({ params }) {
      const bytes = await packs.signed(params['language'] ?? '')
      return bytes ? ok({ bytes }) : fail('NOT_FOUND')
    },
  } satisfies RouteHandlers
}
