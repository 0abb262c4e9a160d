import { decodeClientFrame, decodeServerFrame, encodeServerFrame } from '@visavis/wire'
import { expect, test } from '@playwright/test'
import { expectNoAddressOf, expectOnlyForwarded, expectRelayOnly } from './support/address-rule.ts'
import { dumpTables, readFolder } from './support/database-dump.ts'
import { expectToRead, partnerPicture, signUp, start, write, type Person } from './support/person.ts'
import { recorded } from './support/recorder.ts'
import { holds } from './support/spellings.ts'
import { createWatchedPair, type WatchedPair } from './support/watched-pair.ts'

/**
 * What the product promises about keys, addresses and third parties, looked for in the bytes.
 *
 * Method: two people in browsers on networks of their own (network namespaces, where the machine allows them). Every
 * byte between them and the server passes a tap (TCP) and a proxy (UDP) that keep it, and through which the server sees
 * each person come from an address that nobody else uses. The tests go on from each other; the last one stops the server
 * and reads all it has left behind. Every search is shown to find something that must be there.
 */
test.describe.configure({ mode: 'serial', timeout: 180_000 })

const SENTENCES = ['The lighthouse keeper sings at noon', 'Grüße vom Zwölf-Uhr-Zug, leise und heimlich'] as const

let pair: WatchedPair

test.beforeAll(async () => {
  pair = await createWatchedPair()
  if (!pair.places) console.log('No network namespaces on this machine: browsers share its addresses (needs root).')
})

test.afterAll(() => pair?.close())

const inCall = (person: Person) => person.page.getByRole('group', { name: 'Call controls' })

/**
 * Runs in the page: it rests after each sealed signal that it sends in the next call, as a slow device would. Whoever is
 * deceived then refuses late, and the other one has all the time there is to send what it should not.
 */
function restAfterSignals(): void {
  const CALL_SIGNAL = 6
  // Called with `this` below, as the browser would.
  // oxlint-disable-next-line typescript/unbound-method
  const send = WebSocket.prototype.send
  let rests = 3
  WebSocket.prototype.send = function rest(data) {
    send.call(this, data)
    if (!ArrayBuffer.isView(data) || new Uint8Array(data.buffer, data.byteOffset)[1] !== CALL_SIGNAL) return
    if (rests-- <= 0) return
    const until = performance.now() + 1_500
    while (performance.now() < until);
  }
}

async function nextPerson(): Promise<void> {
  for (const { page } of pair.people) await page.getByRole('button', { name: 'Meet the next person' }).click()
}

test('[M13] two people meet, and nothing that either ever receives holds an address of the other', async () => {
  const { people, places } = pair
  for (const person of people) await signUp(person)
  for (const person of people) await start(person)
  await pair.meet()

  for (const [side, { page }] of people.entries()) {
    const facts = await recorded(page)
    expectRelayOnly(pair, { side, facts })
    expectNoAddressOf(pair, 1 - side, { side, facts })
    // A browser on a network of its own knows its own address: had it been told to anybody, it could be found.
    if (places) expect(facts.localCandidates.map(({ address }) => address)).toContain(places.own[side])
  }
})

test('[M13] the relay sends a client its own address, the bytes of the partner, and nothing else', () => {
  const clients = pair.packets.clients()
  expect(clients.length).toBeGreaterThanOrEqual(2)
  if (pair.places) expect(new Set(clients.map(pair.backOf)).size).toBe(2)
  expectOnlyForwarded(pair, [0, 1])
})

test('[M14] [ER18] a server that swaps the fingerprint of one: refused in words there, nothing shown or sent on either side', async () => {
  const [red, green] = pair.people
  const { tap, packets } = pair
  await write(red, SENTENCES[0])
  await expectToRead(green, SENTENCES[0])
  await write(green, SENTENCES[1])
  await expectToRead(red, SENTENCES[1])
  let lies = 0
  tap.alter((payload, connection) => {
    const decoded = connection.side === 0 ? decodeServerFrame(payload) : undefined
    if (!decoded?.ok || decoded.value.name !== 'match.found' || !decoded.value.body.fingerprint) return undefined
    lies++
    const { id, body } = decoded.value
    return encodeServerFrame('match.found', id, { ...body, fingerprint: new Uint8Array(32).fill(0x5a) })
  })
  await inCall(red).getByRole('button', { name: /^End/ }).click()
  await expect(partnerPicture(red)).toBeHidden()
  await expect(green.page.getByRole('heading', { name: / has left$/ })).toBeVisible()
  await red.page.evaluate(restAfterSignals)
  const before = await Promise.all([recorded(red.page), recorded(green.page)])
  packets.forget()
  await nextPerson()

  await expect(red.page.getByRole('heading', { name: 'We stopped this call to protect you' })).toBeVisible()
  await expect(
    red.page.getByText('We could not make sure that nobody is in between, so nothing was shown.'),
  ).toBeVisible()
  await expect(
    green.page.getByRole('heading', { name: /(?:has left|lost the connection|to protect you)$/ }),
  ).toBeVisible()
  expect(lies).toBe(1)
  const after = await Promise.all([recorded(red.page), recorded(green.page)])
  for (const [side, facts] of after.entries()) {
    expect(facts.played).toEqual(before[side]?.played)
    expect(facts.framesDecoded).toBe(before[side]?.framesDecoded)
    expect(facts.packetsSent).toBe(before[side]?.packetsSent)
  }
  // The wire agrees: no packet of picture or sound went to the relay; the honest match below shows that they are counted.
  expect(packets.media()).toBe(0)

  tap.alter(undefined)
  await nextPerson()
  await pair.meet()
  expect(packets.media()).toBeGreaterThan(0)
})

test('[M9] no request of the journey left our own origin, and no page broke its content security policy', async () => {
  const [red, green] = pair.people
  const heard: string[][] = []
  for (const { page } of [red, green]) heard.push([...(await recorded(page)).violations])
  await inCall(red).getByRole('button', { name: /^End/ }).click()
  for (const path of ['/settings', '/safety', '/']) {
    await red.page.goto(path)
    await expect(red.page.getByRole('main')).toBeVisible()
    heard.push([...(await recorded(red.page)).violations])
  }
  expect(heard.flat()).toEqual([])
  expect([...red.complaints, ...green.complaints].filter((text) => /policy|trusted/i.test(text))).toEqual([])
  const hosts = new Set(pair.requests.filter((url) => !/^(?:data|blob):/.test(url)).map((url) => new URL(url).host))
  expect(pair.requests.some((url) => url.startsWith('ws:'))).toBe(true)
  expect(hosts).toEqual(new Set([`localhost:${pair.tap.port}`]))
})

test('[M9] the header refuses all but camera and microphone, and the browser holds to it whatever was granted', async () => {
  const answer = await fetch(`http://127.0.0.1:${pair.server.port}/`)
  const policy = answer.headers.get('permissions-policy') ?? ''
  expect(policy).toContain('camera=(self)')
  expect(policy).toContain('microphone=(self)')
  for (const feature of ['geolocation', 'midi', 'usb', 'bluetooth', 'serial', 'hid', 'payment', 'display-capture'])
    expect(policy).toContain(`${feature}=()`)

  const [{ page, context }] = pair.people
  await context.grantPermissions(['camera', 'microphone', 'geolocation', 'midi', 'clipboard-read'])
  await page.goto('/safety')
  const asked = await page.evaluate(async () => {
    const nameOf = (error: unknown) => (error instanceof Error ? error.name : 'unknown')
    const tried = async (attempt: Promise<unknown>) =>
      attempt.then(
        () => 'given',
        (error: unknown) => nameOf(error),
      )
    const place = new Promise((resolve, reject) => {
      navigator.geolocation.getCurrentPosition(resolve, ({ code }) =>
        reject(new DOMException('', `Geolocation${code}`)),
      )
    })
    const { featurePolicy } = document as unknown as { featurePolicy: { allowedFeatures(): string[] } }
    return {
      camera: await tried(navigator.mediaDevices.getUserMedia({ audio: true, video: true })),
      place: await tried(place),
      midi: await tried(navigator.requestMIDIAccess()),
      clipboard: await tried(navigator.clipboard.readText()),
      allowed: featurePolicy.allowedFeatures(),
    }
  })
  // GeolocationPositionError 1 is PERMISSION_DENIED.
  expect(asked).toMatchObject({ camera: 'given', place: 'Geolocation1', clipboard: 'NotAllowedError' })
  expect(asked.midi).toMatch(/^(?:SecurityError|NotAllowedError)$/)
  // What is left asks a person nothing: playing sound, the whole screen, passkeys; and hints about the browser itself.
  const silent =
    /^(?:ch-.*|autoplay|fullscreen|media-playback-while-not-visible|picture-in-picture|screen-wake-lock|publickey-credentials-(?:create|get))$/
  expect(asked.allowed.filter((feature) => !silent.test(feature)).toSorted()).toEqual(['camera', 'microphone'])
})

test('[K1] the search finds a text in plain, UTF-16, hexadecimal and base64 at any offset, and nothing where nothing is', () => {
  const [text] = SENTENCES
  for (const spelling of ['utf8', 'utf16le', 'hex', 'base64', 'base64url'] as const)
    for (const before of ['', 'x', 'xy', 'xyz']) {
      const bytes = Buffer.from(`${before}${text} and more`)
      const written =
        spelling === 'utf16le' ? Buffer.from(bytes.toString(), 'utf16le') : Buffer.from(bytes.toString(spelling))
      expect(holds(written, text), `${spelling} after ${before.length}`).toBe(true)
      expect(holds(written, SENTENCES[1])).toBe(false)
    }
})

test('[K1] what was written is nowhere: not on the wire, not in the log, not in a table, not in a file', async () => {
  const { people, tap, server, packets } = pair
  const [red] = people
  const tokens = (await Promise.all(people.map(({ context }) => context.cookies()))).flat()
  expect(tokens.length).toBeGreaterThanOrEqual(2)
  const call = pair.framesOf(0).find(({ name }) => name === 'match.found')
  const callId = call?.name === 'match.found' ? call.body.callId : ''
  await server.stop()
  const wire = tap.everything()
  const log = Buffer.from(server.output())
  const files = readFolder(server.dataDir)
  const { tables, bytes } = await dumpTables(server.dataDir)

  // The searches find what must be there.
  const sent = tap.connections.flatMap(({ frames }) => frames.toServer.map(({ payload }) => decodeClientFrame(payload)))
  expect(sent.some((frame) => frame.ok && frame.value.name === 'message.send')).toBe(true)
  expect(wire.includes(callId)).toBe(true)
  expect(holds(wire, red.handle)).toBe(true)
  expect(log.toString()).toContain('call.opened')
  expect(tables.length).toBeGreaterThan(5)
  expect(holds(bytes, red.handle)).toBe(true)
  expect(holds(files, red.handle)).toBe(true)

  const hays = { wire, log, files, tables: bytes, packets: packets.everything() }
  for (const [name, hay] of Object.entries(hays))
    for (const sentence of SENTENCES)
      for (const part of [sentence, sentence.slice(4, 24)]) expect(holds(hay, part), `${part} in ${name}`).toBe(false)
  for (const { password, handle } of people) {
    for (const [name, hay] of Object.entries({ log, files, tables: bytes }))
      expect(holds(hay, password), `a password in ${name}`).toBe(false)
    expect(holds(log, handle), 'a handle in the log').toBe(false)
  }
  for (const { name, value } of tokens) {
    const [token = ''] = decodeURIComponent(value).split('.')
    expect(wire.includes(value), 'the cookie is what the browser sends').toBe(true)
    expect(token.length).toBeGreaterThanOrEqual(32)
    for (const [place, hay] of Object.entries({ log, files, tables: bytes }))
      expect(holds(hay, value) || holds(hay, token), `${name} in ${place}`).toBe(false)
  }
  for (const address of [0, 1].flatMap(pair.addressesOf))
    for (const [name, hay] of Object.entries({ log, files, tables: bytes }))
      expect(holds(hay, address), `${address} in ${name}`).toBe(false)
})
