import type { CDPSession, Page } from '@playwright/test'

/** Objects of a page that a call needs and that must not be left behind by one, after a collection of garbage. */
export type ObjectCounts = {
  readonly connections: number
  readonly openConnections: number
  readonly tracks: number
  readonly liveTracks: number
  readonly mediaElements: number
  readonly workers: number
  readonly heapBytes: number
}

/** The browser's own walk over the heap by prototype, which collects garbage first: so many there are, and so many of them hold. */
async function count(session: CDPSession, prototype: string, holds: string): Promise<readonly [number, number]> {
  const { result } = await session.send('Runtime.evaluate', { expression: prototype, objectGroup: 'counts' })
  if (!result.objectId) throw new Error(`${prototype} is not there`)
  const { objects } = await session.send('Runtime.queryObjects', {
    prototypeObjectId: result.objectId,
    objectGroup: 'counts',
  })
  if (!objects.objectId) throw new Error(`${prototype} could not be counted`)
  const told = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    // A prototype that inherits from this one is found as well.
    functionDeclaration: `function () {
      const all = this.filter((made) => made.constructor.prototype !== made)
      return [all.length, all.filter((made) => ${holds}).length]
    }`,
    returnByValue: true,
  })
  if (told.exceptionDetails) throw new Error(`${prototype} could not be counted: ${told.exceptionDetails.text}`)
  return told.result.value as readonly [number, number]
}

export async function countObjects(page: Page): Promise<ObjectCounts> {
  const session = await page.context().newCDPSession(page)
  const [connections, openConnections] = await count(
    session,
    'RTCPeerConnection.prototype',
    'made.connectionState !== "closed"',
  )
  const [tracks, liveTracks] = await count(session, 'MediaStreamTrack.prototype', 'made.readyState === "live"')
  const [mediaElements] = await count(session, 'HTMLMediaElement.prototype', 'made.isConnected')
  const [workers] = await count(session, 'Worker.prototype', 'true')
  await session.send('Runtime.releaseObjectGroup', { objectGroup: 'counts' })
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize: heapBytes } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return { connections, openConnections, tracks, liveTracks, mediaElements, workers, heapBytes }
}
