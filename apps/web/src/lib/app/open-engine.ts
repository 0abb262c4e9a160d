import { ok } from '@visavis/wire'
import type { Api } from '../account/api.ts'
import type { Engine, MessengerPort } from '../engine/index.ts'
import type { Platform } from './platform.ts'
import type { WorkerUrls } from './worker-urls.ts'

/**
 * The engine with everything real behind it. Fetched only when a person enters the lobby: the encryption and the call
 * are most of the app's weight, and the first page needs none of it.
 */
export async function openEngine(deps: {
  platform: Platform
  workers: WorkerUrls
  api: Api
  messenger: MessengerPort
}): Promise<Engine> {
  const { platform, workers, api, messenger } = deps
  const [engine, mediaPath, evidence, report, e2ee] = await Promise.all([
    import('../engine/index.ts'),
    import('../media-path/index.ts'),
    import('../evidence/evidence-source.ts'),
    import('../evidence/report-call.ts'),
    import('@visavis/e2ee'),
  ])
  return engine.createEngine({
    clock: platform.clock,
    random: platform.random,
    log: platform.log,
    socketUrl: `${platform.origin.replace(/^http/, 'ws')}/api/socket`,
    socketFactory: engine.openWebSocket,
    onlineEvents: platform.onlineEvents,
    http: {
      block: async (callId) => {
        const answer = await api.call('createBlock', { body: { callId } })
        return answer.ok ? ok(answer.value.blockId) : answer
      },
      report: (callId, category, words, attached) =>
        report.reportCall({ api, e2ee }, { callId, category, words, evidence: attached }),
    },
    e2ee,
    messenger,
    mediaPathFactory: mediaPath.createMediaPathFactory(platform.clock, platform.downlinkKbps()),
    evidence: evidence.createEvidenceSource({
      canSeeFrames: platform.canSeeFrames,
      createWorker: () => workers.createEvidenceWorker(),
    }),
  })
}
