import type { DeviceId } from '@visavis/wire'

/** One of the own account's. */
export type Device = {
  readonly deviceId: DeviceId
  readonly name: string
  readonly createdAtMs: number
  readonly lastSeenMs: number
  readonly isThisOne: boolean
}
