import type { Base } from './app.ts'
import type { TurnIssuer } from './calls/index.ts'
import type { Config } from './config.ts'
import {
  chooseAnnounce,
  createRelayAddresses,
  createSpliceRelay,
  turnCredentials,
  type Interfaces,
  type Resolver,
  type SpliceRelay,
} from './relay/index.ts'

export type PathOutside = {
  readonly interfaces: Interfaces
  /** Addresses of a host name. */
  readonly resolve: Resolver
}

export type MediaPath = { readonly relay?: SpliceRelay; readonly turn?: TurnIssuer }

/** The way media takes: the embedded relay unless it is switched off, TURN if it is configured and the other is not. */
export async function openPath(base: Base, outside: PathOutside): Promise<MediaPath> {
  const { config, secrets, clock, log, port } = base
  if (config.turn) return { turn: await openTurn(config.turn, outside) }
  if (!config.relay) {
    log.warn('relay.none')
    return {}
  }
  const announce = chooseAnnounce(outside.interfaces, config.relay.host)
  const relay = await createSpliceRelay({
    ...announce,
    port: config.relay.port ?? port,
    ...(config.relay.publicPort === undefined ? {} : { announcePort: config.relay.publicPort }),
    secret: secrets.relayKey,
    clock,
    log,
  })
  log.info('relay.open', { port: relay.port() })
  return { relay }
}

async function openTurn(turn: NonNullable<Config['turn']>, outside: PathOutside): Promise<TurnIssuer> {
  const addresses = await createRelayAddresses({
    configured: turn.relayAddresses,
    urls: turn.urls,
    resolve: outside.resolve,
  })
  return {
    issue: (name, nowMs) => turnCredentials(turn, name, nowMs),
    isRelayAddress: addresses.has,
  }
}
