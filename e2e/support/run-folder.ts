import { cpSync } from 'node:fs'
import path from 'node:path'

/** Names the folder of what the servers of a run have in common (`global-setup.ts`). Outside of a run there is none. */
export const RUN_FOLDER = 'VISAVIS_E2E_RUN_FOLDER'

/** Puts a copy of the run's empty database into a new data folder. Without one the server makes its own. */
export function copyDatabaseTemplate(dataDir: string): void {
  const folder = process.env[RUN_FOLDER]
  if (folder) cpSync(path.join(folder, 'database'), path.join(dataDir, 'database'), { recursive: true })
}

/** What a server's process has to be told to read the code that an earlier one has compiled (`NODE_COMPILE_CACHE`). */
export function sharedCode(): Readonly<Record<string, string>> {
  const folder = process.env[RUN_FOLDER]
  return folder ? { NODE_COMPILE_CACHE: path.join(folder, 'code') } : {}
}
