import { expect, it } from 'vitest'
import {
  CHAIN_START,
  openAndVerifyReport,
  openMessage,
  restoreConversation,
  sealMessage,
  sealReport,
  type Group,
  type MessageContent,
  type ReportEntry,
  type SenderChain,
} from '../src/index.ts'
import { createConversation, everybody, NAME, type TestDevice } from './devices.ts'
import { reportKeys, stampOf } from './franked.ts'
import { NOW_MS, valueOf } from './pair.ts'

/** Franked messages in real MLS groups: what the fake group of the other tests stands for. */
const STAMP_KEY = new Uint8Array(32).fill(7)
const hello: MessageContent = { kind: 'text', text: 'hello' }

async function write(group: Group, device: TestDevice, content = hello, chain?: SenderChain) {
  const { deviceId } = device.keys
  const sealed = await sealMessage(group, { content, deviceId, chain, seen: 0, clientMs: NOW_MS })
  sealed.apply()
  return sealed
}

function told(sealed: { ciphertext: Uint8Array; commitment: Uint8Array }, device: TestDevice) {
  const { accountId, deviceId } = device.keys
  const { ciphertext, commitment } = sealed
  return { ciphertext, commitment, senderAccount: accountId, senderDevice: deviceId, ...NAME, chain: () => CHAIN_START }
}

function people({ devices, groups }: Awaited<ReturnType<typeof createConversation>>) {
  const [alice, bob] = devices
  const [alices, bobs] = groups
  if (!alice || !bob || !alices || !bobs) throw new Error('two are needed')
  return { alice, bob, alices, bobs }
}

it.each(['pair', 'group'] as const)('[K1, T2, EF5] a %s: sealed, opened, reported, verified', async (suite) => {
  const { alice, bob, alices, bobs } = people(await createConversation(suite))
  const entries: ReportEntry[] = []
  let chain: SenderChain | undefined
  for (const text of ['one', 'two', 'x'.repeat(16 * 1024)]) {
    const content: MessageContent = { kind: 'text', text }
    const sealed = await write(alices, alice, content, chain)
    const expected = chain ?? CHAIN_START
    chain = sealed.chain
    expect(sealed.ciphertext.byteLength).toBeLessThanOrEqual(24 * 1024)
    const opened = await openMessage(bobs, { ...told(sealed, alice), chain: () => expected })
    if (!opened.ok) throw new Error('refused')
    opened.value.apply()
    expect(opened.value).toMatchObject({ content, isAfterGap: false, sender: { accountId: 'alice' } })
    const position = entries.length + 1
    const { commitment } = sealed
    const stamped = { senderAccount: 'alice', senderDevice: 'alice-1', ...NAME, position, sentAtMs: NOW_MS, commitment }
    const line = { ...stamped, stampKeyId: 1 }
    const stamp = stampOf(STAMP_KEY, { ...line, recipient: 'bob' })
    entries.push({ stamped: line, stamp, evidence: opened.value.evidence })
  }
  const { publicKey, privateKey } = await reportKeys
  const place = { reporter: bob.keys.accountId, conversationId: NAME.conversationId }
  const sealed = await sealReport({ publicKey, ...place, entries })
  const stampKey = () => Promise.resolve(STAMP_KEY)
  const verdict = await openAndVerifyReport({ privateKey, sealed, ...place, stampKey, nowMs: NOW_MS })
  expect(verdict).toMatchObject({ isVerified: true, faults: [] })
})

it('[T2, EF5] a third member cannot have its message taken for that of another', async () => {
  const conversation = await createConversation('group', ['alice', 'bob', 'eve'])
  const { alice, bobs } = people(conversation)
  const [, , eve] = conversation.devices
  const [, , eves] = conversation.groups
  if (!eve || !eves) throw new Error('three are needed')
  // With the server's help the message is told to be from alice; with eve's client the body names alice's device.
  const honest = await write(eves, eve)
  expect(await openMessage(bobs, told(honest, alice))).toMatchObject({ ok: false, step: {} })
  const lying = await write(eves, alice)
  expect(await openMessage(bobs, told(lying, alice))).toMatchObject({ ok: false, step: {} })
  expect(await openMessage(bobs, told(lying, eve))).toMatchObject({ ok: false, step: {} })
})

it('[EF6] after a refusal was stored and applied, later messages open, also from the stored state', async () => {
  const { alice, bob, alices, bobs } = people(await createConversation())
  const bad = await write(alices, alice)
  const good = await write(alices, alice, hello, bad.chain)
  const refused = await openMessage(bobs, { ...told(bad, alice), senderAccount: 'eve' })
  if (refused.ok || refused.step === undefined) throw new Error('no step')
  const { nextState } = refused.step
  refused.step.apply()
  const restored = await restoreConversation({ device: bob.keys, state: nextState, admit: everybody })
  for (const group of [bobs, restored])
    expect(await openMessage(group, told(good, alice))).toMatchObject({ ok: true, value: { isAfterGap: true } })
  // The refused one does not open a second time.
  expect(await openMessage(restored, told(bad, alice))).toEqual({ ok: false, code: 'E2EE_OPEN_FAILED' })
})

it('[EF6] a message of an epoch that has not come waits for its commit', async () => {
  const { alice, alices, bobs } = people(await createConversation())
  const step = valueOf(await alices.commit({ add: [], remove: [], nowMs: NOW_MS }))
  step.apply()
  const sealed = await write(alices, alice)
  expect(await openMessage(bobs, told(sealed, alice))).toEqual({ ok: false, code: 'E2EE_EPOCH_AHEAD' })
  const taken = valueOf(await bobs.process(step.commit, NOW_MS))
  if (taken.kind === 'changed') taken.apply()
  expect(await openMessage(bobs, told(sealed, alice))).toMatchObject({ ok: true, value: { content: hello } })
})
