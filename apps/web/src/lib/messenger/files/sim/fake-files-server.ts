import { toB64, fail, FILE_PART_BYTES, ok, type Code, type FileId } from '@visavis/wire'
import type { Api } from '../../../account/api.ts'

type Stored = { readonly sizeBytes: number; readonly parts: Map<number, Uint8Array<ArrayBuffer>> }

/** The routes of files as a fake for tests: keeps what a real server would, and fails as told. */
export type FakeFilesServer = {
  readonly api: Api
  readonly files: Map<FileId, Stored>
  /** How many parts were put. */
  puts(): number
  /** Each call is refused with what this returns, or done when it returns undefined. */
  refuse: (route: string) => Code | undefined
  /** Everything that was ever sent here, as text of one character per byte. */
  seen(): string
}

export function createFakeFilesServer(): FakeFilesServer {
  const files = new Map<FileId, Stored>()
  const seen: string[] = []
  let puts = 0
  const countOf = ({ sizeBytes }: Stored) => Math.ceil(sizeBytes / FILE_PART_BYTES)

  const routes = {
    createFile(_: unknown, { sizeBytes }: { sizeBytes: number }) {
      const fileId = crypto.randomUUID() as FileId
      files.set(fileId, { sizeBytes, parts: new Map() })
      return ok({ fileId, parts: Math.ceil(sizeBytes / FILE_PART_BYTES) })
    },
    putFilePart({ fileId, part }: { fileId: FileId; part: string }, bytes: Uint8Array<ArrayBuffer>) {
      const file = files.get(fileId)
      if (!file) return fail('FILE_GONE')
      puts += 1
      file.parts.set(Number(part), bytes.slice())
      return ok({ complete: file.parts.size === countOf(file) })
    },
    getFile({ fileId }: { fileId: FileId }) {
      const file = files.get(fileId)
      if (!file) return fail('FILE_GONE')
      const missing = Array.from({ length: countOf(file) }, (_, part) => part).filter((part) => !file.parts.has(part))
      return ok({ sizeBytes: file.sizeBytes, complete: missing.length === 0, missing, expiresAtMs: 1 })
    },
    getFilePart({ fileId, part }: { fileId: FileId; part: string }) {
      const bytes = files.get(fileId)?.parts.get(Number(part))
      return bytes ? ok({ bytes: bytes.slice() }) : fail('FILE_GONE')
    },
    deleteFile({ fileId }: { fileId: FileId }) {
      return files.delete(fileId) ? ok({}) : fail('FILE_GONE')
    },
  }

  const server = {
    files,
    puts: () => puts,
    refuse: (_route: string): Code | undefined => undefined,
    seen: () => seen.join('\n'),
    api: {
      call: (async (name: keyof typeof routes, input: { params?: never; body?: never } = {}) => {
        // As a network would: never at once.
        await new Promise((resolve) => void setImmediate(resolve))
        const code = server.refuse(name)
        if (code) return fail(code)
        const body: unknown = input.body
        seen.push(JSON.stringify([name, input.params, body instanceof Uint8Array ? toB64(body.slice(0, 64)) : body]))
        if (body instanceof Uint8Array) seen.push(Buffer.from(body).toString('latin1'))
        return routes[name](input.params as never, input.body as never)
      }) as unknown as Api['call'],
    },
  }
  return server
}
