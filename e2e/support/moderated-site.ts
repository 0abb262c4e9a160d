import { haveAccount } from './account.ts'
import { makeModerator } from './moderator.ts'
import { createNetwork, type Network } from './network.ts'
import { createPerson, signIn, type Person, type PersonOptions } from './person.ts'
import { LOOKS } from './pictures.ts'
import { createTestServer, type TestServer } from './server.ts'

/** A server behind its network, people who have signed up, and a moderator who is signed in. */
export type ModeratedSite = {
  readonly server: TestServer
  readonly network: Network
  readonly people: readonly Person[]
  readonly moderator: Person
  close(): Promise<void>
}

const MODERATOR = 'mossy-owl-05'

export async function createModeratedSite(options: {
  readonly env?: Readonly<Record<string, string>>
  readonly people: readonly Omit<PersonOptions, 'origin'>[]
  /** Runs in a new browser before its person signs up. */
  readonly prepare?: (person: Person) => Promise<void>
}): Promise<ModeratedSite> {
  const endings: (() => unknown)[] = []
  async function close(): Promise<void> {
    for (const end of endings.splice(0).toReversed()) await end()
  }
  try {
    let port = 0
    const network = await createNetwork({ serverPort: () => port })
    endings.push(() => network.close())
    const server = await createTestServer({ ...network.env, ...options.env })
    port = server.port
    endings.push(() => server.remove())
    const password = makeModerator(server, MODERATOR)
    await server.start()
    const open = async (person: Omit<PersonOptions, 'origin'>) => {
      const opened = await createPerson({ origin: network.origin, ...person })
      endings.push(() => opened.close())
      await options.prepare?.(opened)
      return opened
    }
    const people = await Promise.all(options.people.map(open))
    await Promise.all(people.map(haveAccount))
    const moderator = { ...(await open({ look: LOOKS.yellow })), handle: MODERATOR, password }
    await signIn(moderator)
    return { server, network, people, moderator, close }
  } catch (error) {
    await close()
    throw error
  }
}
