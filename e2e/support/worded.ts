import path from 'node:path'
import { expect, type Page } from '@playwright/test'
import type { Person } from './person.ts'

const PICTURES = process.env['OUTCOME_PICTURES']
const SIZES = [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
] as const

/** With OUTCOME_PICTURES=<folder>: the state as a phone and as a desktop show it, to be looked at. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!PICTURES) return
  const before = page.viewportSize()
  for (const size of SIZES) {
    await page.setViewportSize(size)
    await page.screenshot({ path: path.join(PICTURES, `${name}-${size.width}.png`) })
  }
  if (before) await page.setViewportSize(before)
}

/** In the lobby: writing only, no camera and no microphone. */
export async function chooseText(person: Person): Promise<void> {
  await person.page.getByRole('radio', { name: 'Text', exact: true }).check({ force: true })
  await expect(person.page.getByText('Text only: camera and microphone stay off.')).toBeVisible()
}

/** Two people who write to each other in the call they are in. */
export async function expectCallWith(person: Person): Promise<void> {
  await expect(person.page.getByPlaceholder('Write a message')).toBeEnabled({ timeout: 30_000 })
}

/** The person waits in the pool, and the server has said so. */
export async function expectWaitingAlone(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'You are the first one here' })).toBeVisible({ timeout: 30_000 })
}
