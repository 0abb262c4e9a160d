import { deviceId as deviceIdSchema, fail, linkId as linkIdSchema, ok, toB64 } from '@visavis/wire'
import type { RouteHandlers } from '../http/index.ts'
import type { KeyPackages } from './key-packages.ts'
import type { Links } from './links.ts'
import type { Devices } from './service.ts'

/** HTTP edge of devices. Who may: anyone signed in, for the own account; what needs a registered device says so itself. */
export function deviceRoutes(parts: { devices: Devices; keyPackages: KeyPackages; links: Links }) {
  const { devices, keyPackages, links } = parts
  return {
    registerDevice: ({ person, request }) => devices.register(person, request),
    bindDevice: ({ person, request }) => devices.bind(person, request),

    async listDevices({ person }) {
      const own = await devices.list(person.accountId)
      return ok({
        accountKey: own.accountKey ? toB64(own.accountKey) : null,
        devices: own.devices.map(({ deviceId, deviceKey, signature, name, createdAtMs, lastSeenMs }) => ({
          deviceId,
          deviceKey: toB64(deviceKey),
          signature: toB64(signature),
          name,
          createdAtMs,
          lastSeenMs,
          isThisOne: deviceId === person.deviceId,
        })),
      })
    },

    async renameDevice({ person, request, params }) {
      const deviceId = deviceIdSchema.safeParse(params['deviceId'])
      return deviceId.success ? devices.rename(person.accountId, deviceId.data, request.name) : fail('NOT_FOUND')
    },

    async revokeDevice({ person, params }) {
      const deviceId = deviceIdSchema.safeParse(params['deviceId'])
      return deviceId.success ? devices.revoke(person.accountId, deviceId.data) : fail('NOT_FOUND')
    },

    addKeyPackages: ({ person, request }) => keyPackages.add(person, request),
    countKeyPackages: ({ person }) => keyPackages.count(person),
    claimKeyPackages: ({ person, request }) => keyPackages.claim(person, request),
    openLink: ({ person }) => links.open(person),

    async answerLink({ person, request, params }) {
      const linkId = linkIdSchema.safeParse(params['linkId'])
      return linkId.success ? links.answer(person, linkId.data, request.sealed) : fail('LINK_EXPIRED')
    },

    async readLink({ person, params }) {
      const linkId = linkIdSchema.safeParse(params['linkId'])
      return linkId.success ? links.read(person, linkId.data) : fail('LINK_EXPIRED')
    },
  } satisfies RouteHandlers
}
