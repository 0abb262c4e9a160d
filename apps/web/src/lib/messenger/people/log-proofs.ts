import type { DeviceSet, LogProof, PlacedEntry, SignedCheckpoint } from '@visavis/e2ee'
import { fromB64, toB64, type RouteResponse } from '@visavis/wire'
import * as z from 'zod/mini'
import { bytes as blob, maybe, recordKind, text, time, whole } from '../../vault/record-kind.ts'

type Listed = { readonly accountKey: string; readonly devices: RouteResponse<'listDevices'>['devices'] | MemberDevices }
type MemberDevices = RouteResponse<'listConversations'>['conversations'][number]['members'][number]['devices']

/** An account's key and devices as a list of the server names them; undefined for what is no base64. */
export function deviceSetOf({ accountKey, devices }: Listed): DeviceSet | undefined {
  const key = fromB64(accountKey)
  const keys = devices.map(({ deviceId, deviceKey }) => ({ deviceId, deviceKey: fromB64(deviceKey) }))
  const named = keys.flatMap(({ deviceId, deviceKey }) => (deviceKey ? [{ deviceId, deviceKey }] : []))
  return key && named.length === keys.length ? { accountKey: key, devices: named } : undefined
}

/** One text for one set, in whatever order: tells quickly whether anything is another than before. */
export function textOf({ accountKey, devices }: DeviceSet): string {
  return [toB64(accountKey), ...namesOf({ devices })].join(' ')
}

/** Devices as `id:key`, sorted. */
export function namesOf({ devices }: Pick<DeviceSet, 'devices'>): readonly string[] {
  return devices.map(({ deviceId, deviceKey }) => `${deviceId}:${toB64(deviceKey)}`).toSorted()
}

/** The server's answer as bytes; undefined for what is no base64. */
export function proofOf(answer: RouteResponse<'proveDevices'>): LogProof | undefined {
  const { checkpoint, index, version } = answer
  const [logId, deviceSet, root, signature, publicKey] = [
    answer.logId,
    answer.deviceSet,
    checkpoint.root,
    checkpoint.signature,
    checkpoint.publicKey,
  ].map(fromB64)
  const inclusion = bytesOf(answer.inclusion)
  const consistency = bytesOf(answer.consistency)
  if (!logId || !deviceSet || !root || !signature || !publicKey || !inclusion || !consistency) return undefined
  return {
    entry: { logId, version, deviceSet, index, previous: answer.previous ?? undefined },
    inclusion,
    consistency,
    checkpoint: { size: checkpoint.size, root, atMs: checkpoint.atMs, signature },
    publicKey,
  }
}

function bytesOf(texts: readonly string[]): readonly Uint8Array[] | undefined {
  const all = texts.map(fromB64).filter((bytes) => bytes !== undefined)
  return all.length === texts.length ? all : undefined
}

/** What is remembered of the log on this device, shelf `self`. */
export type KeptLog = {
  readonly publicKey: Uint8Array
  readonly checkpoint: SignedCheckpoint
  /** What the server signed and what does not fit `checkpoint`, which is the proof of it; then nothing is taken any more. */
  readonly refused?: SignedCheckpoint | undefined
}

/** What is remembered of an account, shelf `self`. */
export type KeptEntry = {
  readonly entry: PlacedEntry
  /** `namesOf` the set: kept of oneself only. */
  readonly names?: readonly string[] | undefined
  /** Entries that are not explained by what the list of devices showed before and after, and when they were found. */
  readonly unknown?: { readonly count: number; readonly foundAtMs: number } | undefined
}

export const LOG_KEY = ['key-log'] as const
export const entryKey = (accountId: string) => [...LOG_KEY, accountId] as const

const checkpoint = z.looseObject({ size: whole, root: blob, atMs: time, signature: blob })
export const logRecord = recordKind<KeptLog>({
  name: 'key log',
  shape: { publicKey: blob, checkpoint, refused: maybe(checkpoint) },
})
export const entryRecord = recordKind<KeptEntry>({
  name: 'key log entry',
  shape: {
    entry: z.looseObject({ logId: blob, version: whole, deviceSet: blob, index: whole, previous: maybe(whole) }),
    names: maybe(z.array(text)),
    unknown: maybe(z.looseObject({ count: whole, foundAtMs: time })),
  },
})
