import fc from 'fast-check'
import { openBackup, readBackupManifest, sealBackup } from '../src/backup/content.ts'
import { joinBackupSlots, openBackupKey, readBackupSlots, sealBackupKey } from '../src/backup/slot.ts'
import { createLinkKeys, linkQr, openLink, readLinkQr, sealLink } from '../src/device-link.ts'
import { createAccountKeys } from '../src/devices/credential.ts'
import { createFileOpener } from '../src/files/file-opener.ts'
import { createFileSealer } from '../src/files/file-sealer.ts'
import { decodeBody, encodeBody } from '../src/franking/body.ts'
import { decodeMessageContent, encodeMessageContent } from '../src/franking/content-codec.ts'
import { decodeReport, encodeReport, sealReport } from '../src/franking/report.ts'
import { CONVERSATION, contents, createScene, reportKeys, wounded } from '../tests/franked.ts'

/** A report, a file or a link costs a hundred times what a decoding costs. */
const RUNS_PER_SEALED = 20

type Codec = {
  readonly name: string
  readonly sound: fc.Arbitrary<Uint8Array>
  /** The bytes written again, or undefined when they are refused. */
  readonly again: (bytes: Uint8Array) => Uint8Array | undefined
}

/**
 * Hostile bytes against everything of franking, files, linking and backups that reads a stranger's: whatever decodes, encodes
 * to the same bytes (EF1-EF3, EF10, EB10); nothing that was touched opens (EF14, EF16, EF22, EB2, EB6, EB7); nothing throws.
 *
 * @throws Error naming what failed, with seed and smallest counterexample
 */
export async function fuzz({ seed, runs }: { seed: number; runs: number }): Promise<void> {
  const scene = createScene()
  for (const text of ['one', 'two', 'three']) await scene.text('alice', text)
  const entries = scene.entriesOf('bob', 1, 2, 3)
  const slots = await backupSlots()
  for (const codec of codecs(encodeReport(entries), slots)) {
    const hostile = fc.oneof(wounded(codec.sound), wounded(wounded(codec.sound)), fc.uint8Array({ maxLength: 300 }))
    const isCanonical = fc.property(hostile, (bytes) => {
      const again = codec.again(bytes)
      if (again !== undefined && !isSame(again, bytes)) throw new Error(`${codec.name} has two encodings`)
    })
    fc.assert(isCanonical, { seed, numRuns: runs })
  }
  for (const { name, sound, opens } of [...(await sealedThings(scene)), ...(await sealedBackup(slots))]) {
    if (!(await opens(sound))) throw new Error(`${name} does not open at all`)
    const hostile = fc.oneof(wounded(fc.constant(sound)), fc.uint8Array({ maxLength: 300 }))
    const isRefused = fc.asyncProperty(hostile, async (bytes) => {
      if (await opens(bytes)) throw new Error(`${name} opened though it was changed`)
    })
    await fc.assert(isRefused, { seed, numRuns: Math.ceil(runs / RUNS_PER_SEALED) })
  }
}

function codecs(report: Uint8Array, slots: Uint8Array): readonly Codec[] {
  const group = { conversationId: CONVERSATION, generation: 3 }
  const chain = { count: 1, previous: new Uint8Array(32) }
  const place = { group, epoch: 2, deviceId: 'phone', chain, seen: 4, clientMs: 5 }
  return [
    {
      name: 'content',
      sound: contents.map(encodeMessageContent),
      again(bytes) {
        const content = decodeMessageContent(bytes)
        return content && encodeMessageContent(content)
      },
    },
    {
      name: 'body',
      sound: contents.map((content) => encodeBody({ ...place, content })),
      again(bytes) {
        const body = decodeBody(bytes)
        return body && encodeBody(body)
      },
    },
    {
      name: 'report',
      sound: fc.constant(report),
      again(bytes) {
        const decoded = decodeReport(bytes)
        return decoded && encodeReport(decoded)
      },
    },
    {
      name: 'backup slots',
      sound: fc.constant(slots),
      again(bytes) {
        const read = readBackupSlots(bytes)
        return read && joinBackupSlots(read.map((slot) => slot.bytes))
      },
    },
    {
      name: 'link code',
      sound: fc.constant(new TextEncoder().encode(`visavis:link:1:a-link:${'0a'.repeat(32)}`)),
      again(bytes) {
        const code = readLinkQr(new TextDecoder().decode(bytes))
        return code && new TextEncoder().encode(linkQr(code))
      },
    },
  ]
}

async function sealedThings(scene: ReturnType<typeof createScene>) {
  const { publicKey, privateKey } = await reportKeys
  const entries = scene.entriesOf('bob', 1, 2, 3)
  const report = await sealReport({ publicKey, reporter: 'bob', conversationId: CONVERSATION, entries })
  const sizeBytes = 1_000
  const sealer = await createFileSealer({ sizeBytes })
  const chunk = await sealer.sealChunk(new Uint8Array(sizeBytes))
  const file = { key: sealer.key, sizeBytes, ...(await sealer.finish()) }
  const link = await createLinkKeys()
  const payload = { accountId: 'alice', account: await createAccountKeys(), contacts: [] }
  return [
    {
      name: 'a sealed report',
      sound: report,
      opens: async (bytes: Uint8Array) => (await scene.verify('bob', privateKey, bytes)).isVerified,
    },
    {
      name: 'a sealed file',
      sound: Uint8Array.of(...sealer.header, ...chunk),
      async opens(bytes: Uint8Array) {
        const opener = await createFileOpener(file)
        await opener.add(bytes)
        return (await opener.finish()).ok
      },
    },
    {
      name: 'a sealed link',
      sound: await sealLink(link.publicKey, 'link', payload),
      opens: async (bytes: Uint8Array) => (await openLink(link.privateKey, 'link', bytes)).ok,
    },
  ]
}

const owner = { accountId: 'alice', backupKey: new Uint8Array(32).fill(1) }
const secret = new Uint8Array(32).fill(2)

async function backupSlots(): Promise<Uint8Array> {
  const cost = { salt: new Uint8Array(16), memoryKib: 65_536, passes: 3 }
  const place = { credentialId: new Uint8Array(20).fill(3), salt: new Uint8Array(32).fill(4) }
  const ways = [{ kind: 'passphrase', cost } as const, { kind: 'passkey', place } as const]
  return joinBackupSlots(await Promise.all(ways.map((way) => sealBackupKey({ ...owner, secret, way }))))
}

async function sealedBackup(slots: Uint8Array) {
  const { manifest, segments } = await sealBackup({ ...owner, slots, version: 1, madeAtMs: 2, content: slots })
  const [segment = new Uint8Array()] = segments
  const sealedSlots = readBackupSlots(slots) ?? []
  return [
    ...sealedSlots.map(({ kind, bytes: sound }) => ({
      name: `the slot of a ${kind}`,
      sound,
      opens: async (bytes: Uint8Array) => (await openBackupKey({ ...owner, secret, slot: bytes })).ok,
    })),
    {
      name: 'the manifest of a backup',
      sound: manifest,
      opens: async (bytes: Uint8Array) => (await readBackupManifest({ ...owner, slots, manifest: bytes })).ok,
    },
    {
      name: 'a segment of a backup',
      sound: segment,
      opens: async (bytes: Uint8Array) => (await openBackup({ ...owner, slots, manifest, segments: [bytes] })).ok,
    },
  ]
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
