import { getCiphersuiteFromName, getCiphersuiteImpl, type CiphersuiteName } from 'ts-mls'
import { createChance, type Chance } from './chance.ts'
import * as member from './fuzz-member.ts'
import type { Newcomer, State, Suite } from './fuzz-member.ts'

/**
 * Random groups under the library we depend on: adds, removals, both at once, updates, joins from outside, messages,
 * saved and restored states, by random members. After every commit all members must export the same secret; every
 * message must reach everybody; nobody who was removed may read anything later, whichever state they kept. The official
 * vectors miss such faults (see ts-mls-versions.ts), so this runs on every version we take.
 */
export const FUZZ_SUITES = {
  x25519: 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519',
  xwing: 'MLS_256_XWING_AES256GCM_SHA512_Ed25519',
} as const satisfies Record<string, CiphersuiteName>

export type FuzzOptions = {
  readonly seed: number
  readonly runs: number
  /** Operations in each run. */
  readonly steps: number
  readonly suite: keyof typeof FUZZ_SUITES
  readonly leavesMax?: number
}

export type FuzzStats = {
  runs: number
  messages: number
  commits: number
  removals: number
  /** Attempts of removed members on later traffic; every one must fail. */
  removedAttempts: number
  leavesSeenMax: number
}

const LEAVES_MAX = 14
const REMOVED_WATCHED = 3

/** @throws Error naming seed, run and step at the first fault */
export async function fuzzGroups(options: FuzzOptions): Promise<FuzzStats> {
  const suite = await getCiphersuiteImpl(getCiphersuiteFromName(FUZZ_SUITES[options.suite]))
  const stats: FuzzStats = { runs: 0, messages: 0, commits: 0, removals: 0, removedAttempts: 0, leavesSeenMax: 0 }
  for (let run = 0; run < options.runs; run++) {
    const chance = createChance(options.seed * 1_000_003 + run)
    const group = await foundGroup({ suite, chance, leavesMax: options.leavesMax ?? LEAVES_MAX, stats })
    for (let step = 0; step < options.steps; step++) {
      try {
        await takeStep(group)
      } catch (error) {
        const where = `${options.suite}, seed ${options.seed}, run ${run}, step ${step}, ${group.doing}`
        throw new Error(`fuzz failed: ${where}`, { cause: error })
      }
    }
    stats.runs++
  }
  return stats
}

type Group = {
  readonly suite: Suite
  readonly chance: Chance
  readonly leavesMax: number
  readonly stats: FuzzStats
  readonly members: Map<string, State>
  /** Former members, each with every state it may have kept. */
  readonly removed: { readonly states: State[] }[]
  created: number
  doing: string
}

async function foundGroup(given: Pick<Group, 'suite' | 'chance' | 'leavesMax' | 'stats'>): Promise<Group> {
  const group: Group = { ...given, members: new Map(), removed: [], created: 0, doing: 'founding' }
  const founder = await arrive(group)
  const groupId = Uint8Array.of(group.chance.below(256), group.chance.below(256))
  group.members.set(founder.name, await member.found(group.suite, founder, groupId))
  await commitAs(group, founder.name, { joining: [await arrive(group)], leaving: [] })
  return group
}

async function takeStep(group: Group): Promise<void> {
  const { chance, members } = group
  const who = chance.oneOf([...members.keys()])
  const room = group.leavesMax - members.size
  const canLeave = members.size > 2
  const dice = chance.below(100)
  const anyOther = () => chance.oneOf(others(group, who))
  if (dice < 30) {
    group.doing = 'message'
    await sendAs(group, who)
  } else if (dice < 52 && room >= 2) {
    group.doing = 'add'
    const joining = [await arrive(group), await arrive(group)].slice(0, 1 + chance.below(2))
    await commitAs(group, who, { joining, leaving: [] })
  } else if (dice < 66 && canLeave) {
    group.doing = 'remove'
    await commitAs(group, who, { joining: [], leaving: [anyOther()] })
  } else if (dice < 74 && canLeave) {
    group.doing = 'add and remove'
    await commitAs(group, who, { joining: [await arrive(group)], leaving: [anyOther()] })
  } else if (dice < 86 && room >= 1) {
    group.doing = 'join from outside'
    await joinFromOutside(group, who)
  } else {
    group.doing = 'update'
    await commitAs(group, who, { joining: [], leaving: [] })
  }
  if (chance.happens(0.2)) {
    group.doing = 'save and restore'
    const name = chance.oneOf([...members.keys()])
    members.set(name, member.saveAndRestore(stateOf(group, name)))
  }
}

async function sendAs(group: Group, who: string): Promise<void> {
  const { suite, chance, members } = group
  const plain = Uint8Array.from({ length: 1 + chance.below(300) }, () => chance.below(256))
  const sent = await member.send(suite, stateOf(group, who), plain)
  members.set(who, sent.state)
  for (const other of others(group, who)) {
    const received = await member.receive(suite, stateOf(group, other), sent.bytes)
    if (!same(received.plain, plain)) throw new Error(`${other} read something else`)
    members.set(other, received.state)
  }
  await tryRemoved(group, sent.bytes)
  group.stats.messages++
}

async function commitAs(group: Group, who: string, change: { joining: Newcomer[]; leaving: string[] }): Promise<void> {
  const { suite, members, removed, stats } = group
  const removals = change.leaving.map((name) => member.removalOf(stateOf(group, name)))
  const additions = change.joining.map((arrival) => member.addOf(arrival))
  const made = await member.commit(suite, stateOf(group, who), [...removals, ...additions])
  for (const name of change.leaving) {
    removed.push({ states: [stateOf(group, name)] })
    members.delete(name)
    stats.removals++
  }
  await deliver(group, who, made)
  for (const arrival of change.joining) {
    if (made.welcome === undefined) throw new Error('no welcome for a newcomer')
    members.set(arrival.name, await member.join(suite, arrival, made.welcome))
  }
  await agree(group)
}

async function joinFromOutside(group: Group, inviter: string): Promise<void> {
  const arrival = await arrive(group)
  await deliver(group, arrival.name, await member.joinFromOutside(group.suite, arrival, stateOf(group, inviter)))
  await agree(group)
}

/** The committer moves on, all other members follow, and the removed try to. */
async function deliver(group: Group, committer: string, made: { state: State; bytes: Uint8Array }): Promise<void> {
  const { suite, members } = group
  for (const name of others(group, committer))
    members.set(name, (await member.receive(suite, stateOf(group, name), made.bytes)).state)
  members.set(committer, made.state)
  await tryRemoved(group, made.bytes)
  group.stats.commits++
}

/** A removed member throws all it has at what it should not read. A refusal is what we want, so errors pass. */
async function tryRemoved(group: Group, bytes: Uint8Array): Promise<void> {
  for (const former of group.removed.slice(-REMOVED_WATCHED)) {
    for (const state of former.states.slice(-2)) {
      const received = await member.receive(group.suite, state, bytes).catch(() => undefined)
      group.stats.removedAttempts++
      if (received?.plain !== undefined) throw new Error('a removed member read a message')
      if (received !== undefined) former.states.push(received.state)
    }
  }
}

async function agree(group: Group): Promise<void> {
  const { suite, members, stats } = group
  const secrets = await Promise.all([...members.values()].map((state) => member.exported(suite, state)))
  if (!secrets.every((secret) => same(secret, secrets[0]))) throw new Error('members export different secrets')
  for (const former of group.removed.slice(-REMOVED_WATCHED)) {
    for (const state of former.states) {
      if (same(await member.exported(suite, state), secrets[0])) throw new Error('a removed member has the new secret')
    }
  }
  stats.leavesSeenMax = Math.max(stats.leavesSeenMax, members.size)
}

function arrive(group: Group): Promise<Newcomer> {
  return member.newcomer(group.suite, `m${group.created++}`)
}

function stateOf(group: Group, name: string): State {
  const state = group.members.get(name)
  if (state === undefined) throw new Error('no such member')
  return state
}

function others(group: Group, who: string): string[] {
  return [...group.members.keys()].filter((name) => name !== who)
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i])
}
