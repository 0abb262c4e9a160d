import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Names a folder that all test files of one run share, and that goes with the run. */
export const RUN_FOLDER = 'VISAVIS_TEST_RUN_FOLDER'

/** Vitest's `globalSetup`: before all test files; what it gives runs after them. */
export default function makeRunFolder(): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), 'visavis-run-'))
  process.env[RUN_FOLDER] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
