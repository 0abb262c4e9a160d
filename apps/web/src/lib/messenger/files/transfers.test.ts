import * as e2ee from '@visavis/e2ee'
import { createFakeClock, createFakeLog, createSeededRandom, settle, type FakeClock } from '@visavis/testkit'
import { FILE_PART_BYTES, type ConversationId, type MessageId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { Vault } from '../../vault/types.ts'
import { createMemoryVault } from '../../vault/sim/memory-vault.ts'
import type { NewFile, Transfer } from '../types.ts'
import type { ImageWorks, PreparedPicture } from './image-works.ts'
import { createFakeFilesServer, type FakeFilesServer } from './sim/fake-files-server.ts'
import { createTransfers } from './transfers.ts'

/** Transfers with real encryption against a server that fails as told; a restart is a new `createTransfers` over the same vault. */
const CONVERSATION = '0f0e0d0c-0000-4000-8000-000000000001' as ConversationId
const messageOf = (number: number) => `e0000000-0000-4000-8000-${String(number).padStart(12, '0')}` as MessageId
const ONE = messageOf(1)

const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xda, 0, 2, 9, 9, 0xff, 0xd9)
const JPEG_WITH_EXIF = Uint8Array.of(0xff, 0xd8, 0xff, 0xe1, 0, 8, 69, 120, 105, 102, 0, 0, 0xff, 0xda, 0, 2, 9)
const OGG = Uint8Array.of(...new TextEncoder().encode('OggS'), ...new Uint8Array(3_000).fill(5))

function pictures(made: Partial<PreparedPicture> | undefined = {}): ImageWorks & { seen: Blob[] } {
  const seen: Blob[] = []
  return {
    seen,
    async prepare(source) {
      seen.push(source)
      return made && { blob: new Blob([JPEG]), width: 20, height: 10, preview: JPEG, ...made }
    },
  }
}

function setUp(more: { vault?: Vault; server?: FakeFilesServer; images?: ImageWorks; clock?: FakeClock } = {}) {
  const vault = more.vault ?? createMemoryVault()
  const server = more.server ?? createFakeFilesServer()
  const clock = more.clock ?? createFakeClock()
  const log = createFakeLog()
  const random = createSeededRandom(5)
  const images = more.images ?? pictures()
  const transfers = createTransfers({ api: server.api, clock, e2ee, images, log, random, vault })
  const states: Transfer[] = []
  transfers.on((_, messageId) => states.push(transfers.stateOf(messageId)))
  return { vault, server, clock, log, transfers, states }
}

const pdf = (bytes: number) => {
  const content = new Uint8Array(bytes).map((_, at) => (at * 31) & 255)
  content.set(new TextEncoder().encode('%PDF-secret words'))
  return content
}
const fileOf = (bytes: BlobPart, more: Partial<NewFile> = {}): NewFile => ({
  blob: new Blob([bytes]),
  name: 'plans.pdf',
  role: 'document',
  isViewOnce: false,
  ...more,
})

async function value<T>(asked: Promise<{ ok: true; value: T } | { ok: false; code: string }>): Promise<T> {
  const outcome = await asked
  if (!outcome.ok) throw new Error(outcome.code)
  return outcome.value
}
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer())
const shelf = (vault: Vault) => vault.list({ shelf: 'transfers', prefix: [] })

/** Lets time pass until the work is done. */
async function inTime<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  const state = { isDone: false }
  const ended = work.finally(() => void (state.isDone = true))
  while (!state.isDone) {
    await settle()
    await clock.advance(1_000)
  }
  return ended
}

describe('a file on its way', () => {
  it('[K2] comes out as it went in, and the server sees neither its bytes, name nor type', async () => {
    const content = pdf(2.5 * FILE_PART_BYTES)
    const sender = setUp()
    const descriptor = await value(sender.transfers.send(CONVERSATION, ONE, fileOf(content)))
    expect(descriptor).toMatchObject({ mime: 'application/pdf', name: 'plans.pdf', sizeBytes: content.byteLength })
    const { server } = sender
    expect(server.puts()).toBe(3)
    // Long enough that megabytes of ciphertext do not hold one by chance.
    for (const secret of ['secret words', 'plans.pdf', 'application/pdf']) expect(server.seen()).not.toContain(secret)
    const reader = setUp({ server })
    const blob = await value(reader.transfers.fetch(CONVERSATION, ONE, descriptor))
    expect(blob.type).toBe('application/pdf')
    expect(Buffer.from(await bytesOf(blob)).equals(Buffer.from(content))).toBe(true)
    expect(reader.transfers.stateOf(ONE)).toEqual({ kind: 'here' })
  })

  it('[K2] tells how far it is, up and down', async () => {
    const { transfers, states, server } = setUp()
    const descriptor = await value(transfers.send(CONVERSATION, ONE, fileOf(pdf(1.5 * FILE_PART_BYTES))))
    const totalBytes = e2ee.sealedFileBytes(descriptor.sizeBytes)
    const ups = states.flatMap((state) => (state.kind === 'up' ? [state.doneBytes] : []))
    expect(ups).toEqual([0, FILE_PART_BYTES, totalBytes])
    const reader = setUp({ server })
    await value(reader.transfers.fetch(CONVERSATION, ONE, descriptor))
    expect(reader.states.flatMap((state) => (state.kind === 'down' ? [state.doneBytes] : []))).toEqual(ups)
  })

  it('[K2] goes on after a cut where it was, without the parts that arrived', async () => {
    const { transfers, server, clock, states } = setUp()
    let calls = 0
    server.refuse = (route) =>
      route === 'putFilePart' && [2, 3].includes((calls += 1)) ? 'NETWORK_OFFLINE' : undefined
    await value(inTime(clock, transfers.send(CONVERSATION, ONE, fileOf(pdf(2.5 * FILE_PART_BYTES)))))
    expect(server.puts()).toBe(3)
    expect(states).toContainEqual({ kind: 'paused', code: 'NETWORK_OFFLINE' })
  })

  it('[K2] goes on after a reload with the same bytes, and leaves nothing sealed behind', async () => {
    const content = pdf(2.5 * FILE_PART_BYTES)
    const before = setUp()
    const { vault, server, clock } = before
    let calls = 0
    server.refuse = (route) => (route === 'putFilePart' && (calls += 1) > 1 ? 'NETWORK_OFFLINE' : undefined)
    const cut = await inTime(clock, before.transfers.send(CONVERSATION, ONE, fileOf(content)))
    expect(cut).toMatchObject({ ok: false, code: 'NETWORK_OFFLINE' })
    expect(before.transfers.stateOf(ONE)).toEqual({ kind: 'paused', code: 'NETWORK_OFFLINE' })
    before.transfers.stop()

    server.refuse = () => undefined
    const after = setUp({ vault, server })
    const descriptor = await value(after.transfers.send(CONVERSATION, ONE, undefined))
    expect([server.puts(), server.files.size]).toEqual([3, 1])
    // Asked once more, as after a crash before the message was queued: the same answer, and no second upload.
    expect(await value(setUp({ vault, server }).transfers.send(CONVERSATION, ONE, undefined))).toEqual(descriptor)
    expect(server.puts()).toBe(3)
    expect((await shelf(vault)).map(({ key }) => key)).toEqual([['up', ONE]])
    const blob = await value(setUp({ server }).transfers.fetch(CONVERSATION, ONE, descriptor))
    expect(Buffer.from(await bytesOf(blob)).equals(Buffer.from(content))).toBe(true)
  })

  it('[K2] is announced anew when the server has forgotten it meanwhile', async () => {
    const { transfers, vault, server, clock } = setUp()
    let isCut = true
    server.refuse = (route) => (isCut && route === 'putFilePart' ? 'SERVER_STORAGE' : undefined)
    await inTime(clock, transfers.send(CONVERSATION, ONE, fileOf(pdf(1_000))))
    server.files.clear()
    isCut = false
    const descriptor = await value(setUp({ vault, server }).transfers.send(CONVERSATION, ONE, undefined))
    expect([...server.files.keys()]).toEqual([descriptor.fileId])
  })

  it('[K2] is gone when a reload came before it was sealed, or nothing was ever known of it', async () => {
    const { transfers, vault } = setUp()
    await vault.write([
      {
        shelf: 'transfers',
        key: ['up', ONE],
        value: { conversationId: CONVERSATION, state: 'sealing', parts: 2, sealedBytes: 9 },
      },
      { shelf: 'transfers', key: ['part', ONE, 0], value: Uint8Array.of(1) },
    ])
    for (const message of [ONE, messageOf(2)])
      expect(await transfers.send(CONVERSATION, message, undefined)).toEqual({ ok: false, code: 'FILE_GONE' })
    expect(transfers.stateOf(ONE)).toEqual({ kind: 'failed', code: 'FILE_GONE' })
    expect(await shelf(vault)).toEqual([])
  })

  it('[K2] that was cancelled is forgotten here and on the server, and sends nothing more', async () => {
    const { transfers, vault, server, clock, states } = setUp()
    server.refuse = (route) => (route === 'putFilePart' ? 'NETWORK_OFFLINE' : undefined)
    const sending = transfers.send(CONVERSATION, ONE, fileOf(pdf(3_000)))
    while (!states.some(({ kind }) => kind === 'paused')) await settle()
    await transfers.cancel(ONE)
    expect((await sending).ok).toBe(false)
    await settle()
    expect(transfers.stateOf(ONE)).toEqual({ kind: 'none' })
    expect([await shelf(vault), server.files.size, clock.pending()]).toEqual([[], 0, 0])
  })

  it('[K2] stays refused for what no second try mends', async () => {
    const { transfers, server, clock } = setUp()
    server.refuse = (route) => (route === 'createFile' ? 'FILE_QUOTA' : undefined)
    const sent = await transfers.send(CONVERSATION, ONE, fileOf(pdf(1_000)))
    expect([sent, clock.pending()]).toEqual([{ ok: false, code: 'FILE_QUOTA' }, 0])
    expect(transfers.stateOf(ONE)).toEqual({ kind: 'failed', code: 'FILE_QUOTA' })
    server.refuse = () => undefined
    expect((await transfers.send(CONVERSATION, ONE, undefined)).ok).toBe(true)
  })

  it('[K2] a vault that fails is an outcome, and nothing is uploaded', async () => {
    const vault = createMemoryVault()
    const { transfers, server } = setUp({ vault })
    vault.refuseWrites()
    const sent = await transfers.send(CONVERSATION, ONE, fileOf(pdf(1_000)))
    expect([sent, server.puts()]).toEqual([{ ok: false, code: 'VAULT_UNAVAILABLE' }, 0])
  })
})

describe('what may be sent', () => {
  it('[K2] nothing above 100 MiB, whatever it is, and none of it is read', async () => {
    const { transfers } = setUp()
    const blob = { size: 100 * 1024 * 1024 + 1 } as Blob
    expect(await transfers.send(CONVERSATION, ONE, fileOf('', { blob }))).toEqual({ ok: false, code: 'FILE_TOO_LARGE' })
  })

  it('[K2] a photo goes as it was drawn anew, with a preview and without the name the camera gave it', async () => {
    const images = pictures()
    const { transfers, server } = setUp({ images })
    const photo = fileOf(JPEG_WITH_EXIF, { role: 'photo', name: 'Berlin 2026-11-22.jpg' })
    const descriptor = await value(transfers.send(CONVERSATION, ONE, photo))
    expect(descriptor).toMatchObject({ mime: 'image/jpeg', name: 'photo.jpeg', width: 20, height: 10, preview: JPEG })
    expect(await bytesOf(images.seen[0])).toEqual(JPEG_WITH_EXIF)
    const blob = await value(setUp({ server }).transfers.fetch(CONVERSATION, ONE, descriptor))
    expect(await bytesOf(blob)).toEqual(JPEG)
  })

  it('[K2] a photo whose notes are still there, or that is none, does not leave the device', async () => {
    const cases: [ImageWorks, Uint8Array<ArrayBuffer>][] = [
      [pictures({ blob: new Blob([JPEG_WITH_EXIF]) }), JPEG],
      [pictures({ preview: JPEG_WITH_EXIF }), JPEG],
      [pictures({ blob: new Blob([pdf(100)]) }), JPEG],
      [pictures({ preview: new Uint8Array([...JPEG, ...new Uint8Array(12 * 1024)]) }), JPEG],
      [{ prepare: async () => undefined }, JPEG],
      [pictures(), pdf(100)],
    ]
    for (const [images, bytes] of cases) {
      const { transfers, server } = setUp({ images })
      const sent = await transfers.send(CONVERSATION, ONE, fileOf(bytes, { role: 'photo', name: 'x.jpg' }))
      expect([sent, server.files.size]).toEqual([{ ok: false, code: 'FILE_DAMAGED' }, 0])
    }
  })

  it('[K8] a voice note goes as it was recorded; what is no sound is not sent as one', async () => {
    const { transfers } = setUp()
    const waveform = Uint8Array.of(1, 2, 3)
    const voice = fileOf(OGG, { role: 'voice', durationMs: 1_500.4, waveform })
    const descriptor = await value(transfers.send(CONVERSATION, ONE, voice))
    expect(descriptor).toMatchObject({ mime: 'audio/ogg', durationMs: 1_500, preview: waveform })
    const none = await transfers.send(CONVERSATION, messageOf(2), fileOf(pdf(100), { role: 'voice' }))
    expect(none).toEqual({ ok: false, code: 'FILE_DAMAGED' })
  })

  it('[K2] the type is read from the bytes, not from the name, and an empty file is one too', async () => {
    const { transfers, server } = setUp()
    const page = fileOf('<!doctype html><script>', { name: 'holiday.jpg' })
    const descriptor = await value(transfers.send(CONVERSATION, ONE, page))
    expect(descriptor.mime).toBe('application/octet-stream')
    const empty = await value(transfers.send(CONVERSATION, messageOf(2), fileOf('')))
    expect((await value(setUp({ server }).transfers.fetch(CONVERSATION, messageOf(2), empty))).size).toBe(0)
  })
})

describe('what is shown', () => {
  it('[K2] nothing of a file that was changed, cut, or put in the place of another', async () => {
    const sender = setUp()
    const descriptor = await value(sender.transfers.send(CONVERSATION, ONE, fileOf(pdf(1.2 * FILE_PART_BYTES))))
    const other = await value(sender.transfers.send(CONVERSATION, messageOf(2), fileOf(pdf(1.2 * FILE_PART_BYTES))))
    const file = sender.server.files.get(descriptor.fileId as never)
    const first = file?.parts.get(0)
    if (!file || !first) throw new Error('no file')
    const fetched = (wish = descriptor) => setUp({ server: sender.server }).transfers.fetch(CONVERSATION, ONE, wish)
    const damaged = { ok: false, code: 'FILE_DAMAGED' }
    for (const wounded of [first.with(70_000, (first[70_000] ?? 0) ^ 1), first.subarray(1), new Uint8Array()]) {
      file.parts.set(0, new Uint8Array(wounded))
      expect(await fetched()).toEqual(damaged)
    }
    file.parts.set(0, first)
    expect((await fetched()).ok).toBe(true)
    expect(await fetched({ ...descriptor, fileId: other.fileId })).toEqual(damaged)
    expect(await fetched({ ...descriptor, key: other.key })).toEqual(damaged)
    expect(await fetched({ ...descriptor, root: other.root })).toEqual(damaged)
    expect(await fetched({ ...descriptor, sizeBytes: descriptor.sizeBytes + 1 })).toEqual(damaged)
  })

  it('[K2] nothing that is of another type than the message says', async () => {
    const sender = setUp()
    const descriptor = await value(sender.transfers.send(CONVERSATION, ONE, fileOf('<script>alert(1)</script>')))
    const reader = setUp({ server: sender.server })
    for (const lie of [
      { mime: 'image/png', role: 'photo' as const },
      { mime: 'application/octet-stream', role: 'photo' as const },
      { mime: 'text/html' },
      { mime: 'image/svg+xml' },
      { mime: 'audio/ogg', role: 'voice' as const },
    ])
      expect(await reader.transfers.fetch(CONVERSATION, ONE, { ...descriptor, ...lie })).toEqual({
        ok: false,
        code: 'FILE_DAMAGED',
      })
    expect((await value(reader.transfers.fetch(CONVERSATION, ONE, descriptor))).type).toBe('application/octet-stream')
  })

  it('[K2] a file that has expired is gone, and a network that is away pauses', async () => {
    const { transfers, server, clock } = setUp()
    const descriptor = await value(transfers.send(CONVERSATION, ONE, fileOf(pdf(1_000))))
    const reader = setUp({ server, clock })
    server.refuse = () => 'NETWORK_OFFLINE'
    const away = await inTime(clock, reader.transfers.fetch(CONVERSATION, ONE, descriptor))
    expect([away.ok, reader.transfers.stateOf(ONE)]).toEqual([false, { kind: 'paused', code: 'NETWORK_OFFLINE' }])
    server.refuse = () => undefined
    server.files.clear()
    expect(await reader.transfers.fetch(CONVERSATION, ONE, descriptor)).toEqual({ ok: false, code: 'FILE_GONE' })
  })

  it('[K2] photos and voice notes show again without a network; documents are fetched again', async () => {
    const { transfers, server } = setUp()
    const photo = await value(transfers.send(CONVERSATION, ONE, fileOf(JPEG, { role: 'photo' })))
    const paper = await value(transfers.send(CONVERSATION, messageOf(2), fileOf(pdf(1_000))))
    const { vault, transfers: first } = setUp({ server })
    await value(first.fetch(CONVERSATION, ONE, photo))
    await value(first.fetch(CONVERSATION, messageOf(2), paper))
    server.files.clear()
    const later = setUp({ server, vault }).transfers
    await settle()
    expect([later.stateOf(ONE), later.stateOf(messageOf(2))]).toEqual([{ kind: 'here' }, { kind: 'none' }])
    expect(await bytesOf(await value(later.fetch(CONVERSATION, ONE, photo)))).toEqual(JPEG)
    expect((await later.fetch(CONVERSATION, messageOf(2), paper)).ok).toBe(false)
    await later.forget(ONE)
    expect([await shelf(vault), later.stateOf(ONE)]).toEqual([[], { kind: 'none' }])
  })

  it('[K8] what may be viewed once is kept nowhere', async () => {
    const { transfers, server, vault } = setUp()
    const photo = await value(transfers.send(CONVERSATION, ONE, fileOf(JPEG, { role: 'photo', isViewOnce: true })))
    expect((await shelf(vault)).map(({ key }) => key)).toEqual([['up', ONE]])
    const reader = setUp({ server })
    await value(reader.transfers.fetch(CONVERSATION, ONE, photo))
    expect([await shelf(reader.vault), reader.transfers.stateOf(ONE)]).toEqual([[], { kind: 'none' }])
  })

  it('[K2] two who ask for the same at once cause one download', async () => {
    const { transfers, server } = setUp()
    const paper = await value(transfers.send(CONVERSATION, ONE, fileOf(pdf(1_000))))
    const reader = setUp({ server }).transfers
    let fetches = 0
    server.refuse = (route) => void (route === 'getFilePart' && (fetches += 1))
    const both = await Promise.all([1, 2].map(() => reader.fetch(CONVERSATION, ONE, paper)))
    expect([both.every(({ ok }) => ok), fetches]).toEqual([true, 1])
  })

  it('[A8] no line of the log tells of a file', async () => {
    const { transfers, log, server } = setUp()
    server.refuse = () => 'FILE_GONE'
    await transfers.send(CONVERSATION, ONE, fileOf(pdf(1_000)))
    expect(log.text()).not.toMatch(/plans|secret|pdf/)
  })
})
