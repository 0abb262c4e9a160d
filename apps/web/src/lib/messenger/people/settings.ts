import type { Vault, VaultKey } from '../../vault/types.ts'
import type { MessengerSettings } from '../types.ts'

const KEY: VaultKey = ['messenger-settings']
/** Each can be switched off [K3]. */
export const SETTINGS_DEFAULT: MessengerSettings = { sendsRead: true, sendsTyping: true }

/** What others are told of this device's person; kept on the device. */
export type SettingsStore = {
  readonly get: () => MessengerSettings
  readonly set: (settings: MessengerSettings) => Promise<void>
}

export async function openSettings(vault: Vault): Promise<SettingsStore> {
  let settings = ((await vault.get('self', KEY)) as MessengerSettings | undefined) ?? SETTINGS_DEFAULT
  return {
    get: () => settings,
    async set({ sendsRead, sendsTyping }) {
      await vault.write([{ shelf: 'self', key: KEY, value: { sendsRead, sendsTyping } }])
      settings = { sendsRead, sendsTyping }
    },
  }
}
