import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test, type Page } from '@playwright/test'
import { build } from 'vite'
import type { Drawing, Drawn } from './background/drawing-page.ts'

/** The two ways of drawing a person before something else, held to the same pictures: WebGL 2 and the browser's 2D drawing. */
let server: Server

test.beforeAll(async () => {
  const entry = fileURLToPath(new URL('background/drawing-page.ts', import.meta.url))
  const lib = { entry, formats: ['iife' as const], name: 'page', fileName: 'drawing' }
  const built = await build({ configFile: false, logLevel: 'error', build: { write: false, minify: false, lib } })
  const [output] = Array.isArray(built) ? built : [built]
  const chunk = output && 'output' in output ? output.output[0] : undefined
  server = createServer((request, response) => {
    const isScript = request.url === '/drawing.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? chunk?.code : '<!doctype html><title>drawing</title><script src="/drawing.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
test.afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
})

async function drawn(page: Page, kind: 'gl' | 'canvas'): Promise<Drawn> {
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`)
  return page.evaluate((way) => (globalThis as unknown as { drawing: Drawing }).drawing.draw(way), kind)
}
const near = (found: readonly number[], wished: readonly number[]) =>
  wished.every((value, channel) => Math.abs(value - (found[channel] ?? -1)) <= 12)

for (const kind of ['gl', 'canvas'] as const)
  test(`[M10] [M11] ${kind}: room and chosen places are covered, the person is not, and before the first outline nothing is shown`, async ({
    page,
  }) => {
    const { before, person, room, scene, wider, place, beside, uncovered } = await drawn(page, kind)
    expect(near(before, [0, 0, 200, 255]), `before the first outline: ${before.join()}`).toBe(true)
    expect(near(person, [255, 0, 0, 255]), `the person: ${person.join()}`).toBe(true)
    expect(near(room, [0, 0, 200, 255]), `the room: ${room.join()}`).toBe(true)
    // The right way up, too.
    expect(near(scene, [255, 255, 255, 255]), `the scene: ${scene.join()}`).toBe(true)
    expect(near(wider, [255, 0, 0, 255]), `a larger picture: ${wider.join()}`).toBe(true)
    expect(near(place, [240, 200, 10, 255]), `a covered place: ${place.join()}`).toBe(true)
    expect(near(beside, [255, 0, 0, 255]), `beside it: ${beside.join()}`).toBe(true)
    expect(near(uncovered, [255, 0, 0, 255]), `shown again: ${uncovered.join()}`).toBe(true)
  })
