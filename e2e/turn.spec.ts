import { decodeServerFrame, encodeClientFrame, type CallId, type ServerFrame } from '@visavis/wire'
import { expect, test } from '@playwright/test'
import { hasCoturn, startCoturn, type Coturn } from './support/coturn.ts'
import { ownAddress } from './support/network.ts'
import {
  createPerson,
  expectToHear,
  expectToRead,
  expectToSee,
  FLAGS,
  partnerPicture,
  signUp,
  start,
  write,
} from './support/person.ts'
import type { Person } from './support/person.ts'
import { LOOKS } from './support/pictures.ts'
import { installRecorder, recorded, sendRaw } from './support/recorder.ts'
import { createTestServer, type TestServer } from './support/server.ts'
import { startWireTap, type WireTap } from './support/wire-tap.ts'

/** The second way of media [M13]: a real coturn, through the whole product; the embedded relay is not used. */
test.describe.configure({ mode: 'serial', timeout: 180_000 })
test.skip(!hasCoturn, 'coturn is not installed on this machine (apt-get install coturn)')

const RELAY = ownAddress()
/** A frame id that the page will not come to use. */
const OWN_FRAME_ID = 1_000_000

let coturn: Coturn
let tap: WireTap
let server: TestServer
let red: Person
let green: Person

test.beforeAll(async () => {
  coturn = await startCoturn(RELAY)
  tap = await startWireTap({
    fronts: ['127.77.1.1', '127.77.1.2'],
    backs: ['127.77.3.1', '127.77.3.2'],
    toPort: () => server.port,
  })
  const origin = `http://localhost:${tap.port}`
  server = await createTestServer({ VISAVIS_ORIGIN: origin, TURN_URL: coturn.url, TURN_SECRET: coturn.secret })
  await server.start()
  const person = (side: number, look: typeof LOOKS.red | typeof LOOKS.green) =>
    createPerson({ origin, look, flags: [...FLAGS, `--host-resolver-rules=MAP localhost 127.77.1.${side + 1}`] })
  ;[red, green] = await Promise.all([person(0, LOOKS.red), person(1, LOOKS.green)])
  for (const { context } of [red, green]) await context.addInitScript(installRecorder)
})

test.afterAll(async () => {
  await Promise.all([red?.close(), green?.close()])
  await tap?.close()
  await server?.remove()
  await coturn?.close()
})

function framesOf(side: number): ServerFrame[] {
  return tap.received(side).frames.flatMap((payload) => {
    const decoded = decodeServerFrame(payload)
    return decoded.ok ? [decoded.value] : []
  })
}

function callIdOf(side: number): CallId {
  const found = framesOf(side).findLast(({ name }) => name === 'match.found')
  if (found?.name !== 'match.found') throw new Error('no match yet')
  return found.body.callId
}

const candidatesOf = (side: number) =>
  framesOf(side).flatMap((frame) => (frame.name === 'call.candidate' ? [frame.body.address] : []))

test('[M13] [M1] through coturn two people meet, see, hear and write; every candidate they ever get is the relay’s', async () => {
  await signUp(red)
  await signUp(green)
  await start(red)
  await start(green)
  await Promise.all([expectToSee(red, LOOKS.green), expectToSee(green, LOOKS.red)])
  await expectToHear(red, LOOKS.green)
  await expectToHear(green, LOOKS.red)
  await write(red, 'through the second way')
  await expectToRead(green, 'through the second way')

  for (const [side, { page }] of [red, green].entries()) {
    const found = framesOf(side).find(({ name }) => name === 'match.found')
    expect(found?.name === 'match.found' && found.body.transport).toBe('turn')
    expect(candidatesOf(side).length).toBeGreaterThan(0)
    expect(new Set(candidatesOf(side))).toEqual(new Set([RELAY]))
    const facts = await recorded(page)
    expect(facts.localCandidates.length).toBeGreaterThan(0)
    expect(new Set(facts.localCandidates.map(({ type }) => type))).toEqual(new Set(['relay']))
    expect(new Set(facts.remoteCandidates)).toEqual(new Set([RELAY]))
    for (const line of facts.remote.join('\r\n').match(/candidate:.*/g) ?? []) {
      expect(line).toContain(` ${RELAY} `)
      expect(line).toContain('typ relay raddr 0.0.0.0 rport 9')
    }
    expect(facts.remote.join('\n')).toContain('candidate:')
  }
})

test('[M13] the server refuses a candidate that is not the relay’s, and the partner never hears of it', async () => {
  const callId = callIdOf(0)
  const before = candidatesOf(1).length
  const forged = ['192.0.2.7', '127.0.0.1', '::1', '2001:db8::7', `::ffff:192.0.2.7`, 'host.local', '']
  for (const [index, address] of forged.entries())
    await sendRaw(red.page, encodeClientFrame('call.candidate', OWN_FRAME_ID + index, { callId, address, port: 5000 }))
  // A true one at the end: when it has arrived, everything before it was dealt with.
  const last = OWN_FRAME_ID + forged.length
  await sendRaw(red.page, encodeClientFrame('call.candidate', last, { callId, address: RELAY, port: 5000 }))
  await expect.poll(() => candidatesOf(1).length).toBe(before + 1)
  const answers = framesOf(0).filter(({ id, name }) => id >= OWN_FRAME_ID && (name === 'ack' || name === 'nack'))
  expect(answers.map((frame) => [frame.id, frame.name === 'nack' ? frame.body.code : frame.name])).toEqual([
    ...forged.map((_, index) => [OWN_FRAME_ID + index, 'CALL_ADDRESS_REFUSED']),
    [last, 'ack'],
  ])
  expect(new Set(candidatesOf(1))).toEqual(new Set([RELAY]))
  await Promise.all([expectToSee(red, LOOKS.green), expectToSee(green, LOOKS.red)])
})

test('[M13] coturn dies in mid-call: both are told in words, and no other way is taken', async () => {
  await coturn.close()
  const told = /Picture and sound are interrupted|Picture and sound could not be connected/
  await Promise.all(
    [red, green].map(({ page }) => expect(page.getByText(told).first()).toBeVisible({ timeout: 45_000 })),
  )
  const frames = await Promise.all([red, green].map(decodedFrames))
  await write(red, 'still here, only without a picture')
  await expectToRead(green, 'still here, only without a picture')
  expect(await Promise.all([red, green].map(decodedFrames))).toEqual(frames)
  for (const [side, { page }] of [red, green].entries()) {
    const facts = await recorded(page)
    expect(new Set(facts.localCandidates.map(({ type }) => type))).toEqual(new Set(['relay']))
    expect(new Set(facts.remoteCandidates)).toEqual(new Set([RELAY]))
    expect(new Set(candidatesOf(side))).toEqual(new Set([RELAY]))
  }
})

test('[M13] without a relay there is no new call either: words, and text as the way that is left', async () => {
  const { page } = red
  await page.getByRole('group', { name: 'Call controls' }).getByRole('button', { name: /^End/ }).click()
  await expect(partnerPicture(red)).toHaveCount(0)
  await page.goto('/lobby')
  await page.getByRole('button', { name: 'Start' }).click()
  await expect(page.getByText(/Video and sound are not possible right now/)).toBeVisible({ timeout: 45_000 })
  const facts = await recorded(page)
  expect(facts.remoteCandidates).toEqual([])
  expect(facts.localCandidates.filter(({ type }) => type !== 'relay')).toEqual([])
})

async function decodedFrames({ page }: Person): Promise<number> {
  return (await recorded(page)).framesDecoded
}
