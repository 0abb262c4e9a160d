import type { FileId } from '@visavis/wire'
import type { FileStore, PartStore, StoredFile } from '../../src/files/index.ts'

/** Files in memory that pass the same contracts as the real ones (`file-contracts.ts`). */

export function createMemoryPartStore(): PartStore & { readonly files: Map<FileId, Map<number, Uint8Array>> } {
  const files = new Map<FileId, Map<number, Uint8Array>>()
  return {
    files,
    async put(fileId, part, bytes) {
      files.set(fileId, (files.get(fileId) ?? new Map<number, Uint8Array>()).set(part, bytes.slice()))
    },
    async get(fileId, part) {
      const bytes = files.get(fileId)?.get(part)
      return bytes && new Uint8Array(bytes)
    },
    remove: async (fileId) => void files.delete(fileId),
    async *list() {
      yield* files.keys()
    },
  }
}

export function createMemoryFileStore(): FileStore {
  const files = new Map<FileId, StoredFile>()
  const parts = new Map<FileId, Set<number>>()
  return {
    async add(file, bytesMax) {
      const own = [...files.values()].filter(
        (each) => each.uploader === file.uploader && each.expiresAtMs > file.createdAtMs,
      )
      if (own.reduce((sum, { sizeBytes }) => sum + sizeBytes, file.sizeBytes) > bytesMax) return false
      files.set(file.fileId, file)
      parts.set(file.fileId, new Set())
      return true
    },
    find: async (fileId) => files.get(fileId),
    partsOf: async (fileId) => new Set(parts.get(fileId)),
    async record(fileId, part) {
      const file = files.get(fileId)
      if (!file) return undefined
      const there = parts.get(fileId)?.add(part)
      const isComplete = there?.size === file.parts
      files.set(fileId, { ...file, isComplete })
      return { isComplete }
    },
    async remove(fileId) {
      files.delete(fileId)
      parts.delete(fileId)
    },
    async sweep({ nowMs, incompleteBeforeMs, limit }) {
      const isDue = (file: StoredFile) =>
        file.expiresAtMs <= nowMs || (!file.isComplete && file.createdAtMs <= incompleteBeforeMs)
      const due = [...files.values()].filter(isDue).slice(0, limit)
      for (const { fileId } of due) files.delete(fileId)
      return due.map(({ fileId }) => fileId)
    },
  }
}
