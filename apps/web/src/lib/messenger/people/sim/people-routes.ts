import * as e2ee from '@visavis/e2ee'
import type { SeededRandom } from '@visavis/testkit'
import { fail, fromB64, ok, toB64, type AccountId, type ConversationId, type DeviceId } from '@visavis/wire'
import type { LinkId, ReportId, RouteRequest, ServerFrame } from '@visavis/wire'
import { createBackupRoutes } from './backup-routes.ts'
import type { ConversationsModel, ModelDevice } from '../../core/sim/conversations-model.ts'
import { createLogModel } from './log-model.ts'

/** A session of the fake server, bound to a device or not. */
export type FakeSession = { readonly accountId: AccountId; readonly sessionId: string; deviceId: DeviceId | null }
type Route = (session: FakeSession, body: never, params: Readonly<Record<string, string>>) => unknown

type Options = {
  readonly model: ConversationsModel
  readonly random: SeededRandom
  readonly handles: ReadonlyMap<AccountId, string>
  readonly reports: RouteRequest<'reportMessages'>[]
  readonly reportKeys: Promise<e2ee.BoxKeys>
  readonly nowMs: () => number
  readonly sinceMs: (conversationId: ConversationId) => number
  readonly addConversation: (members: readonly AccountId[], kind: 'pair' | 'group') => ConversationId
  readonly tellAll: (frame: ServerFrame) => void
}

/** The HTTP routes that a messenger asks, by name: devices and who is in touch for sessions, the rest for devices. */
export function createPeopleRoutes(options: Options) {
  const { addConversation, handles, model, random, reportKeys, reports, tellAll } = options
  const backups = createBackupRoutes(options.nowMs)
  const links = new Map<string, string | null>()
  const keyLog = createLogModel()

  async function register(accountId: AccountId, session: FakeSession, wish: RouteRequest<'registerDevice'>) {
    const credential = {
      accountId,
      deviceId: wish.deviceId,
      accountKey: fromB64(wish.accountKey) ?? new Uint8Array(),
      deviceKey: fromB64(wish.deviceKey) ?? new Uint8Array(),
      signature: fromB64(wish.signature) ?? new Uint8Array(),
    }
    if (!(await e2ee.verifyDeviceCredential(credential))) return fail('DEVICE_KEY_REFUSED')
    const known = model.accounts.get(accountId)
    if (known && known.accountKey !== wish.accountKey && !wish.startAfresh) return fail('DEVICE_OTHER_KEY')
    const others = known?.devices ?? []
    if (wish.startAfresh) for (const device of others) revoke(device)
    const device: ModelDevice = {
      deviceId: wish.deviceId,
      accountId,
      deviceKey: wish.deviceKey,
      signature: wish.signature,
      packages: { pair: [], group: [] },
      last: {},
      seq: 0,
      mail: [],
      isRevoked: false,
    }
    if (!others.some(({ deviceId }) => deviceId === wish.deviceId)) {
      model.accounts.set(accountId, { accountId, accountKey: wish.accountKey, devices: [...others, device] })
    }
    session.deviceId = wish.deviceId
    tellAll({ name: 'changed', id: 0, body: { what: 'devices' } })
    return ok({})
  }

  function revoke(device: ModelDevice): void {
    device.isRevoked = true
    for (const conversation of model.conversations.values()) {
      conversation.roster = conversation.roster.filter((id) => id !== device.deviceId)
    }
  }

  const devicesOf = (accountId: AccountId) =>
    (model.accounts.get(accountId)?.devices ?? []).filter(({ isRevoked }) => !isRevoked)

  const routes: Record<string, Route> = {
    registerDevice: (session, body) => register(session.accountId, session, body),
    async bindDevice(session, { deviceId, atMs, signature }: RouteRequest<'bindDevice'>) {
      const device = devicesOf(session.accountId).find((each) => each.deviceId === deviceId)
      const deviceKey = fromB64(device?.deviceKey ?? '') ?? new Uint8Array()
      const bytes = fromB64(signature) ?? new Uint8Array()
      const { sessionId } = session
      const isProven = await e2ee.verifySessionBinding({ deviceId, deviceKey, sessionId, atMs, signature: bytes })
      if (!isProven) return fail('DEVICE_KEY_REFUSED')
      session.deviceId = deviceId
      return ok({})
    },
    listDevices: ({ accountId }) =>
      ok({
        accountKey: model.accounts.get(accountId)?.accountKey ?? null,
        devices: devicesOf(accountId).map(({ deviceId, deviceKey, signature }) => ({
          deviceId,
          deviceKey,
          signature,
          name: 'A browser',
          createdAtMs: 0,
          lastSeenMs: 0,
          isThisOne: false,
        })),
      }),
    renameDevice: () => ok({}),
    revokeDevice({ accountId }, _body, { deviceId }) {
      const device = devicesOf(accountId).find((each) => each.deviceId === deviceId)
      if (!device) return fail('NOT_FOUND')
      revoke(device)
      tellAll({ name: 'changed', id: 0, body: { what: 'devices' } })
      return ok({})
    },
    listContacts: ({ accountId }) =>
      ok({
        contacts: [...model.conversations.values()].flatMap(({ kind, members, conversationId }) => {
          const other = members.find((member) => member !== accountId)
          if (kind !== 'pair' || !members.includes(accountId) || !other) return []
          return [
            {
              accountId: other,
              handle: handles.get(other) ?? '',
              conversationId,
              sinceMs: options.sinceMs(conversationId),
            },
          ]
        }),
        requests: [],
      }),
    createGroup: ({ accountId }, { members }: RouteRequest<'createGroup'>) =>
      ok({ conversationId: addConversation([accountId, ...members], 'group') }),
    openLink() {
      const linkId = random.uuid() as LinkId
      links.set(linkId, null)
      return ok({ linkId, expiresAtMs: options.nowMs() + 600_000 })
    },
    answerLink(_session, { sealed }: RouteRequest<'answerLink'>, { linkId = '' }) {
      if (!links.has(linkId)) return fail('LINK_EXPIRED')
      links.set(linkId, sealed)
      return ok({})
    },
    readLink: (_session, _body, { linkId = '' }) =>
      links.has(linkId) ? ok({ sealed: links.get(linkId) }) : fail('LINK_EXPIRED'),
    async proveDevices(_session, { accountId, fromSize }: RouteRequest<'proveDevices'>) {
      const account = model.accounts.get(accountId)
      const log = await keyLog
      if (account) {
        const bytes = (text: string) => fromB64(text) ?? new Uint8Array()
        const devices = devicesOf(accountId).map((each) => ({ ...each, deviceKey: bytes(each.deviceKey) }))
        await log.append(accountId, { accountKey: bytes(account.accountKey), devices })
      }
      const proof = await log.prove(accountId, fromSize)
      return proof ? ok(proof) : fail('NOT_FOUND')
    },
    ...backups.routes,
    getReportKey: async () => ok({ publicKey: toB64((await reportKeys).publicKey) }),
    reportMessages(_session, body: RouteRequest<'reportMessages'>) {
      reports.push(body)
      return ok({ reportId: random.uuid() as ReportId, answerByMs: 1, isVerified: true, faults: [] })
    },
  }
  const ofConversations: Record<string, (device: ModelDevice, body: never) => unknown> = {
    listConversations(device) {
      const { conversations } = model.list(device)
      const named = (member: (typeof conversations)[number]['members'][number]) => ({
        ...member,
        handle: handles.get(member.accountId) ?? '',
      })
      return ok({ conversations: conversations.map((each) => ({ ...each, members: each.members.map(named) })) })
    },
    claimKeyPackages: (device, body) => model.claim(device, body),
    addKeyPackages(device, { suite, packages, last }: RouteRequest<'addKeyPackages'>) {
      device.packages[suite].push(...packages)
      if (last !== undefined) device.last[suite] = last
      return ok({ left: device.packages[suite].length })
    },
    countKeyPackages: ({ packages, last }) =>
      ok({
        pair: packages.pair.length,
        group: packages.group.length,
        hasLast: { pair: last.pair !== undefined, group: last.group !== undefined },
      }),
  }

  return { routes, ofConversations, backups }
}
