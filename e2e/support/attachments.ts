import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, type Locator } from '@playwright/test'
import { messageLog, type Writer } from './chats.ts'
import type { TestServer } from './server.ts'
import { uncover } from './sharing.ts'

/** A file goes through a worker, a disk and another worker, all on the cores of one machine. */
export const FILE_MS_MAX = 120_000

/** Attaches a picture to the open conversation and sends it. */
export async function sendPhoto(
  { page }: Writer,
  photo: { readonly name: string; readonly bytes: Buffer; readonly isViewOnce?: boolean },
): Promise<void> {
  const input = page.locator('input[type="file"][accept="image/*"]')
  await input.setInputFiles({ name: photo.name, mimeType: 'image/jpeg', buffer: photo.bytes })
  if (photo.isViewOnce) await page.getByRole('button', { name: 'View once' }).click()
  await page.getByRole('button', { name: 'Send', exact: true }).click()
}

/** Opens the one photo of the open conversation, and gives what a person would find in their downloads. */
export async function savePhoto(writer: Writer): Promise<Buffer> {
  const { page } = writer
  const photo = messageLog(writer).getByRole('button', { name: 'Open photo' })
  await uncover(writer, photo, FILE_MS_MAX)
  await photo.click({ timeout: FILE_MS_MAX })
  const bytes = await saved(writer, page.getByRole('dialog').getByRole('button', { name: 'Save' }))
  await page.keyboard.press('Escape')
  return bytes
}

/** Speaks until the clock beside the recording shows a second, and sends it. */
export async function sendVoiceNote({ page }: Writer): Promise<void> {
  await page.getByRole('button', { name: 'Voice note' }).click()
  const recording = page.getByRole('group', { name: 'Voice note' })
  await expect(recording.getByRole('timer')).toHaveText(/^\s*0:0[1-9]/)
  await page.getByRole('button', { name: 'Stop recording' }).click()
  await page.getByRole('button', { name: 'Send voice note' }).click()
}

/** Plays the one voice note of the open conversation: it has arrived, opens and sounds. */
export async function playVoiceNote(writer: Writer): Promise<void> {
  const log = messageLog(writer)
  await uncover(writer, log.getByRole('button', { name: 'Play' }), FILE_MS_MAX)
  await log.getByRole('button', { name: 'Play' }).click({ timeout: FILE_MS_MAX })
  await expect(log.getByRole('button', { name: 'Pause' })).toBeVisible({ timeout: FILE_MS_MAX })
}

/** A file of random bytes in `folder`, and its digest (SHA-256, hex). */
export function makeFile(folder: string, name: string, sizeBytes: number): { path: string; digest: string } {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, name)
  const bytes = randomBytes(sizeBytes)
  writeFileSync(file, bytes)
  return { path: file, digest: digestOf(bytes) }
}

/** Attaches a file from the disk to the open conversation, sends it and waits until it is on its way. */
export async function sendFile(writer: Writer, file: string): Promise<void> {
  const { page } = writer
  await page.locator('input[type="file"]:not([accept])').setInputFiles(file)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(messageLog(writer).getByRole('progressbar')).toBeVisible({ timeout: FILE_MS_MAX })
}

/** Fetches and decrypts the file with that name; gives the digest of what was saved. */
export async function digestOfSaved(writer: Writer, name: string): Promise<string> {
  const log = messageLog(writer)
  const save = log.getByRole('button', { name: `Save ${name}` })
  await uncover(writer, save, FILE_MS_MAX)
  return digestOf(await saved(writer, save, log.getByRole('button', { name: `Save anyway ${name}` })))
}

/** `anyway`: pressed if it asks, for kinds of files that may do harm. */
async function saved({ page }: Writer, save: Locator, anyway?: Locator): Promise<Buffer> {
  await expect(save).toBeEnabled({ timeout: FILE_MS_MAX })
  const downloading = page.waitForEvent('download', { timeout: FILE_MS_MAX })
  await save.click()
  if (await anyway?.isVisible()) await anyway?.click()
  return readFileSync(await (await downloading).path())
}

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Waits until the server holds more than `count` parts of files. */
export async function expectPartsOnDisk({ dataDir }: TestServer, count: number): Promise<void> {
  const folder = path.join(dataDir, 'files')
  const parts = () =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
      : 0
  const message = 'some of the file should be on its way'
  await expect.poll(parts, { timeout: FILE_MS_MAX, message }).toBeGreaterThan(count)
}
