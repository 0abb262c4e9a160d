import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Random } from '@visavis/ports'
import { fileId as fileIdSchema, type FileId } from '@visavis/wire'
import type { PartStore } from './part-store.ts'

/**
 * Parts as files: `<folder>/<first two digits of the id>/<id>/<part>`. A part is written under another name, flushed and
 * then renamed, and the folder is flushed after it: a crash leaves the part whole or not at all.
 */
export function createDiskPartStore(deps: { folder: string; random: Random }): PartStore {
  const { folder, random } = deps
  const placeOf = (fileId: FileId) => path.join(folder, fileId.slice(0, 2), fileId)

  return {
    async put(fileId, part, bytes) {
      const place = placeOf(fileId)
      await mkdir(place, { recursive: true, mode: 0o700 })
      const draft = path.join(place, `${part}.${random.uuid()}`)
      try {
        await writeDurably(draft, bytes)
        await rename(draft, path.join(place, String(part)))
      } catch (error) {
        await rm(draft, { force: true })
        throw error
      }
      for (const above of [place, path.dirname(place), folder]) await flushFolder(above)
    },

    async get(fileId, part) {
      try {
        return new Uint8Array(await readFile(path.join(placeOf(fileId), String(part))))
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },

    remove: (fileId) => rm(placeOf(fileId), { recursive: true, force: true }),

    async *list() {
      for (const shelf of await namesIn(folder))
        for (const name of await namesIn(path.join(folder, shelf))) {
          // Nobody else writes here; what is not ours is left alone.
          const id = fileIdSchema.safeParse(name)
          if (id.success && name.startsWith(shelf)) yield id.data
        }
    },
  }
}

async function writeDurably(name: string, bytes: Uint8Array): Promise<void> {
  const file = await open(name, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function flushFolder(name: string): Promise<void> {
  const folder = await open(name, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
