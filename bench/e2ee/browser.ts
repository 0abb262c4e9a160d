import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from '@playwright/test'
import { bundle } from '../bundle.ts'
import type { Ours } from './workload.ts'

type Loads = { blocks: number; perBlock: number; openings: number }
type PageScope = { measureOurs(options: Loads): Promise<Ours> }

/** The same work in a page of Chromium, bundled as the web app is. */
export async function measureInChromium(loads: Loads): Promise<{ readonly version: string; readonly ours: Ours }> {
  const scripts = new Map([['/page.js', await bundle(import.meta.dirname, 'page.ts')]])
  const server = createServer((request, response) => {
    const script = scripts.get(request.url ?? '')
    // Isolated pages have a clock of 5 microseconds; others one of 100.
    response.setHeader('cross-origin-opener-policy', 'same-origin')
    response.setHeader('cross-origin-embedder-policy', 'require-corp')
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    response.end(script ?? '<!doctype html><title>bench</title><body><script src="/page.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  })
  try {
    const page = await browser.newPage()
    // A secure context, which WebCrypto asks for.
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`)
    const ours = await page.evaluate((options) => (globalThis as unknown as PageScope).measureOurs(options), loads)
    return { version: browser.version(), ours }
  } finally {
    await browser.close()
    await new Promise((resolve) => server.close(resolve))
  }
}
