import { sameBytes } from '../byte-codec.ts'
import type { DeviceCredential, Group, OpenedMessage, Step } from '../conversation/types.ts'
import { pad, unpad } from '../padding.ts'
import { assert, ok, OPEN_FAILED, type E2eeFail, type GroupCode } from '../result.ts'
import { freshKey, HASH_BYTES, KEY_BYTES } from '../web-crypto.ts'
import { CHAIN_START, commitTo, decodeBody, encodeBody, groupNameText, type Body } from './body.ts'
import type { MessageContent, OpenedFranked, SealedMessage, SenderChain } from './types.ts'

/**
 * Messages that can be reported (message franking: Facebook 2016; Grubbs, Lu, Ristenpart 2017). What is sealed by MLS is
 * `pad(franking key | body)`; beside it, authenticated but readable by the server, stands version u8 = 1 | commitment.
 * SPEC EF4-EF8.
 */
const ADDITIONAL_VERSION = 1

export type MessageToSeal = {
  readonly content: MessageContent
  /** Of this device, as its roster leaf says. A wrong one makes a message that everybody refuses. */
  readonly deviceId: string
  /**
   * What the last `sealMessage` for this conversation gave, over all generations; undefined at first. A message that
   * the server refused for good leaves the chain as it was before it, or receivers see a gap there.
   */
  readonly chain: SenderChain | undefined
  /** The highest position that was shown here when this was written; 0 for none. */
  readonly seen: number
  readonly clientMs: number
}

/**
 * Seals a message so that who receives it can prove it to a moderator, and nobody else.
 *
 * The order is: store `nextState`, `chain`, `evidence` and `ciphertext` in one go, then `apply`, then send. If storing
 * fails: `group.abandonSeal()`.
 *
 * @throws RangeError on content outside its bounds (SPEC EF1), before any key is spent
 */
export async function sealMessage(group: Group, message: MessageToSeal): Promise<SealedMessage> {
  const { content, deviceId, chain = CHAIN_START, seen, clientMs } = message
  const epoch = group.epoch()
  const body = encodeBody({ group: group.name, epoch, deviceId, chain, seen, clientMs, content })
  const frankingKey = freshKey()
  const commitment = await commitTo(frankingKey, body)
  assert(group.epoch() === epoch, 'calls on a group run one after the other')
  const sealed = await group.seal(pad(join(frankingKey, body)), join(Uint8Array.of(ADDITIONAL_VERSION), commitment))
  return {
    nextState: sealed.nextState,
    apply: () => sealed.apply(),
    ciphertext: sealed.ciphertext,
    commitment,
    chain: { count: chain.count + 1, previous: commitment },
    evidence: { frankingKey, body },
  }
}

/** A message as the server delivered it: the ciphertext, and what it says and stamps about it. */
export type MessageToOpen = {
  readonly ciphertext: Uint8Array
  readonly commitment: Uint8Array
  readonly senderAccount: string
  readonly senderDevice: string
  readonly conversationId: string
  readonly generation: number
  /**
   * What the last opened message of that device gave. Undefined when this device cannot know what came before, as a
   * newcomer to the conversation; one that was there from its start gives `CHAIN_START`.
   */
  readonly chain: (deviceId: string) => SenderChain | undefined
}

/**
 * A refusal may carry a step: MLS opened the message, and a rule of ours refused it. Then nothing of it is shown, but its
 * key is spent: store the step's state beside "refused", and apply it, so that one bad message stops no later one.
 * Without a step everything is as it was.
 */
export type OpenMessageResult =
  | { readonly ok: true; readonly value: OpenedFranked & { readonly sender: DeviceCredential } }
  | (E2eeFail<GroupCode> & { readonly step?: Step })

/**
 * Opens a message and checks, before anything is shown, that it could be reported: that the server stamped the very
 * commitment that was sealed, for the very device and account that sealed it, in this place (SPEC EF5). Fails with
 * `E2EE_OPEN_FAILED`, or `E2EE_EPOCH_AHEAD` when the commit of its epoch has not come yet.
 */
export async function openMessage(group: Group, message: MessageToOpen): Promise<OpenMessageResult> {
  const { conversationId, generation } = message
  if (groupNameText(group.name) !== groupNameText({ conversationId, generation })) return OPEN_FAILED
  const opened = await group.open(message.ciphertext)
  if (!opened.ok) return opened
  const { nextState, sender } = opened.value
  const step = { nextState, apply: () => opened.value.apply() }
  const proven = await prove(group, message, opened.value)
  if (proven === undefined) return { ...OPEN_FAILED, step }
  const { body } = proven
  const expected = message.chain(body.deviceId)
  return ok({
    ...step,
    sender,
    content: body.content,
    clientMs: body.clientMs,
    seen: body.seen,
    evidence: proven.evidence,
    chain: { count: body.chain.count + 1, previous: message.commitment },
    isAfterGap: expected !== undefined && !isSameChain(expected, body.chain),
  })
}

async function prove(group: Group, message: MessageToOpen, opened: OpenedMessage) {
  const { additional, sender, epoch, plain } = opened
  if (additional[0] !== ADDITIONAL_VERSION || additional.byteLength !== 1 + HASH_BYTES) return undefined
  if (!sameBytes(additional.subarray(1), message.commitment)) return undefined
  if (sender.accountId !== message.senderAccount || sender.deviceId !== message.senderDevice) return undefined
  const franked = unpad(plain)
  if (franked === undefined || franked.byteLength < KEY_BYTES) return undefined
  const evidence = { frankingKey: franked.slice(0, KEY_BYTES), body: franked.slice(KEY_BYTES) }
  if (!sameBytes(await commitTo(evidence.frankingKey, evidence.body), message.commitment)) return undefined
  const body: Body | undefined = decodeBody(evidence.body)
  if (body === undefined || body.epoch !== epoch || body.deviceId !== sender.deviceId) return undefined
  return groupNameText(body.group) === groupNameText(group.name) ? { body, evidence } : undefined
}

function isSameChain(a: SenderChain, b: SenderChain): boolean {
  return a.count === b.count && sameBytes(a.previous, b.previous)
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.byteLength + second.byteLength)
  joined.set(first)
  joined.set(second, first.byteLength)
  return joined
}
