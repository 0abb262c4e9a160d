import type { CallId, Mode } from '@visavis/wire'
import type { EngineState } from '../types.ts'
import { createWorld, wishFor, type Leftovers, type SimPerson } from './world.ts'

/** What happened in a simulation. `broken` names every promise that was not kept; it is empty in a good run. */
export type SimReport = {
  readonly broken: readonly string[]
  readonly calls: number
  readonly textsSent: number
  readonly textsShown: number
  readonly leftovers: Leftovers
}

const WEATHER = { delayMs: 20, jitterMs: 80, drop: 0, repeat: 0 }

/**
 * Two to four people over a bad network: they seek, write, press Next, lose their sockets loudly and silently, and the
 * server restarts under them. Each text says who wrote it, in which call, and its number, so that every screen can be
 * checked after every change [K4]: only the partner's texts, of this call, each once and in order. The same seed gives
 * the same people, network and deeds.
 */
export async function simulate(options: {
  readonly seed: number | bigint
  readonly steps: number
}): Promise<SimReport> {
  const world = createWorld({ seed: options.seed, weather: WEATHER })
  const { random, server } = world
  const broken = new Set<string>()
  const sent = new Map<string, number>()
  const shown = new Set<string>()
  const mode: Mode = random.pick(['text', 'video'])
  const names = ['ann', 'ben', 'cleo', 'dov'].slice(0, 2 + random.below(3))
  const people = names.map((name) => world.person(name))
  for (const person of people) person.engine.state.subscribe((state) => watch(person, state))

  function watch(person: SimPerson, { call }: EngineState): void {
    if (call.kind === 'none') return
    if (call.kind !== 'live' && (call.messages.length > 0 || call.remoteStream))
      broken.add('something stayed on screen')
    const partner = server.calls
      .all()
      .find(({ callId }) => callId === call.callId)
      ?.devices.find((name) => name !== person.name)
    let last = 0
    for (const { from, text, state } of call.messages) {
      if (from !== 'them') continue
      const [author, callId, number] = text.split(' ')
      if (state !== 'delivered') broken.add(`a text could not be opened in call of ${person.name}`)
      if (author !== partner || callId !== call.callId) broken.add(`a text reached the wrong person, ${person.name}`)
      if (Number(number) !== last + 1) broken.add(`text ${number} of ${author} after ${last}`)
      last = Number(number)
      shown.add(text)
    }
  }

  function write(person: SimPerson): void {
    const { call } = person.engine.snapshot()
    if (call.kind !== 'live') return
    const key = `${person.name} ${call.callId}`
    const number = (sent.get(key) ?? 0) + 1
    if (person.engine.sendText(`${key} ${number}`)) sent.set(key, number)
  }

  function act(person: SimPerson): void {
    const deed = random.below(100)
    const { kind } = person.engine.snapshot().call
    if (deed < 62) write(person)
    else if (deed < 70 && kind !== 'opening') person.engine.next()
    else if (deed < 73) person.engine.end()
    else if (deed < 83) person.engine.seek(wishFor(mode))
    else if (deed < 89) server.cut(person.name, 'loud')
    else if (deed < 91) server.cut(person.name, 'silent')
    else if (deed < 93) person.engine.cancelSeek()
    else if (deed < 94) server.restart()
    else if (deed < 97) server.refuseNext('message.send', 'SERVER_STORAGE', 2)
    else person.engine.setMicrophone(random.chance(0.5))
  }

  for (const { engine } of people) {
    engine.connect()
    await engine.prepare({ mode, stream: mode === 'text' ? undefined : ({} as MediaStream) })
    engine.seek(wishFor(mode))
  }
  for (let step = 0; step < options.steps; step++) {
    act(random.pick(people))
    await world.run(random.below(400))
  }
  await calm(world, people, broken, (callId, name) => sent.get(`${name} ${callId}`) ?? 0)
  const leftovers = await world.close()
  for (const [what, count] of Object.entries(leftovers)) if (count !== 0) broken.add(`${count} ${what} left`)
  const textsSent = [...sent.values()].reduce((sum, count) => sum + count, 0)
  return { broken: [...broken], calls: server.calls.all().length, textsSent, textsShown: shown.size, leftovers }
}

/** Once the weather is good and nobody does anything, everything written in a live call is on the partner's screen. */
async function calm(
  world: ReturnType<typeof createWorld>,
  people: readonly SimPerson[],
  broken: Set<string>,
  sentIn: (callId: CallId, name: string) => number,
): Promise<void> {
  await world.run(90_000)
  for (const { callId, devices } of world.server.calls.live()) {
    for (const person of people.filter(({ name }) => devices.includes(name))) {
      const { call } = person.engine.snapshot()
      const partner = devices.find((name) => name !== person.name) ?? ''
      if (call.kind !== 'live' || call.callId !== callId) {
        broken.add(`${person.name} is not in the call the server knows`)
        continue
      }
      const fromThem = call.messages.filter(({ from }) => from === 'them').length
      if (fromThem !== sentIn(callId, partner))
        broken.add(`${person.name} was shown ${fromThem} texts of ${sentIn(callId, partner)}`)
      // A receipt lives as long as the session it was sent in: after a restart of the server "sent" may be all that is known.
      if (call.messages.some(({ from, state }) => from === 'me' && state !== 'delivered' && state !== 'sent'))
        broken.add('a text is not sent')
    }
  }
}
