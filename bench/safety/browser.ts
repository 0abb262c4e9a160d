import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from '@playwright/test'
import { bundle } from '../bundle.ts'
import type { Load, Timed } from './workload.ts'

type PageScope = {
  inWorker(load: Load): Promise<Timed>
  onPage(load: Load): Timed
  spins(): Promise<{ readonly page: number; readonly worker: number }>
}

export type Measured = {
  readonly version: string
  /** How much slower the page's thread and the worker's became. */
  readonly slowdown: { readonly page: number; readonly worker: number }
  /** Not throttled, in the worker. */
  readonly free: readonly Timed[]
  /** In the worker of the throttled page if the throttle reaches it, otherwise on the page's own thread. */
  readonly throttled: readonly Timed[]
}

/** From here on a thread counts as throttled. */
const SLOWED_MIN = 3

/**
 * Looks at the messages in a page of Chromium whose processor is throttled. DevTools throttle the thread of a page, and whether that
 * reaches its workers depends on the browser; so the slowdown of both threads is measured, and a thread that is slow does the work.
 */
export async function measureInChromium(loads: readonly Load[], rate: number): Promise<Measured> {
  const scripts = new Map<string, string>()
  for (const name of ['page', 'worker']) scripts.set(`/${name}.js`, await bundle(import.meta.dirname, `${name}.ts`))
  const server = createServer((request, response) => {
    const script = scripts.get(request.url ?? '')
    // Isolated pages have a clock of 5 microseconds; others one of 100.
    response.setHeader('cross-origin-opener-policy', 'same-origin')
    response.setHeader('cross-origin-embedder-policy', 'require-corp')
    response.setHeader('content-type', script ? 'text/javascript; charset=utf-8' : 'text/html')
    response.end(script ?? '<!doctype html><title>bench</title><body><script src="/page.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  })
  try {
    const page = await browser.newPage()
    page.on('pageerror', (error) => console.error(error))
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`)
    const spins = () => page.evaluate(() => (globalThis as unknown as PageScope).spins())
    const inWorker = (load: Load) => page.evaluate((each) => (globalThis as unknown as PageScope).inWorker(each), load)
    const onPage = (load: Load) => page.evaluate((each) => (globalThis as unknown as PageScope).onPage(each), load)
    const before = await spins()
    const free: Timed[] = []
    for (const load of loads) free.push(await inWorker(load))
    const session = await page.context().newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate })
    const after = await spins()
    const slowdown = { page: after.page / before.page, worker: after.worker / before.worker }
    const throttled: Timed[] = []
    for (const load of loads) throttled.push(await (slowdown.worker >= SLOWED_MIN ? inWorker(load) : onPage(load)))
    return { version: browser.version(), slowdown, free, throttled }
  } finally {
    await browser.close()
    await new Promise((resolve) => server.close(resolve))
  }
}
