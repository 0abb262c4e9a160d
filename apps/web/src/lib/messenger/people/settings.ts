import { flag, recordKind, tellUnreadable } from '../../vault/record-kind.ts'
import type { Vault, VaultKey } from '../../vault/types.ts'
import type { Log } from '@visavis/ports'
import type { MessengerSettings } from '../types.ts'

const KEY: VaultKey = ['messenger-settings']
/** Each can be switched off [K3]. */
export const SETTINGS_DEFAULT: MessengerSettings = { sendsRead: true, sendsTyping: true }

/** What a person wished is not known any more: until they say it again, nobody is told anything. */
const TELLS_NOTHING: MessengerSettings = { sendsRead: false, sendsTyping: false }
const settingsRecord = recordKind<MessengerSettings>({
  name: 'settings',
  shape: { sendsRead: flag, sendsTyping: flag },
})

/** What others are told of this device's person; kept on the device. */
export type SettingsStore = {
  readonly get: () => MessengerSettings
  readonly set: (settings: MessengerSettings) => Promise<void>
}

export async function openSettings(vault: Vault, log: Log): Promise<SettingsStore> {
  const stored = await vault.get('self', KEY)
  const opened = stored === undefined ? undefined : settingsRecord.open(stored)
  if (opened && !opened.ok) tellUnreadable(log, settingsRecord.name, opened.why, 1)
  let settings = opened === undefined ? SETTINGS_DEFAULT : opened.ok ? opened.value : TELLS_NOTHING
  return {
    get: () => settings,
    async set({ sendsRead, sendsTyping }) {
      await vault.write([{ shelf: 'self', key: KEY, value: settingsRecord.write({ sendsRead, sendsTyping }) }])
      settings = { sendsRead, sendsTyping }
    },
  }
}
