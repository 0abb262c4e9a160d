import { chromium, type Browser, type Page } from '@playwright/test'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { Facts, Harness, Opened, OpenInput } from '../media-path/harness-page.ts'

/** Serves the harness page of the media path and opens people on it, each in a browser context of their own. */
type Credentials = { readonly ufrag: string; readonly pwd: string }
export type Driven = {
  open(input: OpenInput): Promise<Opened>
  connect(fingerprint: number[], dtls: 'active' | 'passive', remote?: Credentials): Promise<string | undefined>
  call<K extends keyof Harness>(name: K, ...args: Parameters<Harness[K]>): Promise<unknown>
  facts(): Promise<Facts>
}
export type Person = Driven & { readonly page: Page }
export type MediaPages = {
  person(mode?: 'video' | 'audio'): Promise<Person>
  close(): Promise<void>
}

export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
]

/** `flags` are given to the browser besides those that every test needs. */
export async function createMediaPages(flags: readonly string[] = []): Promise<MediaPages> {
  const script = await bundle()
  const server = createServer((request, response) => {
    const isScript = request.url === '/harness.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<!doctype html><title>path</title><body><script src="/harness.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://localhost:${(server.address() as AddressInfo).port}/`
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [...CHROMIUM_ARGS, ...flags],
  })

  async function person(mode: 'video' | 'audio' = 'video'): Promise<Person> {
    const permissions = mode === 'video' ? ['camera', 'microphone'] : ['microphone']
    const context = await browser.newContext({ permissions })
    const page = await context.newPage()
    await page.goto(url)
    const driven = driveHarness((name, args) =>
      page.evaluate(
        ([key, values]) => {
          const { harness } = globalThis as unknown as { harness: Record<string, (...all: unknown[]) => unknown> }
          return harness[key]?.(...values)
        },
        [name, args] as [string, unknown[]],
      ),
    )
    await driven.call('media', mode)
    return { page, ...driven }
  }

  return {
    person,
    async close() {
      await browser.close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** What a harness page can do, through whatever calls its functions. */
export function driveHarness(call: (name: keyof Harness, args: readonly unknown[]) => Promise<unknown>): Driven {
  return {
    call: (name, ...args) => call(name, args),
    open: async (input) => (await call('open', [input])) as Opened,
    connect: async (...args) => (await call('connect', args)) as string | undefined,
    facts: async () => (await call('facts', [])) as Facts,
  }
}

async function bundle(): Promise<string> {
  const entry = fileURLToPath(new URL('../media-path/harness-page.ts', import.meta.url))
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('../media-path/', import.meta.url)),
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name: 'page', fileName: 'harness' } },
  })
  const [output] = Array.isArray(result) ? result : [result]
  const chunk = output && 'output' in output ? output.output[0] : undefined
  if (!chunk) throw new Error('the harness page has no bundle')
  return chunk.code
}
