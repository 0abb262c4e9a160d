import type { Client, Connect } from './client.ts'

export type OfflineMeasured = {
  readonly messages: number
  /** From the first message to the moment the server has taken over the last. `cpu` in microseconds. */
  readonly store: { readonly seconds: number; readonly cpu: number }
  /** From the first recipient's connecting, signing in included, to the receipt of the last message. */
  readonly drain: { readonly seconds: number; readonly cpu: number }
}

const WAIT_MS_MAX = 60_000
/** What a sender has on the way at most, below what our server allows. */
const BURST = 100

/** Even persons write to odd ones who are not there; then those come, all at once. Every message arrives once. */
export async function measureOffline(options: {
  connect: Connect
  persons: number
  messages: number
  cpu: () => number
}): Promise<OfflineMeasured> {
  const { connect, persons, cpu } = options
  const each = Math.ceil(options.messages / (persons / 2))
  const messages = each * (persons / 2)
  const problems: string[] = []
  let breakOff: (error: Error) => void = () => undefined
  const broken = new Promise<never>((_, reject) => (breakOff = reject))
  broken.catch(() => undefined) // Told by whoever waits for it.
  const failed = (reason: string) => {
    problems.push(reason)
    breakOff(new Error(reason))
  }
  let receipts = 0
  const next = Array.from({ length: persons }, () => 0)
  const eventsOf = (person: number) => ({
    accepted: () => undefined,
    receipted: () => void (receipts += 1),
    delivered: (index: number) => {
      if (index === next[person]) next[person] = index + 1
      else failed(`person ${person}: message ${index} in place of ${next[person]}`)
    },
  })
  const here: Client[] = []
  const come = (parity: number) =>
    Promise.all(
      Array.from({ length: persons / 2 }, async (_, n) => {
        const person = 2 * n + parity
        here.push(await connect(person, eventsOf(person), failed, { partnerIsHere: false }))
      }),
    )
  try {
    await come(0)
    const senders = [...here]
    const store = await timed(cpu, async () => {
      for (let sent = 0; sent < each; sent += BURST) {
        for (let index = sent; index < Math.min(each, sent + BURST); index++)
          for (const sender of senders) sender.send(index)
        await Promise.race([broken, Promise.all(senders.map((sender) => sender.taken()))])
      }
    })
    const drain = await timed(cpu, async () => {
      await come(1)
      const deadline = performance.now() + WAIT_MS_MAX
      const missing = () => receipts < messages && problems.length === 0
      while (missing() && performance.now() < deadline) await wait(5)
    })
    if (problems.length > 0) throw new Error(`${problems.length} problems: ${problems.slice(0, 5).join('; ')}`)
    if (receipts !== messages) throw new Error(`${receipts} receipts for ${messages} messages`)
    return { messages, store, drain }
  } finally {
    for (const client of here) client.close()
  }
}

async function timed(cpu: () => number, work: () => Promise<void>) {
  const [startMs, startCpu] = [performance.now(), cpu()]
  await work()
  return { seconds: (performance.now() - startMs) / 1_000, cpu: cpu() - startCpu }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms))
}
