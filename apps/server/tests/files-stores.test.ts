import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createSeededRandom } from '@visavis/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { createDiskPartStore, createFileStore } from '../src/files/index.ts'
import { fileStoreContract, listed, partStoreContract } from './support/file-contracts.ts'
import { fileIdOf } from './support/file-ids.ts'
import { createMemoryFileStore, createMemoryPartStore } from './support/memory-files.ts'
import { closedAfterEach, eachStorage } from './support/storages.ts'

const folders: string[] = []
function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'visavis-files-'))
  folders.push(folder)
  return path.join(folder, 'files')
}
const diskStore = (folder = newFolder()) => createDiskPartStore({ folder, random: createSeededRandom(1) })
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

describe('bytes in memory', () => partStoreContract(async () => createMemoryPartStore()))
describe('bytes on disk', () => {
  partStoreContract(async () => diskStore())

  it('[K2] never shows what a crash cut off, and removes it with its file', async () => {
    const folder = newFolder()
    const store = diskStore(folder)
    const place = path.join(folder, 'f0', fileIdOf(1))
    await mkdir(place, { recursive: true })
    writeFileSync(path.join(place, '0.a draft'), 'cut')
    expect(await store.get(fileIdOf(1), 0)).toBeUndefined()
    await store.remove(fileIdOf(1))
    expect(await readdir(path.join(folder, 'f0'))).toEqual([])
  })

  it('[K2] leaves alone what is not its own', async () => {
    const folder = newFolder()
    await mkdir(path.join(folder, 'f0', 'notes'), { recursive: true })
    await mkdir(path.join(folder, 'aa', fileIdOf(1)), { recursive: true })
    expect(await listed(diskStore(folder))).toEqual([])
  })

  it('[K2] a process that is killed leaves every part whole or not at all, and all it has told of', async () => {
    const folder = newFolder()
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'support/part-crash-writer.ts'), folder])
    let told = 0
    const killed = new Promise((resolve) => void child.on('close', resolve))
    child.stdout.on('data', (chunk: Buffer) => {
      told += chunk.toString().split('\n').length - 1
      if (told >= 5) child.kill('SIGKILL')
    })
    await killed
    const store = diskStore(folder)
    const names = (await readdir(path.join(folder, 'f0', fileIdOf(1)))).filter((name) => !name.includes('.'))
    expect(told).toBeGreaterThanOrEqual(5)
    expect(names.length).toBeGreaterThanOrEqual(told)
    for (const part of names.map(Number))
      expect((await store.get(fileIdOf(1), part))?.every((byte) => byte === part)).toBe(true)
  }, 30_000)
})

describe('records in memory', () => fileStoreContract(async () => createMemoryFileStore()))
eachStorage((_, open) => {
  const { withPeople } = closedAfterEach(open)
  fileStoreContract(async () => createFileStore(await withPeople()))
})
