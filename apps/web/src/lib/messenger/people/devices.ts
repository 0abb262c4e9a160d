import type * as E2ee from '@visavis/e2ee'
import type { Clock } from '@visavis/ports'
import { fail, fromB64, ok, toB64, type DeviceId, type LinkId, type Result } from '@visavis/wire'
import type { Api } from '../../account/api.ts'
import type { SignedIn } from '../deps.ts'
import type { Device } from '../device-types.ts'
import { isDeviceName, type Identity } from './identity.ts'
import type { Directory } from './directory.ts'

/** How often a new device looks whether its link was answered. */
export const LINK_POLL_MS = 2_000

type LinkE2ee = Pick<typeof E2ee, 'createLinkKeys' | 'linkQr' | 'linkCheck' | 'readLinkQr' | 'sealLink' | 'openLink'>

export async function listDevices(api: Api, ownDeviceId: string | undefined): Promise<Result<readonly Device[]>> {
  const answer = await api.call('listDevices')
  if (!answer.ok) return answer
  return ok(
    answer.value.devices.map(({ deviceId, name, createdAtMs, lastSeenMs }) => ({
      deviceId,
      name,
      createdAtMs,
      lastSeenMs,
      isThisOne: deviceId === ownDeviceId,
    })),
  )
}

export async function renameDevice(api: Api, deviceId: DeviceId, name: string): Promise<Result<true>> {
  if (!isDeviceName(name)) return fail('WIRE_INVALID')
  const answer = await api.call('renameDevice', { params: { deviceId }, body: { name: name.trim() } })
  return answer.ok ? ok(true) : answer
}

export async function revokeDevice(api: Api, deviceId: DeviceId): Promise<Result<true>> {
  const answer = await api.call('revokeDevice', { params: { deviceId } })
  return answer.ok ? ok(true) : answer
}

/** The side that has the account key: what the QR text shows on both screens. */
export async function readLinkCode(e2ee: LinkE2ee, qr: string): Promise<Result<{ readonly check: string }>> {
  const code = e2ee.readLinkQr(qr)
  return code ? ok({ check: await e2ee.linkCheck(code.publicKey, code.linkId) }) : fail('WIRE_INVALID')
}

/**
 * Seals the account key, and what is known of contacts, to the device that shows the code. The person has compared the
 * digits before: whoever shows another code gets nothing.
 */
export async function confirmLink(
  deps: { readonly api: Api; readonly e2ee: LinkE2ee; readonly identity: Identity; readonly directory: Directory },
  qr: string,
): Promise<Result<true>> {
  const code = deps.e2ee.readLinkQr(qr)
  if (!code) return fail('WIRE_INVALID')
  const sealed = await deps.e2ee.sealLink(code.publicKey, code.linkId, {
    accountId: deps.identity.device.accountId,
    account: deps.identity.account,
    contacts: deps.directory.toHandOver(),
  })
  const params = { linkId: code.linkId }
  const answer = await deps.api.call('answerLink', { params, body: { sealed: toB64(sealed) } })
  return answer.ok ? ok(true) : answer
}

export type OpenedLink = { readonly qr: string; readonly check: string; readonly linkId: LinkId }

/**
 * The side of the new device: opens a link, and looks for its answer until it comes, the link is over, or `stop` is
 * called. `answered` is called once, with what another device of this account sealed.
 */
export async function openLink(
  deps: { readonly api: Api; readonly e2ee: LinkE2ee; readonly clock: Clock; readonly session: SignedIn },
  answered: (outcome: Result<E2ee.LinkPayload>) => void,
): Promise<Result<{ readonly link: OpenedLink; readonly stop: () => void }>> {
  const { api, clock, e2ee, session } = deps
  const opened = await api.call('openLink', { body: {} })
  if (!opened.ok) return opened
  const { linkId } = opened.value
  const keys = await e2ee.createLinkKeys()
  const params = { linkId }
  let isOver = false
  let cancel = () => {}

  function end(outcome: Result<E2ee.LinkPayload>): void {
    if (isOver) return
    isOver = true
    answered(outcome)
  }

  async function look(): Promise<void> {
    const answer = await api.call('readLink', { params })
    if (isOver) return
    if (answer.ok && answer.value.sealed !== null) return end(await unseal(answer.value.sealed))
    // No network is no answer: the link may still be there when it is back.
    if (!answer.ok && answer.code !== 'NETWORK_OFFLINE' && answer.retryAfterMs === undefined) return end(answer)
    cancel = clock.after(LINK_POLL_MS, () => void look())
  }

  async function unseal(sealed: string): Promise<Result<E2ee.LinkPayload>> {
    const bytes = fromB64(sealed)
    const payload = bytes && (await e2ee.openLink(keys.privateKey, linkId, bytes))
    if (!payload?.ok) return fail('E2EE_OPEN_FAILED')
    // Sealed by somebody who is signed in as another account: never take it for one's own.
    return payload.value.accountId === session.accountId ? ok(payload.value) : fail('E2EE_OPEN_FAILED')
  }

  cancel = clock.after(LINK_POLL_MS, () => void look())
  const qr = e2ee.linkQr({ linkId, publicKey: keys.publicKey })
  const check = await e2ee.linkCheck(keys.publicKey, linkId)
  const stop = () => {
    isOver = true
    cancel()
  }
  return ok({ link: { qr, check, linkId }, stop })
}
