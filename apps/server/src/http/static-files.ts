import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const compress = promisify(gzip)

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
}
const COMPRESSIBLE = new Set(['.html', '.js', '.mjs', '.css', '.json', '.webmanifest', '.svg', '.txt', '.wasm'])
const IMMUTABLE = '/_app/immutable/'
const FALLBACKS = ['/index.html', '/200.html'] as const

type StaticFile = {
  readonly bytes: Buffer
  readonly type: string
  readonly etag: string
  readonly cache: string
  gzipped?: Promise<Buffer>
}

export type StaticFiles = {
  /** The page every address of the app starts with; undefined when the app has not been built. */
  readonly fallback: string | undefined
  /** The answer for a path, or undefined when there is no such file and the path is no page. */
  answer: (request: Request) => Promise<Response | undefined>
}

/**
 * Serves a built web app. The folder is read once at start and requests are looked up in that list, so no path, however
 * it is written, can reach a file outside; what is not in the list and looks like a page gets the app's start page.
 */
export async function loadStaticFiles(folder: string): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>()
  for (const name of await listOf(folder)) {
    const url = `/${name.split(path.sep).join('/')}`
    const extension = path.extname(name).toLowerCase()
    const bytes = await readFile(path.join(folder, name))
    files.set(url, {
      bytes,
      type: TYPES[extension] ?? 'application/octet-stream',
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`,
      // Names under _app/immutable carry a hash of their content and never change their meaning.
      cache: url.startsWith(IMMUTABLE) ? 'public, max-age=31536000, immutable' : 'no-cache',
    })
  }
  const start = FALLBACKS.map((name) => files.get(name)).find((file) => file !== undefined)
  return {
    fallback: start?.bytes.toString('utf8'),
    async answer(request) {
      const asked = decodedPath(request.url)
      const isPage = !path.posix.extname(asked)
      const file = files.get(asked === '/' ? '/index.html' : asked) ?? (isPage ? start : undefined)
      return file ? respond(file, request) : undefined
    },
  }
}

async function listOf(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function decodedPath(url: string): string {
  const { pathname } = new URL(url)
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname
  }
}

async function respond(file: StaticFile, request: Request): Promise<Response> {
  const headers = new Headers({
    'content-type': file.type,
    'cache-control': file.cache,
    etag: file.etag,
    vary: 'accept-encoding',
  })
  if (request.headers.get('if-none-match') === file.etag) return new Response(null, { status: 304, headers })
  let body = file.bytes
  const compressible = [...COMPRESSIBLE].some((extension) => TYPES[extension] === file.type)
  if (compressible && body.byteLength > 1_024 && /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')) {
    file.gzipped ??= compress(file.bytes)
    body = await file.gzipped
    headers.set('content-encoding', 'gzip')
  }
  headers.set('content-length', String(body.byteLength))
  return new Response(request.method === 'HEAD' ? null : new Uint8Array(body), { status: 200, headers })
}
