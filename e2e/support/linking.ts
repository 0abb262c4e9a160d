import { expect } from '@playwright/test'
import type { Writer } from './chats.ts'

/** Links a signed-in browser as a further device, by the code as text: both show the same digits, the known one agrees. */
export async function linkDevice(known: Writer, fresh: Writer): Promise<void> {
  await fresh.page.goto('/settings/devices/link')
  await fresh.page.getByRole('button', { name: 'Show the code' }).click()
  const code = await fresh.page.getByLabel('The code as text').inputValue()
  await known.page.goto('/settings/devices/link')
  await known.page.getByLabel('Paste the code').fill(code)
  await known.page.getByRole('button', { name: 'Go on' }).click()
  const check = /^\d{3}\s?\d{3}$/
  const told = await fresh.page.getByText(check).first().innerText()
  expect(await known.page.getByText(check).first().innerText()).toBe(told)
  await known.page.getByRole('button', { name: 'They are the same: link it' }).click()
  await expect(fresh.page.getByText(/This device is linked/)).toBeVisible({ timeout: 60_000 })
}
