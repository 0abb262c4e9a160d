import type { Clock, Log, Random, Relay } from '@visavis/ports'
import {
  EVIDENCE_WINDOW_MS,
  fail,
  ok,
  type AccountId,
  type CallId,
  type DeviceId,
  type LegId,
  type Mode,
  type RelayLease,
  type Result,
} from '@visavis/wire'
import type { Deliver, DeliverOnce } from '../gateway/index.ts'
import type { StampKeys } from '../stamps/index.ts'
import { createCommitments } from './commitments.ts'
import { createLegs, type TurnIssuer } from './legs.ts'
import { createLiveCalls } from './live-calls.ts'
import { describeMatch, type Caller } from './match.ts'
import { createPresence } from './presence.ts'
import type { Agreed } from './boundaries.ts'
import { drawPseudonyms } from './pseudonyms.ts'
import type { CallReceipts, Met } from './receipts.ts'
import { createCallRecords } from './records.ts'
import { createSignalling } from './signalling.ts'
import type { CallRecord, CallSide, CallStore } from './store.ts'
import { takeUpCalls } from './take-up.ts'

export type CallsDeps = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly store: CallStore
  readonly deliver: Deliver
  readonly deliverOnce: DeliverOnce
  readonly stampKeys: Pick<StampKeys, 'peek' | 'current'>
  readonly receipts: CallReceipts
  /** Two people who met are kept apart for this long after their call [M4]. */
  readonly meetAgainMs: number
  /** The embedded relay. Without it `turn`; without both no call but a written one is possible [M13]. */
  readonly relay?: Relay
  readonly turn?: TurnIssuer
}

/** A call as someone who was in it may use it for a block or a report. */
export type OwnCall = {
  readonly callId: CallId
  readonly mode: Mode
  readonly startedAtMs: number
  readonly endedAtMs: number | undefined
  readonly partner: { readonly accountId: AccountId; readonly deviceId: DeviceId; readonly pseudonym: string }
  /** What both had chosen before; undefined for calls from before it was kept. */
  readonly agreed: Agreed | undefined
}

export type Calls = ReturnType<typeof createCalls>

/**
 * Calls: who is in one with whom, over which legs. Wires what opens, carries, interrupts and ends them. Account and
 * device ids never leave through here.
 */
export function createCalls(deps: CallsDeps) {
  const { clock, random, log, deliver, relay } = deps
  const legs = createLegs(deps)
  const records = createCallRecords(deps)
  const live = createLiveCalls({ clock, log, deliver, legs, records })
  const parts = { ...deps, legs, records, live }
  const { recentPartners, settled } = records

  /** Joins two people. Both are told before anything is written: the row follows. */
  function open(first: Caller, second: Caller): CallId {
    const [pseudonymA, pseudonymB] = drawPseudonyms(random)
    const record: CallRecord = {
      callId: random.uuid() as CallId,
      mode: first.mode,
      a: sideOf(first, pseudonymA),
      b: sideOf(second, pseudonymB),
      startedAtMs: clock.nowMs(),
      end: undefined,
    }
    live.enter(record)
    if (record.a.legId && record.b.legId) relay?.splice(record.a.legId, record.b.legId)
    const creator = random.float() < 0.5 ? first : second
    tellMatch(record, first, second, pseudonymB, creator)
    tellMatch(record, second, first, pseudonymA, creator)
    records.put(record)
    log.debug('call.opened', { call: record.callId })
    return record.callId
  }

  function tellMatch(
    record: CallRecord,
    self: Caller,
    partner: Caller,
    partnerPseudonym: string,
    creator: Caller,
  ): void {
    const { callId, mode, startedAtMs } = record
    const agreed = { mine: self.boundaries, theirs: partner.boundaries }
    const met = { accountId: partner.accountId, mode, startedAtMs, agreed }
    const receipt = deps.receipts.issue(callId, self.accountId, met)
    const isCreator = creator === self
    deliver(
      self.deviceId,
      'match.found',
      describeMatch({ record, self, partner, partnerPseudonym, isCreator, receipt }),
    )
  }

  /** Whether a ticket of this device could be served: its relay leg is its own, fresh and free. */
  function readyFor(device: DeviceId, mode: Mode, legId: LegId | undefined): Result<Record<string, never>> {
    if (live.placeOf(device)) return fail('MATCH_IN_CALL')
    if (mode === 'text') return ok({})
    if (legs.kind === 'none') return fail('RELAY_UNAVAILABLE')
    if (legs.kind === 'turn') return legId ? fail('MATCH_TICKET_INVALID') : ok({})
    return legId && legs.owns(device, legId) ? ok({}) : fail('RELAY_UNAVAILABLE')
  }

  /** Ends every live call between two accounts, on all their devices. What is told is what any leaving tells [M7]. */
  function closeBetween(one: AccountId, other: AccountId): void {
    for (const call of live.all()) {
      const accounts = [call.a.accountId, call.b.accountId]
      if (accounts.includes(one) && accounts.includes(other)) live.end(call, 'block', { a: 'left', b: 'left' })
    }
  }

  /** The call, if this account was in it and it is not over for longer than the evidence window. */
  async function callForReport(callId: CallId, accountId: AccountId, nowMs: number): Promise<OwnCall | undefined> {
    const record = await records.find(callId)
    return record && ownCall(record, accountId, nowMs)
  }

  /** Whom this account met in the call: as long as the window is open we know it, and for longer a receipt tells. */
  async function metIn(
    callId: CallId,
    accountId: AccountId,
    receipt: Uint8Array | undefined,
    nowMs: number,
  ): Promise<Met | undefined> {
    const call = await callForReport(callId, accountId, nowMs)
    if (call) {
      const { agreed, mode, partner, startedAtMs } = call
      return { accountId: partner.accountId, mode, startedAtMs, agreed }
    }
    return receipt && deps.receipts.open(receipt, callId, accountId, nowMs)
  }

  return {
    ...createSignalling(parts),
    ...createCommitments(parts),
    ...createPresence(parts),
    start: () => takeUpCalls(parts),
    open,
    lease: (device: DeviceId, legId: LegId | undefined): Result<RelayLease> =>
      legs.lease(device, legId, live.placeOf(device)?.side.legId ?? null),
    readyFor,
    closeBetween,
    callForReport,
    metIn,
    recentPartners,
    minuteCallsOf: deps.store.minuteCallsOf,
    inCall: (device: DeviceId): boolean => live.placeOf(device) !== undefined,
    count: (): number => live.all().length,
    /** Resolves when what happened so far is written, or could not be. For an orderly stop. */
    settled,
  }
}

function sideOf(caller: Caller, pseudonym: string): CallSide {
  const { accountId, boundaries, deviceId, legId = null } = caller
  return { accountId, deviceId, legId, pseudonym, boundaries }
}

function ownCall(record: CallRecord, accountId: AccountId, nowMs: number): OwnCall | undefined {
  const { callId, mode, startedAtMs, a, b } = record
  if (record.end && nowMs - record.end.atMs > EVIDENCE_WINDOW_MS) return undefined
  const [own, partner] = a.accountId === accountId ? [a, b] : b.accountId === accountId ? [b, a] : []
  if (!own || !partner) return undefined
  const { accountId: partnerId, deviceId, pseudonym } = partner
  return {
    callId,
    mode,
    startedAtMs,
    endedAtMs: record.end?.atMs,
    partner: { accountId: partnerId, deviceId, pseudonym },
    agreed: own.boundaries && partner.boundaries ? { mine: own.boundaries, theirs: partner.boundaries } : undefined,
  }
}
