import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { createReportKeys, sealReport } from '../src/franking/report.ts'
import { CHAIN_START } from '../src/franking/body.ts'
import { openMessage, sealMessage, type MessageToOpen, type MessageToSeal } from '../src/franking/messages.ts'
import { stampInput } from '../src/franking/stamp.ts'
import type { FileDescriptor, MessageContent, ReportEntry, SenderChain, Stamped } from '../src/franking/types.ts'
import { openAndVerifyReport } from '../src/franking/verdict.ts'
import { createFakeGroup, credentialOf } from './fake-group.ts'

/** A conversation with everything a server does about franking: positions, stamps, day keys, reports. */
export const CONVERSATION = '0f0e0d0c-0000-4000-8000-000000000001'
export const NOW_MS = Date.UTC(2026, 10, 22)
const HOUR_MS = 60 * 60_000

export type Line = { readonly stamped: Omit<Stamped, 'recipient'>; readonly entries: ReadonlyMap<string, ReportEntry> }

export function stampOf(key: Uint8Array, stamped: Stamped): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update(stampInput(stamped)).digest())
}

/** alice, bob and eve, one device each, in one generation; everybody opens everything. */
export function createScene(conversationId = CONVERSATION, generation = 1) {
  const name = { conversationId, generation }
  const wire = new Map()
  const groups = new Map(
    ['alice', 'bob', 'eve'].map((account) => [
      account,
      createFakeGroup({ name, self: credentialOf(account, `${account}-phone`), wire }),
    ]),
  )
  const keys = new Map([[1, new Uint8Array(32).fill(7)]])
  const chains = new Map<string, SenderChain>()
  const lines: Line[] = []
  let keyId = 1

  const groupOf = (account: string) => {
    const group = groups.get(account)
    if (group === undefined) throw new Error('not a person of this scene')
    return group
  }

  async function say(account: string, content: MessageContent, changes: Partial<MessageToSeal> = {}): Promise<Line> {
    const chain = chains.get(account)
    const deviceId = `${account}-phone`
    const message = { content, deviceId, chain, seen: lines.length, clientMs: NOW_MS, ...changes }
    const sealed = await sealMessage(groupOf(account), message)
    sealed.apply()
    chains.set(account, sealed.chain)
    const stamped = {
      stampKeyId: keyId,
      senderAccount: account,
      senderDevice: deviceId,
      ...name,
      position: lines.length + 1,
      sentAtMs: NOW_MS - HOUR_MS + 1_000 * lines.length,
      commitment: sealed.commitment,
    }
    const entries = new Map<string, ReportEntry>()
    for (const recipient of groups.keys()) {
      const stamp = stampOf(keys.get(keyId) ?? new Uint8Array(32), { ...stamped, recipient })
      const evidence = recipient === account ? sealed.evidence : await open(recipient, sealed, stamped)
      entries.set(recipient, { stamped, stamp, evidence })
    }
    const line = { stamped, entries }
    lines.push(line)
    return line
  }

  async function open(recipient: string, sealed: { ciphertext: Uint8Array }, stamped: Line['stamped']) {
    const message = { ...stamped, ciphertext: sealed.ciphertext, chain: () => undefined }
    const opened = await openMessage(groupOf(recipient), message)
    if (!opened.ok) throw new Error('the scene is broken')
    opened.value.apply()
    return opened.value.evidence
  }

  return {
    groupOf,
    lines,
    say,
    text: (account: string, text: string) => say(account, { kind: 'text', text }),
    keys,
    rotateKey() {
      keyId += 1
      keys.set(keyId, new Uint8Array(32).fill(keyId))
    },
    /** The lines at these positions as `account` has them. */
    entriesOf: (account: string, ...positions: number[]): ReportEntry[] =>
      positions.map((position) => {
        const entry = lines[position - 1]?.entries.get(account)
        if (entry === undefined) throw new Error('no such line')
        return entry
      }),
    async report(reporter: string, entries: readonly ReportEntry[], nowMs = NOW_MS) {
      const { publicKey, privateKey } = await reportKeys
      const sealed = await sealReport({ publicKey, reporter, conversationId, entries })
      return this.verify(reporter, privateKey, sealed, nowMs)
    },
    verify: (reporter: string, privateKey: Uint8Array, sealed: Uint8Array, nowMs = NOW_MS) =>
      openAndVerifyReport({
        privateKey,
        sealed,
        reporter,
        conversationId,
        stampKey: (id) => Promise.resolve(keys.get(id)),
        nowMs,
      }),
  }
}
export type Scene = ReturnType<typeof createScene>

/** Two people, five lines, of which two are threats of alice. */
export async function threats(): Promise<Scene> {
  const scene = createScene()
  await scene.text('bob', 'hello')
  await scene.text('alice', 'hello yourself')
  await scene.text('alice', 'send money or else')
  await scene.text('bob', 'please stop')
  await scene.text('alice', 'or else!')
  return scene
}

export const reportKeys = createReportKeys(new Uint8Array(32).fill(9))

/** A message as `group` may open it, told by an honest server. */
export function delivered(
  sealed: { readonly ciphertext: Uint8Array; readonly commitment: Uint8Array },
  account: string,
  changes: Partial<MessageToOpen> = {},
): MessageToOpen {
  return {
    ciphertext: sealed.ciphertext,
    commitment: sealed.commitment,
    senderAccount: account,
    senderDevice: `${account}-phone`,
    conversationId: CONVERSATION,
    generation: 1,
    chain: () => CHAIN_START,
    ...changes,
  }
}

const id = fc.string({ minLength: 1, maxLength: 64, unit: fc.constantFrom('0', '9', 'a', 'f', '-') })
const position = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 })
const line = words.map((text) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '').slice(0, 40))
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
const optional = <T, K extends string>(key: K, value: fc.Arbitrary<T>) =>
  fc.oneof(
    fc.constant({}),
    value.map((each) => ({ [key]: each }) as Record<K, T>),
  )

export const files: fc.Arbitrary<FileDescriptor> = fc
  .tuple(
    fc.record({
      fileId: id,
      key: hash,
      root: hash,
      sizeBytes: fc.nat(100 * 1024 * 1024),
      mime: fc.constantFrom('image/jpeg', 'audio/ogg', 'application/octet-stream'),
      name: line,
      role: fc.constantFrom('photo' as const, 'voice' as const, 'document' as const),
      isViewOnce: fc.boolean(),
    }),
    optional('preview', fc.uint8Array({ minLength: 1, maxLength: 300 })),
    optional('durationMs', fc.nat(86_400_000)),
    optional('width', fc.integer({ min: 1, max: 65_535 })),
    optional('height', fc.integer({ min: 1, max: 65_535 })),
  )
  .map((parts) => Object.assign({}, ...parts) as FileDescriptor)

const reply = optional('replyTo', position)
export const contents: fc.Arbitrary<MessageContent> = fc.oneof(
  fc.tuple(words, reply).map(([text, replyTo]) => ({ kind: 'text' as const, text, ...replyTo })),
  fc.record({ kind: fc.constant('reaction' as const), target: position, emoji: fc.constantFrom('', '👍', '🏳️‍🌈') }),
  fc.record({ kind: fc.constant('edit' as const), target: position, text: words }),
  fc.record({ kind: fc.constant('unsend' as const), target: position }),
  fc.record({ kind: fc.constant('read' as const), upTo: position }),
  fc.record({ kind: fc.constant('title' as const), text: line }),
  fc
    .tuple(files, line, reply)
    .map(([file, caption, replyTo]) => ({ kind: 'file' as const, file, caption, ...replyTo })),
  fc.record({ kind: fc.constant('timer' as const), seconds: fc.nat(30 * 86_400) }),
  fc
    .tuple(fc.boolean(), optional('since', position))
    .map(([on, since]) => ({ kind: 'sharing' as const, on, ...since })),
)

/** Sound bytes with one small wound: the inputs most likely to slip past a decoder. */
export function wounded(sound: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(sound, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.constantFrom('flip', 'cut', 'insert', 'append'))
    .map(([bytes, at, value, wound]) => {
      const place = at % Math.max(1, bytes.byteLength)
      if (wound === 'cut') return bytes.slice(0, place)
      if (wound === 'append') return Uint8Array.of(...bytes, value)
      if (wound === 'insert') return Uint8Array.of(...bytes.subarray(0, place), value, ...bytes.subarray(place))
      return bytes.map((byte, index) => (index === place ? byte ^ value : byte))
    })
}
