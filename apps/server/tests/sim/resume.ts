import { alice, bob, createSeededRandom, type SeededRandom } from '@visavis/testkit'
import { BOUNDARIES_DEFAULT, type MessageId, type TicketId } from '@visavis/wire'
import { createWorld, type World } from '../gateway-world.ts'
import { createSimClient, type SimClient } from './resume-client.ts'

/**
 * Two people in a call over a bad network, with a server that dies and a database that goes away, all from one seed.
 * Whatever happens: every message is seen once, in the order it was written; nothing acknowledged is lost; signals
 * never come twice or out of order; no receipt comes twice.
 */
export type SimReport = {
  readonly messages: number
  readonly cuts: number
  readonly restarts: number
  readonly outages: number
}

const STEP_MS = 120
/** Less than the server's patience with an absent device, or the call would rightly end. */
const ABSENCE_STEPS_MAX = 60

export async function simulate(options: { readonly seed: number; readonly steps: number }): Promise<SimReport> {
  const random = createSeededRandom(options.seed)
  const storms = random.chance(0.6)
  let world = await createWorld({ seed: options.seed })
  const weather = { delayMs: 5 + random.below(60), jitterMs: random.below(80), drop: 0, repeat: 0 }
  const clients = [alice, bob].map((person) =>
    createSimClient({
      clock: world.clock,
      random,
      weather,
      person: { ...person, isRegistered: true, sanctioned: false },
      accept: () => world.gateway.accept,
      messagesMax: storms ? 1 : 8,
    }),
  ) as [SimClient, SimClient]
  const written: [MessageId[], MessageId[]] = [[], []]
  const report = { messages: 0, cuts: 0, restarts: 0, outages: 0 }
  await meet(world, clients, random)

  async function restart(): Promise<void> {
    report.restarts++
    world.kill()
    for (const client of clients) client.cut()
    world.mailboxStore.outage = 'none'
    world = await createWorld({ former: world, seed: options.seed + report.restarts })
  }

  const absentFor: [number, number] = [0, 0]
  const signals: [number, number] = [0, 0]
  for (let step = 0; step < options.steps; step++) {
    for (const side of [0, 1] as const) act(side)
    if (storms && random.chance(0.02)) {
      report.outages++
      world.mailboxStore.outage = random.pick(['refuse', 'uncertain'] as const)
    } else if (random.chance(0.1)) world.mailboxStore.outage = 'none'
    if (random.chance(0.01)) await restart()
    await world.clock.advance(STEP_MS)
  }

  function act(side: 0 | 1): void {
    const client = clients[side]
    if (random.chance(0.5)) {
      const messageId = random.uuid() as MessageId
      written[side].push(messageId)
      report.messages++
      client.write(messageId)
    }
    if (random.chance(0.2)) client.signal(++signals[side])
    if (random.chance(0.3)) client.acknowledge()
    if (client.connected() && random.chance(0.04)) {
      report.cuts++
      client.cut()
    } else if (client.connected() && random.chance(0.01)) client.connect() // A second socket before the first is gone.
    if (client.connected()) absentFor[side] = 0
    else if (++absentFor[side] > random.below(ABSENCE_STEPS_MAX)) client.connect()
  }

  await calm(world, clients, written)
  check(clients, written, options.seed)
  for (const client of clients) client.cut()
  world.kill()
  return report
}

async function meet(world: World, clients: readonly SimClient[], random: SeededRandom): Promise<void> {
  for (const client of clients) {
    client.connect()
    client.seek({
      ticketId: random.uuid() as TicketId,
      mode: 'text',
      languages: ['en'],
      interests: [],
      company: 'unsaid',
      wish: ['unsaid'],
      boundaries: BOUNDARIES_DEFAULT,
      keyPackage: Uint8Array.of(1),
    })
  }
  for (let wait = 0; wait < 600 && !clients.every((client) => client.call()); wait++) await world.clock.advance(100)
}

/** The weather clears; a minute is enough for everything to arrive. */
async function calm(world: World, clients: [SimClient, SimClient], written: [MessageId[], MessageId[]]): Promise<void> {
  world.mailboxStore.outage = 'none'
  const done = () =>
    clients.every((client, side) => client.idle() && client.texts.length >= (written[1 - side]?.length ?? 0))
  for (let wait = 0; wait < 1_000 && !done(); wait++) {
    for (const client of clients) {
      if (!client.connected()) client.connect()
      client.acknowledge()
    }
    await world.clock.advance(200)
  }
}

function check(clients: [SimClient, SimClient], written: [MessageId[], MessageId[]], seed: number): void {
  for (const side of [0, 1] as const) {
    const [seen, sent] = [clients[side].texts, written[side === 0 ? 1 : 0]]
    const where = `seed ${seed}, side ${side}`
    if (seen.length !== sent.length) throw new Error(`${where}: ${seen.length} messages seen of ${sent.length}`)
    sent.forEach((id, index) => {
      if (seen[index] !== id) throw new Error(`${where}: message ${index} out of order or twice`)
    })
    const { signals, receipts, sendings } = clients[side]
    // What was sent again may be receipted again: the first receipt may be what went missing.
    for (const id of new Set(receipts))
      if (receipts.filter((each) => each === id).length > (sendings.get(id) ?? 0))
        throw new Error(`${where}: more receipts than sendings`)
    for (let index = 1; index < signals.length; index++)
      if ((signals[index] ?? 0) <= (signals[index - 1] ?? 0))
        throw new Error(`${where}: a signal twice or out of order`)
    if (!clients[side].idle()) throw new Error(`${where}: something was never answered`)
  }
}
