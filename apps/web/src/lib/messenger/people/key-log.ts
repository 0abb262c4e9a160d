import type * as E2ee from '@visavis/e2ee'
import { DAY, MINUTE, type Clock, type Log } from '@visavis/ports'
import { fail, ok, type AccountId, type Result } from '@visavis/wire'
import type { Api } from '../../account/api.ts'
import { openAll } from '../../vault/record-kind.ts'
import type { Vault, VaultValue } from '../../vault/types.ts'
import { createSerial } from '../core/serial.ts'
import type { ServerConversation } from '../core-types.ts'
import type { MessengerState } from '../types.ts'
import {
  deviceSetOf,
  entryKey,
  entryRecord,
  LOG_KEY,
  logRecord,
  namesOf,
  proofOf,
  textOf,
  type KeptEntry,
} from './log-proofs.ts'

/** After a proof that could not be had; the server may name a longer wait. */
export const LOG_AGAIN_MS = MINUTE
/** How long entries of the own account that nothing explains are told of. */
export const UNKNOWN_SHOWN_MS = 7 * DAY
/** A list and a proof are asked for one after the other: a device may come in between, but not every time. */
const LOOKS_MAX = 4

/**
 * Watches the server by its own log of device keys [K10], see e2ee SPEC, key log. Nothing is held back for it: trust stays
 * what it is, because who is behind a key the log does not know.
 */
export type KeyLogWatch = {
  readonly state: () => Pick<MessengerState, 'logAlarm' | 'logUnknownEntries'>
  /** Checks the people of the latest lists and, on a new connection, the own account. */
  readonly online: (resumed: boolean) => Promise<void>
  readonly offline: () => void
  /** The own devices may be others. Nothing happens while offline. */
  readonly checkSelf: () => Promise<void>
  /** Everybody in these lists whose devices are not those that were last found in the log; once online. */
  readonly checkPeople: (conversations: readonly ServerConversation[]) => Promise<void>
  readonly stop: () => void
}

export type KeyLogDeps = {
  readonly api: Api
  readonly clock: Clock
  readonly log: Log
  readonly e2ee: Pick<typeof E2ee, 'deviceSetHash' | 'isDeviceSet' | 'verifyLogProof'>
  readonly vault: Vault
  readonly self: { readonly accountId: AccountId; readonly accountKey: Uint8Array }
  readonly serverNowMs: () => number
  /** Alarm or unknown entries are others than before. */
  readonly changed: () => void
}

type Outcome =
  | { readonly kind: 'found'; readonly entry: E2ee.PlacedEntry }
  | { readonly kind: 'missing' | 'inconsistent' | 'gone' }
  | { readonly kind: 'later'; readonly waitMs: number }
/** What the server lists now; undefined: the account is in no list any more, or has no key yet. */
type Look = () => Promise<Result<E2ee.DeviceSet | undefined>>

export async function openKeyLog(deps: KeyLogDeps): Promise<KeyLogWatch> {
  const { api, changed, clock, self, vault } = deps
  // What cannot be read is as if it was never seen: the log is checked from here on.
  let known = logRecord.read(await vault.get('self', LOG_KEY))
  const entries = new Map<string, KeptEntry>()
  const stored = (await vault.list({ shelf: 'self', prefix: LOG_KEY })).filter(({ key }) => key.length > LOG_KEY.length)
  for (const { key, record } of openAll(entryRecord, stored, deps.log).records) entries.set(String(key[1]), record)
  const inTurn = createSerial()
  const missing = new Set<AccountId>()
  /** Sets that were found in the log since this began. */
  const found = new Map<AccountId, string>()
  let isStopped = false
  let isOnline = false
  let stopAgain = () => {}

  async function prove(accountId: AccountId): Promise<Result<E2ee.LogProof | undefined>> {
    const answer = await api.call('proveDevices', { body: { accountId, fromSize: known?.checkpoint.size ?? 0 } })
    if (!answer.ok) return answer.code === 'NOT_FOUND' ? ok(undefined) : answer
    const proof = proofOf(answer.value)
    return proof ? ok(proof) : fail('SERVER_INTERNAL')
  }

  /** Checked against what is remembered, and remembered, before anything is concluded from it. */
  async function accept(accountId: AccountId, proof: E2ee.LogProof): Promise<boolean> {
    const { checkpoint, publicKey } = proof
    const isRight = await deps.e2ee.verifyLogProof(proof, { ...known, entry: entries.get(accountId)?.entry })
    known = isRight ? { publicKey, checkpoint } : { publicKey, checkpoint, ...known, refused: checkpoint }
    await write(LOG_KEY, logRecord.write(known))
    return isRight
  }

  const write = (key: readonly string[], value: VaultValue) => vault.write([{ shelf: 'self', key, value }])

  /** Compares list and log until they agree, or differ although nothing has changed between. */
  async function compare(accountId: AccountId, present: E2ee.DeviceSet | undefined, look: Look): Promise<Outcome> {
    let set = present
    let before: number | undefined
    for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
      if (looks > 0) {
        const fresh = await look()
        if (!fresh.ok) return later(fresh)
        set = fresh.value
      }
      if (!set) return { kind: 'gone' }
      const proof = await prove(accountId)
      if (!proof.ok) return later(proof)
      if (proof.value && !(await accept(accountId, proof.value))) return { kind: 'inconsistent' }
      const hash = deps.e2ee.isDeviceSet(set) ? await deps.e2ee.deviceSetHash(set) : new Uint8Array()
      if (proof.value && isSame(proof.value.entry.deviceSet, hash)) return { kind: 'found', entry: proof.value.entry }
      const version = proof.value?.entry.version ?? 0
      if (version === before) return { kind: 'missing' }
      before = version
    }
    return { kind: 'missing' }
  }

  async function check(accountId: AccountId, present: E2ee.DeviceSet | undefined, look: Look): Promise<boolean> {
    if (isStopped || !isOnline || known?.refused) return false
    let last = present
    const outcome = await compare(accountId, present, async () => {
      const fresh = await look()
      if (fresh.ok) last = fresh.value
      return fresh
    })
    if (isStopped) return false
    if (outcome.kind === 'later') {
      askAgain(outcome.waitMs)
      return false
    }
    if (outcome.kind === 'found' && last) await remember(accountId, outcome.entry, last)
    if (outcome.kind === 'missing') {
      missing.add(accountId)
      found.delete(accountId)
    } else missing.delete(accountId)
    changed()
    return outcome.kind !== 'inconsistent'
  }

  async function remember(accountId: AccountId, entry: E2ee.PlacedEntry, set: E2ee.DeviceSet): Promise<void> {
    found.set(accountId, textOf(set))
    const before = entries.get(accountId)
    const own = accountId === self.accountId
    if (before?.entry.version === entry.version && !own) return
    const now: KeptEntry = own ? ownEntry(before, entry, namesOf(set), deps.serverNowMs()) : { entry }
    entries.set(accountId, now)
    await write(entryKey(accountId), entryRecord.write(now))
  }

  let latest: readonly ServerConversation[] = []
  async function again(): Promise<void> {
    await checkSelf()
    await checkPeople(latest)
  }

  function askAgain(waitMs: number): void {
    const failed = (err: unknown) => {
      if (!isStopped) deps.log.error('messages.key-log-failed', { err })
    }
    stopAgain()
    stopAgain = clock.after(waitMs, () => void again().catch(failed))
  }

  const lookAtSelf: Look = async () => {
    const listed = await api.call('listDevices')
    if (!listed.ok) return listed
    // The own key is the one that is kept here, whatever the server calls it.
    const set = deviceSetOf({ accountKey: '', devices: listed.value.devices })
    return ok(set && { ...set, accountKey: self.accountKey })
  }

  function checkSelf(): Promise<void> {
    return inTurn(async () => {
      if (!isOnline) return
      const listed = await lookAtSelf()
      if (listed.ok) await check(self.accountId, listed.value, lookAtSelf)
      else askAgain(LOG_AGAIN_MS)
    })
  }

  const lookAt = (accountId: AccountId): Look => {
    return async () => {
      const listed = await api.call('listConversations')
      return listed.ok ? ok(peopleOf(listed.value.conversations).get(accountId)) : listed
    }
  }

  function checkPeople(conversations: readonly ServerConversation[]): Promise<void> {
    latest = conversations
    return inTurn(async () => {
      for (const [accountId, set] of peopleOf(conversations)) {
        const isKnown = accountId === self.accountId || found.get(accountId) === textOf(set)
        if (isKnown || (await isRemembered(accountId, set))) continue
        if (!(await check(accountId, set, lookAt(accountId)))) return
      }
    })
  }

  async function isRemembered(accountId: AccountId, set: E2ee.DeviceSet): Promise<boolean> {
    const entry = entries.get(accountId)?.entry
    if (!entry || missing.has(accountId) || !deps.e2ee.isDeviceSet(set)) return false
    if (!isSame(await deps.e2ee.deviceSetHash(set), entry.deviceSet)) return false
    found.set(accountId, textOf(set))
    return true
  }

  return {
    state() {
      const unknown = entries.get(self.accountId)?.unknown
      const isShown = unknown && deps.serverNowMs() - unknown.foundAtMs < UNKNOWN_SHOWN_MS
      return {
        ...(known?.refused ? { logAlarm: 'inconsistent' } : missing.size > 0 && { logAlarm: 'missing' }),
        ...(isShown && { logUnknownEntries: unknown.count }),
      }
    },
    async online(resumed) {
      isOnline = true
      await (resumed ? checkPeople(latest) : again())
    },
    offline() {
      isOnline = false
    },
    checkSelf,
    checkPeople,
    stop() {
      isStopped = true
      stopAgain()
    },
  }
}

function later({ retryAfterMs }: { readonly retryAfterMs?: number }): Outcome {
  return { kind: 'later', waitMs: Math.max(LOG_AGAIN_MS, retryAfterMs ?? 0) }
}

/** Who has a key, by account. */
function peopleOf(conversations: readonly ServerConversation[]): ReadonlyMap<AccountId, E2ee.DeviceSet> {
  const people = new Map<AccountId, E2ee.DeviceSet>()
  for (const member of conversations.flatMap(({ members }) => members)) {
    const set = member.accountKey === '' ? undefined : deviceSetOf(member)
    if (set) people.set(member.accountId, set)
  }
  return people
}

/**
 * What is remembered of oneself. Each device that came or went explains one entry; what came and went again while this
 * device did not look is in no list, and in the log all the same.
 */
export function ownEntry(
  before: KeptEntry | undefined,
  entry: E2ee.PlacedEntry,
  names: readonly string[],
  nowMs: number,
): KeptEntry {
  if (!before?.names) return { entry, names }
  const known = new Set(before.names)
  const added = names.filter((name) => !known.has(name)).length
  const removed = before.names.length - (names.length - added)
  const count = entry.version - before.entry.version - added - removed
  return count > 0 ? { entry, names, unknown: { count, foundAtMs: nowMs } } : { ...before, entry, names }
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.byteLength === right.byteLength && left.every((byte, at) => byte === right[at])
}
