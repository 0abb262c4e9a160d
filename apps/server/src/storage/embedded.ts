import { fsyncSync, mkdirSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { createPgConfig } from '@electric-sql/pglite/node-postgres'
import pg from 'pg'
import { TYPES } from './types.ts'

/** The embedded engine behind a node-postgres pool of exactly one connection. */
export type Embedded = { readonly pool: pg.Pool; close: () => Promise<void> }

type EmscriptenModule = { NODEFS: { stream_ops: { fsync?: (stream: { nfd?: number }) => number } } }

// Title: "Durable mode". PGlite as shipped runs PostgreSQL with fsync switched off, and its file system has no fsync
// anyway: ten out of ten simulated power cuts lost acknowledged rows. So fsync is given a body here, `-F` is taken out,
// and `wal_sync_method=fsync` keeps PostgreSQL away from fdatasync, which is a stub in the WebAssembly build.
class DurableNodeFS extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>) {
    const result = await super.init(...args)
    const preRun = (result.emscriptenOpts.preRun ?? []) as ((module: unknown) => void)[]
    preRun.push((module) => {
      ;(module as EmscriptenModule).NODEFS.stream_ops.fsync = (stream) => {
        if (stream.nfd !== undefined) fsyncSync(stream.nfd)
        return 0
      }
    })
    return result
  }
}

const DURABLE_PARAMS = [...PGlite.defaultStartParams.filter((param) => param !== '-F'), '-c', 'wal_sync_method=fsync']

/**
 * Opens (and on first use creates) the embedded database in `folder`, durably: what was committed survives a kill and a
 * power cut. The caller holds the folder's lock; two processes in one folder would destroy it.
 */
export async function openEmbedded(folder: string): Promise<Embedded> {
  mkdirSync(folder, { recursive: true })
  return behindPool(await PGlite.create({ fs: new DurableNodeFS(folder), startParams: DURABLE_PARAMS }))
}

/** The same engine in memory, for tests: nothing is kept. `image` is what `dumpDataDir` of another one gave. */
export async function openEmbeddedInMemory(image?: Blob): Promise<Embedded & { readonly engine: PGlite }> {
  const engine = await PGlite.create(image ? { loadDataDir: image } : {})
  return { ...behindPool(engine), engine }
}

// Through the node-postgres bridge and not through Kysely's own PGlite dialect, for two reasons. That dialect shares a
// single connection without a lock, so a query sent while someone else's transaction is open runs inside it and is
// rolled back with it; a pool of one makes everyone wait their turn. And the bridge is quicker: 128 mailbox rows of
// 1 KiB per insert, durable, went in at 42-46 thousand rows/s and 23-28 us of CPU a row, against 10 thousand and
// 97-103 us through `PGlite.query` (which describes every statement before it sends it). One driver also means one set
// of type parsers and one shape of error for both kinds of storage.
function behindPool(engine: PGlite): Embedded {
  const pool = new pg.Pool(Object.assign(createPgConfig(engine), { max: 1, idleTimeoutMillis: 0, types: TYPES }))
  pool.on('error', () => {})
  return {
    pool,
    async close() {
      await pool.end()
      await engine.close()
    },
  }
}
