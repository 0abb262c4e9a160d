import { randomBytes, randomUUID } from 'node:crypto'
import { createDiskPartStore } from '../../src/files/index.ts'
import { fileIdOf } from './file-ids.ts'

// Writes parts one after the other, each full of its own number, and says when one is durable; until it is killed.
const [folder = ''] = process.argv.slice(2)
const random = { bytes: (count: number) => randomBytes(count), uuid: () => randomUUID(), float: () => 0 }
const store = createDiskPartStore({ folder, random })
for (let part = 0; ; part += 1) {
  await store.put(fileIdOf(1), part, new Uint8Array(1024 * 1024).fill(part))
  process.stdout.write(`${part}\n`)
}
