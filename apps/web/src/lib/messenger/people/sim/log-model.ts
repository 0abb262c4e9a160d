import { createHash } from 'node:crypto'
import * as e2ee from '@visavis/e2ee'
import { toB64, type RouteResponse } from '@visavis/wire'
import { createSerial } from '../../core/serial.ts'

type Tree = { readonly size: number; readonly root: Uint8Array }

/** A log of device keys in memory, with the hands of a dishonest operator: `fork`. */
export async function createLogModel(given?: Awaited<ReturnType<typeof e2ee.createAccountKeys>>) {
  const keys = given ?? (await e2ee.createAccountKeys())
  const nodes = new Map<string, Uint8Array>()
  const entries = new Map<string, e2ee.PlacedEntry>()
  const sets: { readonly accountId: string; readonly set: e2ee.DeviceSet }[] = []
  const inTurn = createSerial()
  let tree: Tree = { size: 0, root: await e2ee.emptyRoot() }
  const read: e2ee.ReadNodes = async (wanted) =>
    wanted.flatMap(({ level, place }) => nodes.get(`${level}/${place}`) ?? [])

  const append = (accountId: string, set: e2ee.DeviceSet) => inTurn(() => appendOne(accountId, set))

  async function appendOne(accountId: string, set: e2ee.DeviceSet): Promise<void> {
    const deviceSet = await e2ee.deviceSetHash(set)
    const before = entries.get(accountId)
    if (before && toB64(before.deviceSet) === toB64(deviceSet)) return
    const { size } = tree
    const logId = new Uint8Array(createHash('sha256').update(accountId).digest())
    const entry = { logId, version: (before?.version ?? 0) + 1, deviceSet, previous: before?.index, index: size }
    const grown = await e2ee.appendLeaf(size, await read(e2ee.peaksOf(size)), await e2ee.entryLeaf(entry))
    for (const { hash, level, place } of grown.nodes) nodes.set(`${level}/${place}`, hash)
    tree = { size: size + 1, root: grown.root }
    entries.set(accountId, entry)
    sets.push({ accountId, set })
  }

  /** Another log of the same operator that tells the first `length` entries the same, and the rest not at all. */
  async function fork(length: number) {
    const other = await createLogModel(keys)
    for (const { accountId, set } of sets.slice(0, length)) await other.append(accountId, set)
    return other
  }

  async function prove(accountId: string, fromSize: number): Promise<RouteResponse<'proveDevices'> | undefined> {
    const entry = entries.get(accountId)
    if (!entry) return undefined
    const { index } = entry
    const { root, size } = tree
    const checkpoint = { size, root, atMs: 1 }
    const consistency = fromSize <= size ? await e2ee.consistencyPath(fromSize, size, read) : []
    return {
      logId: toB64(entry.logId),
      version: entry.version,
      deviceSet: toB64(entry.deviceSet),
      previous: entry.previous ?? null,
      index,
      inclusion: (await e2ee.inclusionPath(index, size, read)).map(toB64),
      consistency: consistency.map(toB64),
      checkpoint: {
        size,
        root: toB64(root),
        atMs: 1,
        signature: toB64(await e2ee.signCheckpoint(keys.privateKey, checkpoint)),
        publicKey: toB64(keys.publicKey),
      },
    }
  }

  return { append, fork, prove, size: () => tree.size }
}

export type LogModel = Awaited<ReturnType<typeof createLogModel>>
