import { expect } from '@playwright/test'
import { makeContacts, message, openChat, writeMessage } from '../../e2e/support/chats.ts'
import { createNetwork } from '../../e2e/support/network.ts'
import { createPerson, signUp, type Person } from '../../e2e/support/person.ts'
import { LOOKS } from '../../e2e/support/pictures.ts'
import { createTestServer } from '../../e2e/support/server.ts'

/**
 * What a burst of messages does to the main thread of the product itself: the built app with its worker, the real server,
 * the conversation open. Every task of the page's main thread is taken from a trace of the browser, whatever it was for:
 * messages, drawing, garbage.
 */
export type MainThread = {
  /** Processor time of the tasks, in milliseconds: what the machine did meanwhile for others is not in it. */
  readonly tasksMs: readonly number[]
  /** By the clock, with whatever else wanted the processor. */
  readonly elapsedMs: readonly number[]
}

const ARRIVAL_MS = 120_000

export async function measureMessenger(messages: number): Promise<MainThread> {
  let port = 0
  const network = await createNetwork({ serverPort: () => port })
  const server = await createTestServer({ ...network.env, VISAVIS_FRAMES_PER_SECOND: '2000' })
  port = server.port
  const people: Person[] = []
  try {
    await server.start()
    for (const look of [LOOKS.red, LOOKS.green]) {
      const person = await createPerson({ origin: network.origin, look, viewport: { width: 390, height: 844 } })
      people.push(person)
      await signUp(person)
    }
    const [reader, writer] = people as [Person, Person]
    await makeContacts(writer, reader)
    return await burst(reader, writer, { messages, cut: network.cut, mend: network.mend })
  } finally {
    for (const person of people) await person.close()
    await server.remove()
    await network.close()
  }
}

async function burst(
  reader: Person,
  writer: Person,
  { messages, cut, mend }: { readonly messages: number; cut(): void; mend(): void },
): Promise<MainThread> {
  await openChat(reader, writer.handle)
  await writeMessage(writer, 'warm')
  await expect(message(reader, 'warm')).toBeInViewport({ timeout: ARRIVAL_MS })
  // Written without a network, so that they come as fast as the writer's device can encrypt and the server store them.
  cut()
  for (let n = 1; n <= messages; n += 1) await writeMessage(writer, `message ${n} of a burst`)
  await reader.browser.startTracing(reader.page, {
    categories: ['toplevel', '__metadata', 'disabled-by-default-devtools.timeline', 'devtools.timeline'],
  })
  mend()
  await expect(message(reader, `message ${messages} of a burst`)).toBeInViewport({ timeout: ARRIVAL_MS })
  const trace = await reader.browser.stopTracing()
  return tasksOf(JSON.parse(trace.toString()) as Trace)
}

type TraceEvent = {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  /** Microseconds, by the clock and of the thread. */
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}
type Trace = { readonly traceEvents: readonly TraceEvent[] }

/** Tasks of the busiest main thread of a renderer, which is that of the page. */
function tasksOf({ traceEvents }: Trace): MainThread {
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  )
  const byThread = new Map<string, TraceEvent[]>()
  for (const event of traceEvents) {
    const thread = `${event.pid}/${event.tid}`
    if (event.name !== 'RunTask' || event.ph !== 'X' || !mains.has(thread)) continue
    const tasks = byThread.get(thread)
    if (tasks) tasks.push(event)
    else byThread.set(thread, [event])
  }
  const sum = (events: readonly TraceEvent[]) => events.reduce((total, { dur = 0 }) => total + dur, 0)
  const [tasks] = [...byThread.values()].toSorted((one, other) => sum(other) - sum(one))
  if (!tasks) throw new Error('the trace has no tasks')
  return {
    tasksMs: tasks.map(({ dur = 0, tdur = dur }) => tdur / 1_000),
    elapsedMs: tasks.map(({ dur = 0 }) => dur / 1_000),
  }
}
