import { createHmac } from 'node:crypto'
import * as e2ee from '@visavis/e2ee'
import { createFakeClock, createFakeLog, createSeededRandom, settle } from '@visavis/testkit'
import { fail, ok, type AccountId, type ConversationId, type DeviceId, type Result } from '@visavis/wire'
import type { ClientFrameBody, RouteRequest, ServerFrame } from '@visavis/wire'
import type { Api } from '../../../account/api.ts'
import { createMemoryVaultDoor } from '../../../vault/sim/memory-vault.ts'
import { createConversationsModel, type ModelDevice } from '../../core/sim/conversations-model.ts'
import type { Uplink } from '../../core-types.ts'
import { createMessenger } from '../../create-messenger.ts'
import { createPeopleRoutes, type FakeSession } from './people-routes.ts'
import type { DownlinkEvent } from '../../deps.ts'
import type { FileTransfers } from '../../files-port.ts'
import { createLocalSafety } from '../../safety/sim/local-safety.ts'

/** What a server knows of accounts, devices, contacts and reports, in memory and at once, for whole messengers. */
export function createPeopleWorld() {
  // The MLS library compares lifetimes with the true time; everything else goes by this clock.
  const clock = createFakeClock(Date.now())
  const random = createSeededRandom(11)
  const browsers: Browser[] = []
  const reports: RouteRequest<'reportMessages'>[] = []
  const reportKeys = e2ee.createReportKeys(new Uint8Array(32).fill(9))
  const handles = new Map<AccountId, string>()
  const calls: string[] = []
  /** Since when the two of a pair are contacts; long ago where nothing is said. */
  const since = new Map<ConversationId, number>()
  const model = createConversationsModel({
    nowMs: () => Math.trunc(clock.nowMs()),
    delivered: (device) => browsers.findLast((each) => each.deviceId() === device.deviceId)?.push(),
  })

  function addAccount(handle: string): AccountId {
    const accountId = random.uuid() as AccountId
    handles.set(accountId, handle)
    return accountId
  }

  function addConversation(members: readonly AccountId[], kind: 'pair' | 'group' = 'pair'): ConversationId {
    const conversationId = random.uuid() as ConversationId
    model.conversations.set(conversationId, {
      conversationId,
      kind,
      members,
      generation: 0,
      epoch: 0,
      roster: [],
      since: new Map(),
      position: 0,
    })
    tellAll({ name: 'changed', id: 0, body: { what: 'conversations' } })
    tellAll({ name: 'changed', id: 0, body: { what: 'contacts' } })
    return conversationId
  }

  function tellAll(frame: ServerFrame): void {
    for (const browser of browsers) browser.tell({ kind: 'frame', frame })
  }

  const { routes, ofConversations, backups } = createPeopleRoutes({
    model,
    random,
    handles,
    reports,
    reportKeys,
    nowMs: () => clock.nowMs(),
    sinceMs: (conversationId) => since.get(conversationId) ?? 0,
    addConversation,
    tellAll,
  })

  function send(own: ModelDevice, body: ClientFrameBody<'conversation.send'>) {
    const answer = model.send(own, body)
    if (!answer.ok) return answer
    const { accountId: senderAccount, deviceId: senderDevice } = own
    const stamped = { ...body, ...answer.value, senderAccount, senderDevice }
    return ok({ ...answer.value, stamp: stampOf(stamped, body.commitment, senderAccount) })
  }

  /** A browser profile: its vault outlives its pages. `open` is a page with a session, signed in anew. */
  function addBrowser(accountId: AccountId) {
    const door = createMemoryVaultDoor()
    return { door, open: (files?: FileTransfers) => openPage(accountId, door, files) }
  }

  function openPage(accountId: AccountId, door: ReturnType<typeof createMemoryVaultDoor>, files?: FileTransfers) {
    const session: FakeSession = { accountId, sessionId: random.uuid(), deviceId: null }
    const listeners = new Set<(event: DownlinkEvent) => void>()
    let isUp = true
    let pushed = 0
    const device = () => (session.deviceId ? model.deviceOf(session.deviceId) : undefined)
    const browser: Browser = {
      deviceId: () => session.deviceId,
      tell: (event) => listeners.forEach((listener) => isUp && listener(event)),
      push() {
        for (const entry of device()?.mail.filter(({ seq }) => seq > pushed) ?? []) {
          pushed = entry.seq
          const body = { ...entry, ...(entry.commitment && { stamp: stampOf(entry, entry.commitment, accountId) }) }
          browser.tell({ kind: 'frame', frame: { name: 'entry', id: 0, body } })
        }
      },
    }
    browsers.push(browser)
    const api = {
      call: async (name: string, input: { body?: never; params?: Record<string, string> } = {}) => {
        calls.push(name)
        if (!isUp) return fail('NETWORK_OFFLINE')
        const own = device()
        const route = routes[name]
        if (route) return route(session, input.body as never, input.params ?? {})
        return own && !own.isRevoked ? ofConversations[name]?.(own, input.body as never) : fail('DEVICE_REQUIRED')
      },
    } as unknown as Api
    const request = async (name: string, body: never): Promise<Result<unknown>> => {
      calls.push(name)
      const own = device()
      if (!isUp) return fail('NETWORK_OFFLINE')
      if (!own || own.isRevoked) return fail('DEVICE_REQUIRED')
      if (name === 'conversation.commit') return model.commit(own, body)
      return name === 'conversation.send' ? send(own, body) : ok({})
    }
    const uplink = {
      request,
      stored: (seq: number) => {
        const own = device()
        if (own) own.mail = own.mail.filter((entry) => entry.seq > seq)
      },
    } as unknown as Uplink
    const log = createFakeLog()
    const safety = createLocalSafety()
    const messenger = createMessenger(
      {
        clock,
        random,
        log,
        api,
        e2ee,
        uplink,
        downlink: {
          listen(listener) {
            listeners.add(listener)
            return () => void listeners.delete(listener)
          },
        },
        vaultFor: () => door,
        session: () => ({ ...session, handle: handles.get(accountId) ?? '' }),
        deviceName: 'A browser',
        safety,
        serverNowMs: () => Math.trunc(clock.nowMs()),
      },
      files ? { createTransfers: () => files } : {},
    )
    const page = {
      messenger,
      log,
      safety,
      deviceId: browser.deviceId,
      tell: browser.tell,
      phase: () => messenger.snapshot().phase.kind,
      /** The socket opens, anew if it was open: lists are asked for, what waits is delivered. */
      connect() {
        isUp = true
        pushed = 0
        browser.tell({ kind: 'online', resumed: false })
        browser.push()
      },
      cut() {
        browser.tell({ kind: 'offline' })
        isUp = false
      },
    }
    return page
  }

  /** Runs the clock in steps until it is so; the cryptography takes true time. */
  async function until(isSo: () => boolean): Promise<void> {
    for (let turn = 0; turn < 400; turn += 1) {
      if (isSo()) return
      await clock.advance(50)
      await settle(4)
      await new Promise((resolve) => void setTimeout(resolve, 1))
    }
    throw new Error('it did not come to that')
  }

  return {
    clock,
    model,
    calls,
    since,
    backups,
    reports,
    reportKeys,
    addAccount,
    addConversation,
    addBrowser,
    until,
    tellAll,
  }
}

/** The server's key for stamps of this day, and a stamp as the server makes it (e2ee SPEC, franking). */
export const STAMP_KEY = new Uint8Array(32).fill(5)
function stampOf(
  entry: Omit<e2ee.Stamped, 'commitment' | 'recipient' | 'stampKeyId'>,
  commitment: Uint8Array,
  recipient: string,
): Uint8Array<ArrayBuffer> {
  const input = e2ee.stampInput({ ...entry, commitment, recipient, stampKeyId: 1 })
  return new Uint8Array(createHmac('sha256', STAMP_KEY).update(input).digest())
}

type Browser = {
  readonly deviceId: () => DeviceId | null
  readonly tell: (event: DownlinkEvent) => void
  readonly push: () => void
}
export type PeopleWorld = ReturnType<typeof createPeopleWorld>
export type Page = ReturnType<ReturnType<PeopleWorld['addBrowser']>['open']>
