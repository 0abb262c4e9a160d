import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
}
const WEB = fileURLToPath(new URL('..', import.meta.url))

/** Builds the app around the scripted engine and serves it on a free port of this machine; ends with `close`. */
export async function serveScriptedSite(): Promise<{ url: string; close(): Promise<void> }> {
  // A process of its own: the build looks for the app in the working directory of its process.
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js')
  const build = [vite, 'build', '--config', 'tests/vite.scripted.config.ts', '--logLevel', 'error']
  await promisify(execFile)(process.execPath, build, { cwd: WEB })
  const pages = join(WEB, '.svelte-kit/scripted-site')
  const server: Server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://site').pathname)
    const file = extname(path) === '' ? 'index.html' : path
    readFile(join(pages, file)).then(
      (bytes) =>
        response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(bytes),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
