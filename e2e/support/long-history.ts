import path from 'node:path'
import type { Page } from '@playwright/test'
import { build } from 'vite'
import { queryTables } from './database-dump.ts'
import type { History } from './long-history-page.ts'
import type { TestServer } from './server.ts'

/**
 * A conversation of years in seconds: the product's own vault is opened in the browser of one of the two and filled with
 * records as the product writes them, and the server's count of the conversation is moved on as far. What is sent after
 * that comes behind it. The page is left on one that shows nothing of the app.
 */
export async function writeHistory(page: Page, server: TestServer, history: History): Promise<void> {
  const script = await bundle()
  await page.goto('/healthz')
  await page.evaluate(script)
  await page.evaluate(
    (given) => (globalThis as unknown as { seedHistory(history: History): Promise<number> }).seedHistory(given),
    history,
  )
  await server.stop()
  await queryTables(
    server.dataDir,
    `update mailbox_channels set position = ${history.last} where channel_id = '${history.conversationId}'`,
  )
  await server.start()
}

async function bundle(): Promise<string> {
  const entry = path.join(import.meta.dirname, 'long-history-page.ts')
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: import.meta.dirname,
    build: { write: false, lib: { entry, formats: ['iife'], name: 'history', fileName: 'history' } },
  })
  const [output] = Array.isArray(result) ? result : [result]
  const chunk = output && 'output' in output ? output.output[0] : undefined
  if (!chunk) throw new Error('the history has no bundle')
  return chunk.code
}
