import { createPerson, expectToHear, expectToSee, FLAGS, type Person } from './person.ts'
import { LOOKS } from './pictures.ts'
import { installRecorder } from './recorder.ts'
import { createWatchedWire, type WatchedWire } from './watched-wire.ts'

/** Two people and a server with somebody on the wire between them who keeps every byte. */
export type WatchedPair = WatchedWire & {
  readonly people: readonly [Person, Person]
  /** Every address that a page asked for. */
  readonly requests: readonly string[]
  /** Both see and hear the other. */
  meet(): Promise<void>
}

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

export async function createWatchedPair(env: Readonly<Record<string, string>> = {}): Promise<WatchedPair> {
  const wire = await createWatchedWire([CHROMIUM, CHROMIUM], env)
  const endings: (() => unknown)[] = [() => wire.close()]
  const close = async () => {
    for (const end of endings.toReversed()) await end()
  }
  try {
    return await build(wire, endings, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function build(wire: WatchedWire, endings: (() => unknown)[], close: () => Promise<void>): Promise<WatchedPair> {
  const { places, origin, fronts } = wire
  await wire.server.start()
  const requests: string[] = []
  async function person(side: number): Promise<Person> {
    const made = await createPerson({
      origin,
      look: side === 0 ? LOOKS.red : LOOKS.green,
      flags: [...FLAGS, `--host-resolver-rules=MAP localhost ${fronts[side]}`],
      ...(places ? { program: places.programs[side] ?? CHROMIUM } : {}),
    })
    endings.push(() => made.close())
    await made.context.addInitScript(installRecorder)
    made.page.on('request', (request) => requests.push(request.url()))
    made.page.on('websocket', (socket) => requests.push(socket.url()))
    return made
  }
  const red = await person(0)
  const green = await person(1)

  return {
    ...wire,
    people: [red, green],
    requests,
    async meet() {
      await Promise.all([expectToSee(red, LOOKS.green), expectToSee(green, LOOKS.red)])
      await expectToHear(red, LOOKS.green)
      await expectToHear(green, LOOKS.red)
    },
    close,
  }
}
