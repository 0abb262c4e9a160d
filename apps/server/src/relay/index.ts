export { chooseAnnounce, type Announce, type Interfaces } from './announce-address.ts'
export { createRelayAddresses, type RelayAddresses, type Resolver } from './relay-addresses.ts'
export { createSpliceRelay, type SpliceRelay, type SpliceRelayDeps } from './splice-relay.ts'
export { turnCredentials, type TurnCredentials } from './turn-credentials.ts'
