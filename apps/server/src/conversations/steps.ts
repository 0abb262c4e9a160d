import type { Clock } from '@visavis/ports'
import {
  fail,
  ok,
  type AccountId,
  type AckResult,
  type ClientFrameBody,
  type DeviceId,
  type Result,
} from '@visavis/wire'
import type { Draft, Mailbox, Press } from '../mailbox/index.ts'
import type { Book } from './book.ts'
import { isWellFormed, judgeStep, reaches, type Standing } from './rules.ts'
import type { ConversationStore } from './store.ts'
import type { Actor, Conversation, DevicesOf, GroupChange, TellChanged } from './types.ts'

type Step = ClientFrameBody<'conversation.commit'>
type Answer = Result<AckResult<'conversation.commit'>>

/** Each round means that something else about the conversation changed in that moment. */
const ROUNDS_MAX = 8

export type StepDeps = {
  readonly clock: Clock
  readonly book: Book
  readonly store: ConversationStore
  readonly devicesOf: DevicesOf
  readonly mailbox: Pick<Mailbox, 'alone' | 'known'>
  readonly tellChanged: TellChanged
}

/**
 * Steps of groups: one per epoch [WV1], whoever comes first. A step, the roster it leads to and its entries are stored in
 * one transaction that has its own place in the order of the mailbox.
 */
export function createSteps(deps: StepDeps) {
  const { book, store, mailbox } = deps

  /**
   * Errors: DEVICE_REQUIRED, CONVERSATION_UNKNOWN, CONVERSATION_EPOCH, WIRE_INVALID (it contradicts itself), NOT_ALLOWED
   * (adds a device that no member has), SERVER_STORAGE.
   */
  async function commit(sender: Actor, step: Step): Promise<Answer> {
    if (!sender.isRegistered) return fail('DEVICE_REQUIRED')
    if (!isWellFormed(step, sender)) return fail('WIRE_INVALID')
    const conversation = await book.load(step.conversationId)
    if (!conversation?.members.has(sender.accountId)) return fail('CONVERSATION_UNKNOWN')
    const adds = await ownersOf(conversation, step.adds)
    if (!adds) return fail('NOT_ALLOWED')
    const key = { senderDevice: sender.deviceId, messageId: step.messageId }
    return mailbox.alone(key, (press) => take(press, sender, step, adds))
  }

  /** The owners of these devices, or undefined when one is no device of a member. */
  async function ownersOf(
    { members }: Conversation,
    devices: readonly DeviceId[],
  ): Promise<ReadonlyMap<DeviceId, AccountId> | undefined> {
    if (devices.length === 0) return new Map()
    const owners = new Map<DeviceId, AccountId>()
    for (const [account, { devices: theirs }] of await deps.devicesOf([...members.keys()]))
      for (const { deviceId } of theirs) owners.set(deviceId, account)
    const wanted = new Map<DeviceId, AccountId>()
    for (const device of devices) {
      const owner = owners.get(device)
      if (!owner) return undefined
      wanted.set(device, owner)
    }
    return wanted
  }

  async function take(
    press: Press,
    sender: Actor,
    step: Step,
    adds: ReadonlyMap<DeviceId, AccountId>,
  ): Promise<Answer> {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const conversation = await book.load(step.conversationId)
      if (!conversation) return fail('CONVERSATION_UNKNOWN')
      const standing = judgeStep(conversation, sender, step)
      if (!standing.ok) return (await before(sender, step)) ?? standing
      for (const owner of adds.values()) if (!conversation.members.has(owner)) return fail('NOT_ALLOWED')
      const sentAtMs = deps.clock.nowMs()
      const drafts = draftsOf(conversation, standing.value, sender, { step, adds, sentAtMs })
      const outcome = await write(press, conversation, drafts, changeOf(conversation, sender, step, adds))
      if (outcome === 'known') return (await before(sender, step)) ?? fail('WIRE_INVALID')
      if (outcome === 'stored') {
        // Who was in the former group, and is not in this one, gets no entry that says so.
        if (step.epoch === 0) deps.tellChanged([...conversation.members.keys()])
        return ok({ sentAtMs })
      }
    }
    throw new Error('a conversation never came to rest')
  }

  async function write(
    press: Press,
    { conversationId, version }: Conversation,
    drafts: readonly Draft[],
    change: GroupChange,
  ): Promise<'stored' | 'moved' | 'known'> {
    const rows = await press.number(drafts)
    try {
      const outcome = await store.step(conversationId, version, change, rows)
      if (outcome === 'stored') press.stored(rows)
      return outcome
    } catch (error) {
      press.doubted(rows)
      throw error
    } finally {
      book.changed(conversationId)
    }
  }

  /** The answer this very step got before, if it did [WV3]. */
  async function before({ deviceId: senderDevice }: Actor, step: Step): Promise<Answer | undefined> {
    const [first] = await mailbox.known([{ senderDevice, messageId: step.messageId }])
    if (!first) return undefined
    const isStep = first.kind === 'commit' || first.kind === 'welcome'
    return isStep && first.conversationId === step.conversationId ? ok({ sentAtMs: first.sentAtMs }) : undefined
  }

  return { commit }
}

function changeOf(
  { epoch }: Conversation,
  sender: Actor,
  step: Step,
  adds: ReadonlyMap<DeviceId, AccountId>,
): GroupChange {
  const { generation, removes } = step
  if (step.epoch > 0) return { generation, epoch: epoch + 1, isStart: false, adds, removes }
  const everybody = new Map([...adds, [sender.deviceId, sender.accountId] as const])
  return { generation, epoch: 1, isStart: true, adds: everybody, removes: [] }
}

/** The commit for those who are in the group, also for those it takes out; the welcome for those it adds. */
function draftsOf(
  conversation: Conversation,
  standing: Standing,
  { accountId: senderAccount, deviceId: senderDevice }: Actor,
  { step, adds, sentAtMs }: { step: Step; adds: ReadonlyMap<DeviceId, AccountId>; sentAtMs: number },
): readonly Draft[] {
  const { conversationId, generation, epoch, messageId } = step
  const said = { conversationId, generation, epoch, messageId, senderAccount, senderDevice, sentAtMs, position: 0 }
  const drafts: Draft[] = []
  const addRow = (kind: 'commit' | 'welcome', recipientDevice: DeviceId, ciphertext: Uint8Array<ArrayBuffer>) =>
    void drafts.push({ ...said, kind, recipientDevice, part: drafts.length, ciphertext })
  const { commit, welcome } = step
  if (commit)
    for (const [device, account] of conversation.roster) {
      if (device === senderDevice || adds.has(device) || !reaches(standing, senderAccount, account)) continue
      addRow('commit', device, commit)
    }
  if (welcome)
    for (const [device, account] of adds)
      if (reaches(standing, senderAccount, account)) addRow('welcome', device, welcome)
  // Goes to nobody, and is remembered all the same.
  if (drafts.length === 0) addRow(commit ? 'commit' : 'welcome', senderDevice, new Uint8Array(0))
  return drafts
}
