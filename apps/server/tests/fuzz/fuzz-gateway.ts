import { alice, bob, carol, createSeededRandom, dave, mod, settle, someone, type SeededRandom } from '@visavis/testkit'
import { reachableBytes } from '@visavis/testkit/heap'
import { SESSION_RESUME_MS, type ClientFrameName, type Code } from '@visavis/wire'
import { createWorld, type World } from '../gateway-world.ts'
import { createAttacker, type Attacker, type Counts } from './attacker.ts'
import { createHostileFrames, type Known } from './hostile-frames.ts'
import { createInnocents, type Innocents } from './innocents.ts'

/**
 * Hostile clients at the real gateway, its dispatch and all subjects, on stores in memory: people with several devices, one
 * unregistered, one sanctioned, one a moderator, send what `hostile-frames.ts` makes, cut, come back, do not read, do not
 * answer. Meanwhile two others talk and must notice nothing. Whatever comes: nothing throws, no handler fails, every frame
 * is answered or ends its session with a code of the closed set, and what the server keeps does not grow.
 */
export type GatewayFuzz = {
  readonly frames: number
  readonly refused: number
  readonly accepted: ReadonlyMap<ClientFrameName, number>
  readonly closed: number
  readonly codes: readonly Code[]
  /** What one world kept at its end more than after its first quarter, at most. */
  readonly grownBytes: number
}

const FRAMES_PER_RUN = 25
/** Long enough that whatever grows with every frame stands out against the noise of a heap. */
const WORLD_FRAMES = 40_000
const BATCH_FRAMES = 200
const GROWN_BYTES_MAX = 4 * 1024 * 1024
const ANSWER_ROUNDS = 60
/** A tame share of the worlds has the real limits of speed, where most frames are refused by them. */
const FAST = { framesPerSecond: 1e9, framesBurst: 1e9 }

/** The entry of `npm run fuzz`. @throws Error naming seed and frame at the first fault */
export async function fuzz({ seed, runs }: { seed: number; runs: number }): Promise<void> {
  const stats = await fuzzGateway({ seed, frames: runs * FRAMES_PER_RUN })
  if (stats.refused === 0 || stats.accepted.size === 0) throw new Error('nothing was fuzzed')
}

export async function fuzzGateway(options: {
  readonly seed: number
  readonly frames: number
  /** Without: most worlds have none, so that frames get further. */
  readonly limits?: 'real'
}): Promise<GatewayFuzz> {
  const counts: Counts = { sent: 0, refused: 0, closed: 0, codes: new Set(), accepted: new Map() }
  let grownBytes = 0
  for (let left = options.frames, part = 0; left > 0; left -= WORLD_FRAMES, part++) {
    const seed = options.seed * 1_009 + part
    try {
      grownBytes = Math.max(
        grownBytes,
        await attackWorld({ seed, frames: Math.min(left, WORLD_FRAMES), limits: options.limits }, counts),
      )
    } catch (error) {
      throw new Error(`gateway fuzz failed: seed ${options.seed}, part ${part}, frame ${counts.sent}`, { cause: error })
    }
  }
  const { sent: frames, refused, accepted, closed, codes } = counts
  return { frames, refused, accepted, closed, codes: [...codes].toSorted(), grownBytes }
}

/** @returns by how many bytes what is reachable grew between the first quarter and the end */
async function attackWorld(
  { seed, frames, limits }: { seed: number; frames: number; limits: 'real' | undefined },
  counts: Counts,
): Promise<number> {
  const random = createSeededRandom(seed)
  const world = await createWorld({
    seed,
    relay: random.pick(['splice', 'turn', 'none']),
    ...(limits !== 'real' && random.chance(0.8) ? { limits: FAST } : {}),
  })
  const innocents = await createInnocents(world, [world.client(alice), world.client(bob)])
  const attackers = await createAttackers(world, random, counts)
  const until = counts.sent + frames
  const quarter = counts.sent + frames / 4
  let [early, grown] = [0, 0]
  for (let batch = 0; counts.sent < until; batch++) {
    await attack(world, { random, attackers, innocents })
    if (early === 0 && counts.sent >= quarter) early = await calm(world, { attackers, innocents })
  }
  grown = (await calm(world, { attackers, innocents })) - early
  if (grown > GROWN_BYTES_MAX) throw new Error(`the server keeps ${grown} bytes more than before`)
  world.kill()
  return grown
}

type Parties = { readonly attackers: readonly Attacker[]; readonly innocents: Innocents }

async function attack(world: World, given: Parties & { readonly random: SeededRandom }): Promise<void> {
  const { random, attackers, innocents } = given
  const known = await knownIn(world, innocents)
  for (let left = BATCH_FRAMES; left > 0; left--) {
    random.pick(attackers).act(known)
    if (random.chance(0.05)) await Promise.resolve()
  }
  for (let round = 0; round < ANSWER_ROUNDS && attackers.some(isOwed); round++) await settle(1)
  const owed = attackers.flatMap((attacker) => attacker.unanswered())
  if (owed.length > 0) throw new Error(`${owed.length} frames were never answered`)
  await world.clock.advance(random.pick([5, 50, 1_000, 16_000]))
  await innocents.talk()
  checkLog(world)
}

const isOwed = (attacker: Attacker) => attacker.unanswered().length > 0

/** Everybody hostile leaves for good, and the database forgets what it would keep for weeks; what is reachable then. */
async function calm(world: World, { attackers, innocents }: Parties): Promise<number> {
  for (const attacker of attackers) attacker.leave()
  await world.clock.advance(2 * SESSION_RESUME_MS)
  await innocents.talk()
  await world.mailboxStore.prune({ sentBeforeMs: Infinity, erasedBeforeMs: Infinity })
  checkLog(world)
  const { sockets, sessions } = world.gateway.stats()
  if (sockets !== 2 || sessions !== 2) throw new Error(`${sockets} sockets and ${sessions} sessions are left of 2`)
  return reachableBytes()
}

/** A handler that throws is told to the log as an error, and to the client as SERVER_INTERNAL. */
function checkLog({ log }: World): void {
  const failed = log.lines.find(({ level }) => level === 'error')
  if (failed) throw new Error(`logged ${failed.event} ${failed.fields.reason ?? ''}`, { cause: failed.fields.err })
  // The lines of the fake are its memory, not the server's.
  ;(log.lines as unknown[]).length = 0
}

async function createAttackers(world: World, random: SeededRandom, counts: Counts): Promise<readonly Attacker[]> {
  const frameFor = createHostileFrames(random)
  const people = [carol, dave, mod, someone(random, 101), someone(random, 102)]
  const attackers = people.flatMap((who, number) =>
    [0, 1].map((device) => {
      const deviceId = who.deviceId.replace(/^d./, `d${device + 1}`) as typeof who.deviceId
      const more = { deviceId, isRegistered: number !== 3, sanctioned: number === 4 }
      // Only so that the directory of devices has it.
      world.client(who, more)
      return createAttacker({ random, gateway: world.gateway, who, more, counts, frameFor })
    }),
  )
  const [first, second] = people
  if (!first || !second) throw new Error('nobody')
  await world.conversations.openPair(first.accountId, second.accountId, 'open')
  await world.conversations.openPair(second.accountId, mod.accountId, 'request', second.accountId)
  const owner = { ...first, isRegistered: true, sanctioned: false }
  // One of the innocent is in a group with them, and so has to put up with what they write there.
  for (const members of [
    [second, mod],
    [second, alice],
  ])
    await world.conversations.createGroup(
      owner,
      members.map(({ accountId }) => accountId),
    )
  return attackers
}

/** What hostile people can name: places of groups as they are, devices, and the call and conversation of the innocent. */
async function knownIn(world: World, innocents: Innocents): Promise<Omit<Known, 'self'>> {
  const lists = await Promise.all([carol, dave].map(({ accountId }) => world.conversationStore.listOf(accountId)))
  const found = [...lists.flat(), await innocents.conversation()]
  const conversations = found.map(({ conversationId, generation, epoch, members }) => {
    const devices = [...members.keys()].flatMap((account) => world.people.devices.get(account) ?? [])
    return { conversationId, generation, epoch, devices: devices.map(({ deviceId }) => deviceId) }
  })
  return { conversations, calls: [innocents.callId], tickets: [], legs: [], sessions: [] }
}
