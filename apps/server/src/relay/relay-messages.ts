import type { RelayStats } from '@visavis/ports'

/** What the owner of the relay and its thread say to each other. */
export type RelayWorkerSettings = { readonly bindAddress: string; readonly port: number; readonly secret: Uint8Array }

export type ToRelayWorker =
  | { readonly kind: 'splice'; readonly legA: string; readonly legB: string }
  | { readonly kind: 'open' | 'release'; readonly legId: string }
  | { readonly kind: 'stats'; readonly id: number }
  | { readonly kind: 'close' }

export type FromRelayWorker =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'stats'; readonly id: number; readonly stats: RelayStats }
