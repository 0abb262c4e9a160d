import type { SpliceRelayDeps } from '../../apps/server/src/relay/index.ts'

/** For parts of the server that run outside of it. */
export const SILENT_LOG: SpliceRelayDeps['log'] = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}
