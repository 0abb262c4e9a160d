import type { DeviceListener } from '../gateway/index.ts'
import type { Devices } from './service.ts'

export { createKeyPackages, type KeyPackages, type KeyPackagesDeps } from './key-packages.ts'
export { createKeyPackageStore, type KeyPackageStore, type PackageCount } from './key-package-store.ts'
export { createLinks, type Links } from './links.ts'
export { createLinkStore, type DeviceLink, type LinkStore } from './link-store.ts'
export type { Credential, DeviceProofs } from './proofs.ts'
export { deviceRoutes } from './routes.ts'
export {
  createDevices,
  type Asker,
  type Devices,
  type DevicesDeps,
  type DevicesListener,
  type TextSeal,
} from './service.ts'
export {
  createDeviceStore,
  type AccountDevices,
  type AddOutcome,
  type Device,
  type DeviceStore,
  type DeviceTables,
} from './store.ts'
export { createTellChanged, type ChangedList, type TellChanged } from './tell-accounts.ts'

/** What devices do when they come. */
export function devicesListener(devices: Devices): DeviceListener {
  return {
    deviceBack: (person) => {
      if (person.isRegistered) devices.seen(person.deviceId)
    },
  }
}
