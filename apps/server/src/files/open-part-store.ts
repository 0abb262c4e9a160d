import path from 'node:path'
import type { Clock, Log, Random } from '@visavis/ports'
import type { Config } from '../config.ts'
import { createDiskPartStore } from './disk-part-store.ts'
import type { PartStore } from './part-store.ts'
import { createS3PartStore } from './s3-part-store.ts'

/** The store that is configured, tried out where it is not on this machine. Rejects with `FileStoreError`. */
export async function openPartStore(deps: {
  readonly config: Pick<Config, 'dataDir' | 's3'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly fetch: typeof fetch
}): Promise<PartStore> {
  const { s3: settings, dataDir } = deps.config
  if (!settings) return createDiskPartStore({ folder: path.join(dataDir, 'files'), random: deps.random })
  const store = createS3PartStore({ ...deps, settings })
  await store.check()
  return store
}
