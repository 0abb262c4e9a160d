import { type Group, type KeyPackage, type PreparedCommit, type Step, type SuiteKind } from '../src/index.ts'
import { createChance, type Chance } from './chance.ts'
import * as person from './fuzz-device.ts'
import type { Device } from './fuzz-device.ts'

/**
 * Random conversations of people with several devices, through our own door: devices join, leave, renew, write; messages
 * arrive late or damaged, commits race, steps are stored and not applied because the device dies just then. After every
 * commit all must agree; every message must reach everybody once; nobody who was removed may read anything later, live or
 * from what it stored (ER38).
 */
export type ConversationStats = {
  runs: number
  messages: number
  lateMessages: number
  commits: number
  races: number
  restarts: number
  removals: number
  /** Commits that removed all devices of an account but the committer's own. */
  accountsRemoved: number
  /** Attempts of removed devices on later traffic; every one must fail. */
  removedAttempts: number
  devicesSeenMax: number
  /** Of one account, at the same time. */
  devicesOfOneMax: number
}

export type ConversationOptions = {
  readonly seed: number
  readonly runs: number
  readonly steps: number
  readonly suite: SuiteKind
}

const DEVICES_MAX = 14
const REMOVED_WATCHED = 3
const EPOCHS_KEPT = 3
const STEPS = 24
const RUNS_PER_CONVERSATION = 80

/** The entry of `npm run fuzz`. @throws Error naming suite, seed, run and step at the first fault */
export async function fuzz({ seed, runs }: { seed: number; runs: number }): Promise<void> {
  const conversations = Math.max(1, Math.ceil(runs / RUNS_PER_CONVERSATION))
  for (const suite of ['group', 'pair'] as const) {
    const stats = await fuzzConversations({ seed, runs: conversations, steps: STEPS, suite })
    if (stats.messages === 0 || stats.commits === 0) throw new Error(`nothing was fuzzed: ${JSON.stringify(stats)}`)
  }
}

export async function fuzzConversations(options: ConversationOptions): Promise<ConversationStats> {
  const stats: ConversationStats = {
    runs: 0,
    messages: 0,
    lateMessages: 0,
    commits: 0,
    races: 0,
    restarts: 0,
    removals: 0,
    accountsRemoved: 0,
    devicesOfOneMax: 0,
    removedAttempts: 0,
    devicesSeenMax: 0,
  }
  for (let run = 0; run < options.runs; run++) {
    const world = await foundWorld(createChance(options.seed * 1_000_003 + run), options.suite, stats)
    for (let step = 0; step < options.steps; step++) {
      try {
        await takeStep(world)
      } catch (error) {
        const where = `${options.suite}, seed ${options.seed}, run ${run}, step ${step}, ${world.doing}`
        throw new Error(`fuzz failed: ${where}`, { cause: error })
      }
    }
    stats.runs++
  }
  return stats
}

type Late = { readonly ciphertext: Uint8Array; readonly plain: Uint8Array; readonly epoch: number }
type Member = { readonly device: Device; group: Group; stored: Uint8Array; late: Late[] }
type World = {
  readonly chance: Chance
  readonly suite: SuiteKind
  readonly stats: ConversationStats
  members: Member[]
  /** Live as they were removed, and restored from what they had stored before. */
  readonly removed: Group[]
  created: number
  doing: string
}

async function foundWorld(chance: Chance, suite: SuiteKind, stats: ConversationStats): Promise<World> {
  const world: World = { chance, suite, stats, members: [], removed: [], created: 0, doing: 'starting' }
  const [founder, other] = [await arrive(world), await arrive(world)]
  const first = await person.packageOf(other, suite)
  const { group, stored, welcome } = await person.start(founder, suite, [first])
  world.members.push({ device: founder, group, stored, late: [] })
  await enter(world, other, first, welcome)
  await agree(world)
  return world
}

async function takeStep(world: World): Promise<void> {
  const { chance, members } = world
  const who = chance.oneOf(members)
  const others = members.filter((member) => member !== who)
  const dice = chance.below(100)
  const room = DEVICES_MAX - members.length
  if (dice < 40) {
    world.doing = 'message'
    await write(world, who)
  } else if (dice < 62 && room >= 2) {
    world.doing = 'add'
    await change(world, who, { joining: 1 + chance.below(2), leaving: [] })
  } else if (dice < 76 && members.length > 2) {
    world.doing = 'remove'
    await change(world, who, { joining: 0, leaving: leaving(world, others) })
  } else if (dice < 86 && members.length > 2) {
    world.doing = 'add and remove'
    await change(world, who, { joining: 1, leaving: leaving(world, others) })
  } else {
    world.doing = 'update'
    await change(world, who, { joining: 0, leaving: [] })
  }
  await deliverLate(world)
  if (chance.happens(0.3)) await restart(world, chance.oneOf(world.members))
}

async function write(world: World, who: Member): Promise<void> {
  const { chance, members, stats } = world
  const plain = Uint8Array.from({ length: 1 + chance.below(300) }, () => chance.below(256))
  if (chance.happens(0.1)) {
    await who.group.seal(plain, plain.subarray(0, 1))
    who.group.abandonSeal()
  }
  const sealed = await who.group.seal(plain, plain.subarray(0, 1))
  await put(world, who, sealed)
  const message = { ciphertext: sealed.ciphertext, plain, epoch: who.group.epoch() }
  for (const other of members.filter((member) => member !== who)) {
    if (chance.happens(0.25)) other.late.push(message)
    else await read(world, other, message)
  }
  for (const former of world.removed.slice(-REMOVED_WATCHED)) {
    stats.removedAttempts++
    if ((await former.open(message.ciphertext)).ok) throw new Error('a removed device read a message')
  }
  stats.messages++
}

async function read(world: World, who: Member, { ciphertext, plain, epoch }: Late): Promise<void> {
  const at = world.chance.below(ciphertext.length)
  const damaged = ciphertext.map((byte, i) => (i === at ? byte ^ 1 : byte))
  if ((await who.group.open(damaged)).ok) throw new Error('a damaged message was opened')
  const opened = person.valueOf(await who.group.open(ciphertext))
  if (!person.same(opened.plain, plain) || opened.epoch !== epoch) throw new Error('something else was read')
  await put(world, who, opened)
  if ((await who.group.open(ciphertext)).ok) throw new Error('a message was opened twice')
}

/** Late messages open while their epoch is kept, and never after. */
async function deliverLate(world: World): Promise<void> {
  for (const member of world.members) {
    const due = member.late.filter(() => world.chance.happens(0.3))
    member.late = member.late.filter((message) => !due.includes(message))
    for (const message of due) {
      world.stats.lateMessages++
      if (member.group.epoch() - message.epoch <= EPOCHS_KEPT) await read(world, member, message)
      else if ((await member.group.open(message.ciphertext)).ok) throw new Error('an epoch was kept for too long')
    }
  }
}

async function change(world: World, who: Member, what: { joining: number; leaving: readonly Member[] }): Promise<void> {
  const { chance, stats, members, suite } = world
  const newcomers: { device: Device; own: KeyPackage }[] = []
  for (let i = 0; i < what.joining; i++) {
    const device = await arrive(world)
    newcomers.push({ device, own: await person.packageOf(device, suite) })
  }
  const add = newcomers.map(({ own }) => own.bytes)
  const remove = what.leaving.map(({ device }) => device.keys.deviceId)
  const made = person.valueOf(await who.group.commit({ add, remove, nowMs: person.NOW_MS }))
  const { group, pending } = { group: who.group, pending: made.nextState }
  const rival = chance.oneOf(members)
  const lost = rival !== who && chance.happens(0.3) ? await raceOf(rival) : undefined
  if (chance.happens(0.3)) await write(world, who)
  for (const leaver of what.leaving) await leave(world, leaver, made)
  world.members = members.filter((member) => !what.leaving.includes(member))
  for (const member of world.members) if (member !== who) await follow(world, member, made.commit)
  if (who.group === group) await put(world, who, made)
  else await restart(world, who, pending)
  for (const { device, own } of newcomers) await enter(world, device, own, made.welcome)
  if (lost !== undefined) stats.races++
  if (lost !== undefined && world.members.includes(rival) && !throws(() => lost.apply()))
    throw new Error('a lost commit was applied')
  for (const former of world.removed.slice(-REMOVED_WATCHED)) {
    stats.removedAttempts++
    const taken = await former.process(made.commit, person.NOW_MS)
    if (taken.ok && taken.value.kind !== 'removed') throw new Error('a removed device followed')
  }
  stats.commits++
  await agree(world)
}

async function raceOf(rival: Member): Promise<PreparedCommit> {
  return person.valueOf(await rival.group.commit({ add: [], remove: [], nowMs: person.NOW_MS }))
}

async function leave(world: World, leaver: Member, { commit }: PreparedCommit): Promise<void> {
  const taken = person.valueOf(await leaver.group.process(commit, person.NOW_MS))
  if (taken.kind !== 'removed') throw new Error('removed and not told')
  world.removed.push(leaver.group, await person.restore(leaver.device, leaver.stored))
  world.stats.removals++
}

async function follow(world: World, member: Member, commit: Uint8Array): Promise<void> {
  const taken = person.valueOf(await member.group.process(commit, person.NOW_MS))
  if (taken.kind !== 'changed') throw new Error('told to be removed and was not')
  await put(world, member, taken)
}

async function enter(world: World, device: Device, own: KeyPackage, welcome: Uint8Array | undefined): Promise<void> {
  if (welcome === undefined) throw new Error('no welcome for a newcomer')
  world.members.push({ device, ...(await person.join(device, world.suite, { own, welcome })), late: [] })
}

/** Stores, then applies; or dies in between and goes on from what was stored. */
async function put(world: World, member: Member, step: Step): Promise<void> {
  member.stored = step.nextState
  if (world.chance.happens(0.05)) await restart(world, member)
  else step.apply()
}

/** A device whose commit was taken while it was dead goes on from what it stored with that commit. */
async function restart(world: World, member: Member, stored = member.stored): Promise<void> {
  const former = member.group
  member.stored = stored
  member.group = await person.restore(member.device, member.stored)
  former.destroy()
  world.stats.restarts++
}

async function agree(world: World): Promise<void> {
  const secrets = await Promise.all(world.members.map(({ group }) => exported(group)))
  const rosters = world.members.map(({ group }) => group.roster().map(({ deviceId }) => deviceId))
  const present = world.members.map(({ device }) => device.keys.deviceId).toSorted()
  if (!secrets.every((secret) => person.same(secret, secrets[0]))) throw new Error('members export different secrets')
  if (!rosters.every((roster) => roster.toSorted().join() === present.join())) throw new Error('rosters differ')
  for (const former of world.removed.slice(-REMOVED_WATCHED))
    if (person.same(await exported(former), secrets[0])) throw new Error('a removed device has the new secret')
  world.stats.devicesSeenMax = Math.max(world.stats.devicesSeenMax, world.members.length)
  const accounts = world.members.map(({ device }) => device.keys.accountId)
  const most = Math.max(...accounts.map((account) => accounts.filter((each) => each === account).length))
  world.stats.devicesOfOneMax = Math.max(world.stats.devicesOfOneMax, most)
}

function exported(group: Group): Promise<Uint8Array> {
  return group.exporter('fuzz', new Uint8Array(), 32)
}

/** Somebody new, or another device of somebody who is there. */
function arrive(world: World): Promise<Device> {
  const { chance, members } = world
  const owner = members.length > 0 && chance.happens(0.5) ? chance.oneOf(members).device : undefined
  return person.createDevice(`d${world.created++}`, owner)
}

/** A device that is to be removed, or all of its account at once. */
function leaving(world: World, others: readonly Member[]): readonly Member[] {
  const one = world.chance.oneOf(others)
  if (world.chance.happens(0.5)) return [one]
  world.stats.accountsRemoved++
  const { accountId } = one.device.keys
  return others.filter(({ device }) => device.keys.accountId === accountId)
}

function throws(work: () => void): boolean {
  try {
    work()
    return false
  } catch {
    return true
  }
}
