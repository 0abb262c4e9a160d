export { chooseAnnounce, type Announce, type Interfaces } from './announce-address.ts'
export { createRelayAddresses, turnHost, type RelayAddresses, type Resolver } from './relay-addresses.ts'
export { createSpliceRelay, LEASE_LIFE_MS, type SpliceRelay, type SpliceRelayDeps } from './splice-relay.ts'
export { turnCredentials, TURN_LIFE_MS, type TurnCredentials } from './turn-credentials.ts'
