import { reachableBytes } from '@visavis/testkit/heap'
import {
  CHAIN_START,
  checkKeyPackage,
  joinConversation,
  openMessage,
  sealMessage,
  type SuiteKind,
} from '../src/index.ts'
import { createChance, type Chance } from './chance.ts'
import * as person from './fuzz-device.ts'
import { headedNoise, noise, wounded } from './hostile-bytes.ts'
import { createHostileGroup, type Fresh, type HostileGroup } from './hostile-group.ts'

/**
 * Hostile MLS bytes against a device in a living conversation: commits, welcomes, messages and key packages that are
 * noise, wounded, spliced, spent, of former members, of other kinds than asked for. Each is refused with a code and leaves
 * everything as it was: after every round the honest message opens and the epoch's secret is the same (ER24, ER26, ER28,
 * ER31, ER32). A member that seals nonsense spends its own key and no more (EF6). Nothing throws, and what is kept does not
 * grow with what was refused.
 */
export type HostileStats = {
  /** By what was attacked. */
  readonly inputs: Record<Attack, number>
  refused: number
  ahead: number
  epochs: number
  storedBytesMax: number
  grownBytes: number
}
export type Attack = 'open' | 'process' | 'join' | 'add' | 'check' | 'former' | 'insider'

const INPUTS_PER_RUN = 10
const INPUTS_PER_ROUND = 120
/** A group of this many inputs is long enough for what grows with each of them to stand out. */
const GROUP_INPUTS = 20_000
const GROWN_BYTES_MAX = 4 * 1024 * 1024
const NOISE_BYTES_MAX = 2_000
/** X-Wing states have several KiB for each device. */
const STORED_BYTES_MAX = 512 * 1024
const EPOCHS_KEPT = 3
const PAIR_SHARE = 8

/** The entry of `npm run fuzz`. @throws Error naming suite, seed and input at the first fault */
export async function fuzz({ seed, runs }: { seed: number; runs: number }): Promise<void> {
  const inputs = runs * INPUTS_PER_RUN
  await fuzzHostile({ seed, inputs, suite: 'group' })
  await fuzzHostile({ seed, inputs: Math.ceil(inputs / PAIR_SHARE), suite: 'pair' })
}

export async function fuzzHostile(options: {
  readonly seed: number
  readonly inputs: number
  readonly suite: SuiteKind
}): Promise<HostileStats> {
  const inputs = { open: 0, process: 0, join: 0, add: 0, check: 0, former: 0, insider: 0 }
  const stats: HostileStats = { inputs, refused: 0, ahead: 0, epochs: 0, storedBytesMax: 0, grownBytes: 0 }
  for (let left = options.inputs, part = 0; left > 0; left -= GROUP_INPUTS, part++) {
    const chance = createChance(options.seed * 1_000_003 + part)
    try {
      await attackGroup({ chance, suite: options.suite, stats, inputs: Math.min(left, GROUP_INPUTS) })
    } catch (error) {
      const where = `${options.suite}, seed ${options.seed}, part ${part}, input ${total(stats)}`
      throw new Error(`hostile MLS: ${where}`, { cause: error })
    }
  }
  return stats
}

function total({ inputs }: Pick<HostileStats, 'inputs'>): number {
  return Object.values(inputs).reduce((sum, count) => sum + count, 0)
}

type Attacked = { readonly chance: Chance; readonly stats: HostileStats; readonly of: HostileGroup }

async function attackGroup(given: { chance: Chance; suite: SuiteKind; stats: HostileStats; inputs: number }) {
  const { chance, stats } = given
  const attacked: Attacked = { chance, stats, of: await createHostileGroup(chance, given.suite) }
  const [start, end] = [total(stats), total(stats) + given.inputs]
  let early = 0
  while (total(stats) < end) {
    await playRound(attacked)
    if (early === 0 && total(stats) - start >= given.inputs / 4) early = await reachableBytes()
  }
  const grown = (await reachableBytes()) - early
  stats.grownBytes = Math.max(stats.grownBytes, grown)
  if (grown > GROWN_BYTES_MAX) throw new Error(`${grown} bytes more are kept than before`)
  attacked.of.close()
}

async function playRound(attacked: Attacked): Promise<void> {
  const { chance, stats, of } = attacked
  const { victim } = of
  const fresh = await of.prepare()
  const before = await exported(of)
  for (let left = INPUTS_PER_ROUND; left > 0; left--) await throwOne(attacked, fresh)
  await tryFormers(attacked, fresh)
  if (!person.same(await exported(of), before)) throw new Error('the secret of the epoch changed')
  const opened = person.valueOf(await victim.group.open(fresh.message))
  if (!person.same(opened.plain, fresh.plain)) throw new Error('something else was read')
  of.put(victim, opened)
  await sealNonsense(attacked)
  const epoch = victim.group.epoch()
  const fate = of.isCrowded() ? 'another' : chance.oneOf(['taken', 'taken', 'another', 'nothing'])
  if (fate === 'taken') await fresh.take()
  if (fate === 'another') await of.change()
  // Not the key package: a device that is not in the group may be added, also by what was seen before.
  of.spend(fresh.message, fresh.welcome)
  // A commit that nobody took is lost once another was.
  if (victim.group.epoch() > epoch) {
    stats.epochs++
    of.spend(fresh.commit)
  }
  stats.storedBytesMax = Math.max(stats.storedBytesMax, victim.stored.length)
  if (victim.stored.length > STORED_BYTES_MAX) throw new Error(`${victim.stored.length} bytes are stored`)
}

const exported = ({ victim }: HostileGroup) => victim.group.exporter('fuzz', new Uint8Array(), 32)

const ATTACKS = ['open', 'open', 'process', 'process', 'join', 'add', 'check'] as const
const MEANT = {
  open: 'message',
  process: 'commit',
  join: 'welcome',
  add: 'guestPackage',
  check: 'guestPackage',
} as const

async function throwOne(attacked: Attacked, fresh: Fresh): Promise<void> {
  const { chance, stats } = attacked
  const attack = chance.oneOf(ATTACKS)
  const sounds = { ...fresh, guestPackage: fresh.guestPackage.bytes }
  const meant = sounds[MEANT[attack]]
  const bytes = hostileBytes(attacked, meant)
  if (person.same(bytes, meant)) return
  stats.inputs[attack]++
  const code = await ATTACK[attack](attacked.of, bytes, fresh)
  if (code === 'E2EE_OPEN_FAILED') stats.refused++
  else if (code === 'E2EE_EPOCH_AHEAD' && (attack === 'open' || attack === 'process')) stats.ahead++
  else throw new Error(`${attack}: ${code ?? 'was taken'}`)
}

function hostileBytes({ chance, of }: Attacked, meant: Uint8Array): Uint8Array {
  const dice = chance.below(100)
  const others = of.spent.length > 0 ? of.spent : [meant]
  if (dice < 60) return wounded(chance, meant, others)
  if (dice < 75) return wounded(chance, chance.oneOf(others), [meant])
  if (dice < 85) return of.spent.length > 0 ? chance.oneOf(of.spent) : noise(chance, NOISE_BYTES_MAX)
  if (dice < 95) return headedNoise(chance, meant)
  return noise(chance, NOISE_BYTES_MAX)
}

/** What each attack is answered with: undefined when the bytes were taken for good ones. */
const ATTACK: Record<
  keyof typeof MEANT,
  (of: HostileGroup, bytes: Uint8Array, fresh: Fresh) => Promise<string | undefined>
> = {
  open: async ({ victim }, bytes) => codeOf(await victim.group.open(bytes)),
  process: async ({ victim }, bytes) => codeOf(await victim.group.process(bytes, person.NOW_MS)),
  join: async ({ suite }, welcome, { guest, guestPackage }) => {
    const keyPackage = (id: string) => Promise.resolve(id === guestPackage.id ? guestPackage : undefined)
    const given = { device: guest.keys, suite, name: person.NAME, welcome, keyPackage, admit: () => true }
    return codeOf(await joinConversation({ ...given, nowMs: person.NOW_MS }))
  },
  add: async ({ victim }, bytes) =>
    codeOf(await victim.group.commit({ add: [bytes], remove: [], nowMs: person.NOW_MS })),
  check: async ({ suite }, bytes, { guest }) =>
    (await checkKeyPackage(bytes, { suite, credential: guest.keys })) ? undefined : 'E2EE_OPEN_FAILED',
}

function codeOf(result: { readonly ok: boolean; readonly code?: string }): string | undefined {
  return result.ok ? undefined : result.code
}

/** Former members read nothing and change nothing; what they seal belongs to the epoch they were in (ER32). */
async function tryFormers({ chance, stats, of }: Attacked, fresh: Fresh): Promise<void> {
  const { victim } = of
  for (const former of of.formers) {
    stats.inputs.former += 3
    if ((await former.open(fresh.message)).ok) throw new Error('a former member read a message')
    const followed = await former.process(fresh.commit, person.NOW_MS)
    if (followed.ok) throw new Error('a former member followed a commit')
    const said = await of.say(former, fresh.plain)
    const opened = await victim.group.open(said)
    if (!opened.ok) continue
    const behind = victim.group.epoch() - opened.value.epoch
    if (behind < 1 || behind > EPOCHS_KEPT) throw new Error(`a former member wrote into an epoch ${behind} back`)
    of.put(victim, opened.value)
    of.spend(said)
    const change = person.valueOf(await former.commit({ add: [], remove: [], nowMs: person.NOW_MS }))
    if ((await victim.group.process(change.commit, person.NOW_MS)).ok)
      throw new Error('a former member changed the group')
    if (chance.happens(0.5)) of.spend(change.commit)
  }
}

/** A member that holds all keys seals what is no message: refused with a step that spends the key (EF5, EF6). */
async function sealNonsense({ chance, stats, of }: Attacked): Promise<void> {
  const { victim, writer } = of
  const content = { kind: 'text', text: 'hello' } as const
  const place = { deviceId: writer.device.keys.deviceId, chain: CHAIN_START, seen: 0, clientMs: person.NOW_MS }
  const sound = await sealMessage(writer.group, { content, ...place })
  sound.apply()
  const read = person.valueOf(await victim.group.open(sound.ciphertext))
  of.put(victim, read)
  const plain = chance.happens(0.8) ? wounded(chance, read.plain, [read.plain]) : noise(chance, NOISE_BYTES_MAX)
  const additional = chance.happens(0.7) ? read.additional : noise(chance, 200)
  const sealed = await writer.group.seal(plain, additional)
  sealed.apply()
  stats.inputs.insider++
  const { accountId, deviceId } = writer.device.keys
  const told = { ciphertext: sealed.ciphertext, commitment: sound.commitment, ...person.NAME }
  const chain = () => CHAIN_START
  const result = await openMessage(victim.group, { ...told, senderAccount: accountId, senderDevice: deviceId, chain })
  if (result.ok) {
    if (!person.same(plain, read.plain) || !person.same(additional, read.additional))
      throw new Error('nonsense was opened')
    of.put(victim, result.value)
    return
  }
  stats.refused++
  if (!('step' in result) || !result.step) throw new Error('nonsense spent no key')
  of.put(victim, result.step)
}
