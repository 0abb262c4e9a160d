import { createFakeClock, createFakeLog, createSeededRandom } from '@visavis/testkit'
import { expect, it } from 'vitest'
import { createMemoryVault } from '../../vault/sim/memory-vault.ts'
import { createRowStore } from '../view/rows.ts'
import { ALICE, ALICES_DEVICE, BOB, CONVERSATION, createFakeCore } from '../view/sim/fake-core.ts'
import { createOutgoing } from './outgoing.ts'
import { createFakeFiles } from './sim/fake-files.ts'

function open() {
  const clock = createFakeClock()
  const vault = createMemoryVault()
  const core = createFakeCore(vault, () => clock.nowMs())
  const { files, forgotten } = createFakeFiles()
  const outgoing = createOutgoing({
    core,
    store: createRowStore(vault),
    transfers: files,
    random: createSeededRandom(1),
    log: createFakeLog(),
    me: ALICE,
    serverNowMs: () => clock.nowMs(),
    isHeld: () => false,
    clearDraft: () => [],
  })
  return { clock, core, forgotten, outgoing }
}
const own = { senderAccount: ALICE, senderDevice: ALICES_DEVICE }
const REFUSED = { ok: false, code: 'WIRE_INVALID' }

it('[K3] a message that was refused stays to be tried again; a reaction that was refused does not', async () => {
  const { core, outgoing } = open()
  await core.receive({ kind: 'text', text: 'hi' })
  await outgoing.sendText(CONVERSATION, 'hello')
  await outgoing.react(CONVERSATION, 1, '🎉')
  core.refuse('CONVERSATION_WAITS')
  await outgoing.dropRefused(CONVERSATION)
  expect(core.outboxOf(CONVERSATION)).toMatchObject([
    { state: 'failed', code: 'CONVERSATION_WAITS', content: { kind: 'text' } },
  ])
})

it('[K7] a request is answered before anything is written to it, and what is over is only read', async () => {
  const { core, outgoing } = open()
  const [record] = core.conversations()
  if (!record) throw new Error('no conversation')
  core.change({ server: { ...record.server, state: 'request' } })
  expect(await outgoing.sendText(CONVERSATION, 'hello')).toEqual({ ok: false, code: 'CONVERSATION_WAITS' })
  core.change({ server: { ...record.server, state: 'over' } })
  expect(await outgoing.sendText(CONVERSATION, 'hello')).toEqual({ ok: false, code: 'CONVERSATION_UNKNOWN' })
  expect(core.sent).toEqual([])
})

it('[K8] only own text that is there can be edited or unsent, and only a message can be reacted to', async () => {
  const { core, outgoing } = open()
  await core.receive({ kind: 'text', text: 'mine' }, own)
  await core.receive({ kind: 'text', text: 'theirs' })
  await core.receive({ kind: 'read', upTo: 1 })
  await core.receive(undefined, { code: 'E2EE_OPEN_FAILED' })
  for (const position of [0, -1, 1.5, 2, 3, 4, 9]) {
    expect(await outgoing.edit(CONVERSATION, position, 'other')).toEqual(REFUSED)
    expect(await outgoing.unsend(CONVERSATION, position)).toEqual(REFUSED)
  }
  for (const position of [0, 3, 4, 9]) expect(await outgoing.react(CONVERSATION, position, '🎉')).toEqual(REFUSED)
  for (const text of ['', ' ', 'x'.repeat(16 * 1024 + 1)]) {
    expect(await outgoing.edit(CONVERSATION, 1, text)).toEqual(REFUSED)
  }
  expect(await outgoing.react(CONVERSATION, 1, '🎉'.repeat(9))).toEqual(REFUSED)
  expect(core.sent).toEqual([])
  expect(await outgoing.edit(CONVERSATION, 1, 'better')).toEqual({ ok: true, value: true })
  expect(await outgoing.unsend(CONVERSATION, 1)).toEqual({ ok: true, value: true })
})

it.each(['discard', 'cancelTransfer'] as const)(
  '[K2][K5] nothing of a file that was taken back stays: %s',
  async (how) => {
    const { core, forgotten, outgoing } = open()
    core.change({ sharing: { [ALICE]: { on: true, position: 1 }, [BOB]: { on: true, position: 2 } } })
    const file = { blob: new Blob(['x']), name: 'x.txt', role: 'document', isViewOnce: false } as const
    const sent = await outgoing.sendFile(CONVERSATION, file, '')
    const text = await outgoing.sendText(CONVERSATION, 'hello')
    if (!sent.ok || !text.ok) throw new Error('not sent')
    await outgoing.discard(text.value)
    if (how === 'discard') await outgoing.discard(sent.value)
    else await outgoing.cancelTransfer(CONVERSATION, sent.value)
    expect(core.outboxOf(CONVERSATION)).toEqual([])
    expect(forgotten).toEqual([sent.value])
  },
)
