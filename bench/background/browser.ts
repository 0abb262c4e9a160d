import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { build } from 'vite'
import { withSegmenterMetadata } from '../../apps/web/src/lib/background/model-metadata.ts'
import { writeClip } from './clip-file.ts'
import { cpuOfTree } from './cpu.ts'
import type { BenchPage, Contestant, Measured, Work } from './page.ts'
import type { Quality } from './quality.ts'

/** The page of the benchmark in a browser whose processor time can be read. */
export type BenchBrowser = {
  readonly version: string
  readonly hasLivekit: boolean
  begin(who: Contestant, work: Work): Promise<void>
  /** With the processor time of all of the browser. */
  measure(seconds: number): Promise<Measured & { readonly cpuMs: number }>
  judge(seconds: number): Promise<Quality>
  end(): Promise<void>
  close(): Promise<void>
}

const CONTESTANTS = path.join(import.meta.dirname, '..', '.contestants', 'node_modules')
const LIVEKIT = path.join(CONTESTANTS, '@livekit', 'track-processors')
const OTHER_WASM = path.join(CONTESTANTS, '@mediapipe', 'tasks-vision', 'wasm')
export const HOW_TO_GET =
  'Left out. To compare: npm install --no-save --prefix bench/.contestants @livekit/track-processors@0.8.1'
const { resolve } = createRequire(path.join(import.meta.dirname, '../../apps/web/package.json'))
const OUR_WORKER = '../../apps/web/src/lib/background/worker.ts'
const LAUNCH = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']

export async function openBrowser(): Promise<BenchBrowser> {
  const folder = mkdtempSync(path.join(tmpdir(), 'visavis-clip-'))
  const clip = path.join(folder, 'clip.y4m')
  writeClip(clip)
  const server = await serve()
  const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
  const launched = await chromium.launchServer({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [...LAUNCH, ...camera, `--use-file-for-fake-video-capture=${clip}`],
  })
  const { pid = 0 } = launched.process()
  const browser = await chromium.connect(launched.wsEndpoint())
  const page = await browser.newPage({ permissions: ['camera'], viewport: { width: 800, height: 600 } })
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`)
  return {
    version: browser.version(),
    hasLivekit: existsSync(LIVEKIT),
    begin: (who, work) => call(page, 'begin', who, work),
    async measure(seconds) {
      const before = cpuOfTree(pid)
      const measured = await call(page, 'measure', seconds)
      return { ...measured, cpuMs: cpuOfTree(pid) - before }
    },
    judge: (seconds) => call(page, 'judge', seconds),
    end: () => call(page, 'end'),
    async close() {
      await browser.close()
      await launched.close()
      await new Promise((done) => server.close(done))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function call<K extends keyof BenchPage>(
  page: Page,
  name: K,
  ...args: Parameters<BenchPage[K]>
): Promise<Awaited<ReturnType<BenchPage[K]>>> {
  return (await page.evaluate(
    ([key, values]) => {
      const { bench } = globalThis as unknown as { bench: Record<string, (...all: unknown[]) => unknown> }
      return bench[key]?.(...values)
    },
    [name, args] as [string, unknown[]],
  )) as Awaited<ReturnType<BenchPage[K]>>
}

async function serve(): Promise<Server> {
  const scripts = new Map([
    ...(await bundle('page.ts', 'page')),
    ...(await bundle('watch-reads.ts', 'watch-reads')),
    ...(await bundle(OUR_WORKER, 'ours')),
    // In this order: the watch must be there first.
    ['/worker.js', "import './watch-reads.js'\nimport './ours.js'"],
  ])
  const livekit = path.join(LIVEKIT, 'dist', 'index.mjs')
  if (existsSync(livekit)) for (const [name, code] of await bundle(livekit, 'livekit')) scripts.set(name, code)
  const model = (name: string) => withSegmenterMetadata(readFileSync(resolve(`@mediapipe/selfie_segmentation/${name}`)))
  // Ours adds what is missing by itself; the other one is given the finished file.
  const raw = (name: string) => readFileSync(resolve(`@mediapipe/selfie_segmentation/${name}`))
  const files = new Map<string, Uint8Array>([
    ['/engine.wasm', readFileSync(resolve('@mediapipe/tasks-vision/vision_wasm_module_internal.wasm'))],
    ['/landscape.tflite', raw('selfie_segmentation_landscape.tflite')],
    ['/square.tflite', raw('selfie_segmentation.tflite')],
    ['/livekit/landscape.tflite', model('selfie_segmentation_landscape.tflite')],
    ['/livekit/square.tflite', model('selfie_segmentation.tflite')],
  ])
  const server = createServer((request, response) => {
    const url = request.url ?? '/'
    const script = scripts.get(url)
    const other = url.startsWith('/livekit-wasm/') ? path.join(OTHER_WASM, path.basename(url)) : undefined
    const file = files.get(url) ?? (other && existsSync(other) ? readFileSync(other) : undefined)
    const isScript = script !== undefined || url.endsWith('.js')
    const type = isScript ? 'text/javascript' : url.endsWith('.wasm') ? 'application/wasm' : undefined
    response.setHeader('content-type', type ?? (file ? 'application/octet-stream' : 'text/html'))
    response.end(
      script ?? file ?? '<!doctype html><title>bench</title><body><script type="module" src="/page.js"></script>',
    )
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return server
}

async function bundle(file: string, name: string): Promise<Map<string, string>> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: import.meta.dirname,
    build: {
      write: false,
      target: 'esnext',
      lib: { entry: path.resolve(import.meta.dirname, file), formats: ['es'], fileName: name },
    },
  })
  const [output] = Array.isArray(result) ? result : [result]
  if (!output || !('output' in output)) throw new Error(`${file} has no bundle`)
  return new Map(output.output.map((chunk) => [`/${chunk.fileName}`, 'code' in chunk ? chunk.code : '']))
}
