import { fail, fileId as fileIdSchema, type FileId } from '@visavis/wire'
import type { RateLimits, RouteHandlers } from '../http/index.ts'
import type { Files } from './service.ts'

type Params = Readonly<Record<string, string>>

/** HTTP edge of files; that somebody is signed in is told by `ROUTES`, who may have a file is asked by the service. */
export function fileRoutes(
  files: Files,
  limits: RateLimits,
): Pick<RouteHandlers, 'createFile' | 'putFilePart' | 'getFile' | 'getFilePart' | 'deleteFile'> {
  return {
    async createFile({ person, request }) {
      const limited = await limits.take('fileAccount', person.accountId)
      return limited.ok ? files.create(person, request) : limited
    },
    async putFilePart({ person, params, request }) {
      const place = placeOf(params)
      return place ? files.put(person, place.fileId, place.part, request) : fail('FILE_GONE')
    },
    async getFile({ person, params }) {
      const fileId = fileOf(params)
      return fileId ? files.describe(person, fileId) : fail('FILE_GONE')
    },
    async getFilePart({ person, params }) {
      const place = placeOf(params)
      return place ? files.read(person, place.fileId, place.part) : fail('FILE_GONE')
    },
    async deleteFile({ person, params }) {
      const fileId = fileOf(params)
      return fileId ? files.remove(person, fileId) : fail('FILE_GONE')
    },
  }
}

function fileOf(params: Params): FileId | undefined {
  const id = fileIdSchema.safeParse(params['fileId'])
  return id.success ? id.data : undefined
}

/** Undefined for anything that is not the number of a part as our own client writes it. */
function placeOf(params: Params): { fileId: FileId; part: number } | undefined {
  const fileId = fileOf(params)
  const digits = params['part'] ?? ''
  return fileId && /^(?:0|[1-9]\d{0,3})$/.test(digits) ? { fileId, part: Number(digits) } : undefined
}
