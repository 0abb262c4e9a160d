import { createFakeLog } from '@visavis/testkit'
import { expect, it } from 'vitest'
import { createMemoryVault } from '../../vault/sim/memory-vault.ts'
import { openSettings, SETTINGS_DEFAULT } from './settings.ts'

it('[K3] settings are kept; where they cannot be read any more, nobody is told anything', async () => {
  const vault = createMemoryVault()
  expect((await openSettings(vault, createFakeLog())).get()).toEqual(SETTINGS_DEFAULT)
  await (await openSettings(vault, createFakeLog())).set({ sendsRead: false, sendsTyping: true })
  expect((await openSettings(vault, createFakeLog())).get()).toEqual({ sendsRead: false, sendsTyping: true })
  await vault.write([{ shelf: 'self', key: ['messenger-settings'], value: { sendsRead: 'yes' } }])
  const log = createFakeLog()
  expect((await openSettings(vault, log)).get()).toEqual({ sendsRead: false, sendsTyping: false })
  expect(log.text()).toContain('settings damaged')
})
