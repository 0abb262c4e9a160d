import { DAY } from '@visavis/ports'
import type { AccountId, ConversationId, DeviceId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { GroupRecord, ServerConversation } from '../core-types.ts'
import { LOST_WAIT_MS, plan, RENEW_AFTER_MESSAGES, TURN_MS, type Situation } from './plan.ts'

const ANN = 'account-a' as AccountId
const BEN = 'account-b' as AccountId
const NOW_MS = 10 * DAY

function server(change: Partial<ServerConversation> = {}): ServerConversation {
  return {
    conversationId: 'c' as ConversationId,
    kind: 'pair',
    state: 'open',
    generation: 1,
    epoch: 1,
    position: 0,
    createdAtMs: 0,
    members: [member(ANN, ['a1', 'a2']), member(BEN, ['b1'])],
    roster: ['a1', 'a2', 'b1'] as DeviceId[],
    ...change,
  }
}

function member(accountId: AccountId, devices: readonly string[]): ServerConversation['members'][number] {
  return {
    accountId,
    handle: accountId,
    isOwner: false,
    accountKey: '',
    devices: devices.map((deviceId) => ({ deviceId: deviceId as DeviceId, deviceKey: '', signature: '' })),
    deliveredPosition: 0,
  }
}

function group(change: Partial<GroupRecord> = {}): GroupRecord {
  const devices = ['a1', 'a2', 'b1']
  return { state: new Uint8Array(0), epoch: 1, sinceEpoch: 1, devices, renewedAtMs: NOW_MS, sentSince: 0, ...change }
}

function planFor(change: Partial<Situation> = {}) {
  return plan({
    self: { accountId: ANN, deviceId: 'a1' },
    server: server(),
    group: { generation: 1, record: group() },
    wantsToSend: false,
    isSkipped: () => false,
    nowMs: NOW_MS,
    chance: 0,
    ...change,
  })
}

describe('what the group of a conversation needs', () => {
  it('[K1] nothing while it has everybody', () => {
    expect(planFor()).toEqual({ kind: 'none' })
  })

  it('[K1] who has something to send starts it at once, and otherwise the lowest account', () => {
    const fresh = { server: server({ generation: 0, epoch: 0, roster: [] }), group: undefined }
    expect(planFor({ ...fresh, wantsToSend: true })).toEqual({ kind: 'first', delayMs: 0 })
    expect(planFor(fresh)).toEqual({ kind: 'first', delayMs: 0 })
    const ben = { accountId: BEN, deviceId: 'b1' }
    expect(planFor({ ...fresh, self: ben })).toEqual({ kind: 'none' })
    expect(planFor({ ...fresh, self: ben, wantsToSend: true })).toEqual({ kind: 'first', delayMs: 0 })
    expect(planFor({ ...fresh, self: { accountId: ANN, deviceId: 'a2' } })).toEqual({ kind: 'first', delayMs: TURN_MS })
  })

  it('[K1] who is left alone lets out whoever has gone, and starts and heals nothing', () => {
    const alone = { members: [member(ANN, ['a1']), member(BEN, [])] }
    expect(planFor({ server: server(alone) })).toEqual({ kind: 'change', add: [], remove: ['a2', 'b1'], delayMs: 0 })
    expect(planFor({ server: server({ ...alone, epoch: 2 }) })).toEqual({ kind: 'none' })
    expect(planFor({ server: server(alone), group: undefined })).toEqual({ kind: 'none' })
  })

  it('[K7] nothing before a request is accepted by whom it was sent to, after the end, and with nobody there', () => {
    const fresh = { generation: 0, epoch: 0, roster: [] }
    for (const change of [
      { ...fresh, state: 'request' as const },
      { ...fresh, state: 'over' as const },
      { ...fresh, members: [member(ANN, ['a1', 'a2']), member(BEN, [])] },
      { ...fresh, members: [member(ANN, ['a2']), member(BEN, ['b1'])] },
    ])
      expect(planFor({ server: server(change), group: undefined, wantsToSend: true })).toEqual({ kind: 'none' })
  })

  it('[K4] a device that cannot follow heals the group, but only after it has waited for what may be on its way', () => {
    const cases: Partial<Situation>[] = [
      { group: undefined },
      { server: server({ generation: 2 }) },
      { server: server({ epoch: 2 }) },
      { server: server({ roster: ['a2', 'b1'] as DeviceId[] }) },
    ]
    for (const each of cases) expect(planFor(each)).toEqual({ kind: 'lost', delayMs: LOST_WAIT_MS })
    expect(planFor({ group: undefined, self: { accountId: BEN, deviceId: 'b1' }, chance: 0.5 })).toEqual({
      kind: 'lost',
      delayMs: LOST_WAIT_MS + 2.5 * TURN_MS,
    })
  })

  it('[WV1] a list that is older than what is known here leads to nothing', () => {
    expect(planFor({ group: { generation: 2, record: group() } })).toEqual({ kind: 'none' })
    expect(planFor({ group: { generation: 1, record: group({ epoch: 2, devices: ['a1'] }) } })).toEqual({
      kind: 'none',
    })
  })

  it('[K9] devices that came are added and devices that went are removed, by the lowest first and the others in turn', () => {
    const changed = server({ members: [member(ANN, ['a1', 'a3']), member(BEN, ['b1'])] })
    expect(planFor({ server: changed })).toEqual({ kind: 'change', add: ['a3'], remove: ['a2'], delayMs: 0 })
    expect(planFor({ server: changed, self: { accountId: BEN, deviceId: 'b1' } })).toEqual({
      kind: 'change',
      add: ['a3'],
      remove: ['a2'],
      delayMs: TURN_MS,
    })
    expect(planFor({ server: changed, isSkipped: (id) => id === 'a3' })).toMatchObject({ add: [], remove: ['a2'] })
  })

  it('[K1] own keys are renewed after fifty messages, or a day after the last time when something was sent', () => {
    const of = (change: Partial<GroupRecord>) => planFor({ group: { generation: 1, record: group(change) } }).kind
    expect(of({ sentSince: RENEW_AFTER_MESSAGES })).toBe('renew')
    expect(of({ sentSince: RENEW_AFTER_MESSAGES - 1 })).toBe('none')
    expect(of({ sentSince: 1, renewedAtMs: NOW_MS - DAY })).toBe('renew')
    expect(of({ sentSince: 0, renewedAtMs: NOW_MS - DAY })).toBe('none')
  })
})
