import { ok } from '@visavis/wire'
import type { Api } from '../account/api.ts'
import type { Engine, HttpCalls, MessengerPort } from '../engine/index.ts'
import type { Platform } from './platform.ts'

/**
 * The engine with everything real behind it. Fetched only when a person enters the lobby: the encryption and the call
 * are most of the app's weight, and the first page needs none of it.
 */
export async function openEngine(deps: { platform: Platform; api: Api; messenger: MessengerPort }): Promise<Engine> {
  const { platform, api, messenger } = deps
  const [engine, mediaPath, e2ee] = await Promise.all([
    import('../engine/index.ts'),
    import('../media-path/index.ts'),
    import('@visavis/e2ee'),
  ])
  return engine.createEngine({
    clock: platform.clock,
    random: platform.random,
    log: platform.log,
    socketUrl: `${platform.origin.replace(/^http/, 'ws')}/api/socket`,
    socketFactory: engine.openWebSocket,
    onlineEvents: platform.onlineEvents,
    http: httpCalls(api),
    e2ee,
    messenger,
    mediaPathFactory: mediaPath.createMediaPathFactory(platform.clock),
  })
}

function httpCalls(api: Api): HttpCalls {
  return {
    block: async (callId) => {
      const answer = await api.call('createBlock', { body: { callId } })
      return answer.ok ? ok(answer.value.blockId) : answer
    },
    report: (callId, category, words) =>
      api.call('createReport', { body: { callId, category, ...(words === undefined ? {} : { words }) } }),
  }
}
