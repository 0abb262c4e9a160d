import type { Driver, LineEvents } from '../relay-messages/traffic.ts'

/** A connected person who writes to one other and answers each message that comes with a receipt. */
export type Client = {
  /** Messages of a client are numbered from 0. */
  readonly send: (index: number) => void
  /** Resolves when the server has taken over everything sent so far. */
  readonly taken: () => Promise<void>
  readonly close: () => void
}

/** `accepted` and `receipted` of what this client sends, `delivered` of what it gets. */
export type Connect = (
  person: number,
  events: LineEvents,
  failed: (reason: string) => void,
  where: { readonly partnerIsHere: boolean },
) => Promise<Client>

/** Persons 2n and 2n+1 write to each other: line n is what person n sends. */
export function driverOf(connect: Connect, persons: number): { driver: Driver; close: () => void } {
  const clients: Client[] = []
  const driver: Driver = async (events, failed) => {
    const connected = Array.from({ length: persons }, (_, person) =>
      connect(person, eventsOfPerson(events, person), failed, { partnerIsHere: true }),
    )
    clients.push(...(await Promise.all(connected)))
    return clients
  }
  return { driver, close: () => clients.splice(0).forEach((client) => client.close()) }
}

function eventsOfPerson(events: (line: number) => LineEvents, person: number): LineEvents {
  const own = events(person)
  return { accepted: own.accepted, receipted: own.receipted, delivered: events(person ^ 1).delivered }
}
