import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createFakeLog } from '@visavis/testkit'
import { openStorage } from '../../apps/server/src/storage/index.ts'
import { RUN_FOLDER } from './run-folder.ts'

/**
 * Before all tests: an empty database is made once for the run, as a server makes its own at its first start, and the
 * servers of the run begin with a copy of it. Making one takes a core for seconds, and there are dozens of servers. It
 * lives no longer than its run, so that it is never older than the migrations. Secrets are not in it: each server makes
 * its own. What this gives runs after all tests.
 */
export default async function globalSetup(): Promise<() => void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'visavis-run-'))
  const storage = await openStorage({ dataDir: folder, log: createFakeLog() })
  await storage.close()
  process.env[RUN_FOLDER] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
