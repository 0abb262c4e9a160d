/** One direction of a pair: one sends, the other receives. The driver calls back what comes of each message. */
export type Line = { readonly send: (index: number) => void }
export type LineEvents = {
  readonly accepted: (index: number) => void
  readonly delivered: (index: number) => void
  readonly receipted: (index: number) => void
}
/** Opens all lines; `events(n)` are those of line n. The promise rejects when a connection fails. */
export type Driver = (
  events: (line: number) => LineEvents,
  failed: (reason: string) => void,
) => Promise<readonly Line[]>

/** `window`: so many messages of each line are on the way at any time. `perSecond`: over all lines, evenly. */
export type Load = { readonly window: number } | { readonly perSecond: number }

export type Measured = {
  /** Messages accepted, delivered and receipted in the measured time. */
  readonly messages: number
  readonly seconds: number
  /** Send (or the time it was due) to receipt. */
  readonly p50Ms: number
  readonly p99Ms: number
}

const RING = 1 << 16
const ACCEPTED = 1
const RECEIPTED = 2
const DRAIN_MS_MAX = 20_000
const PACE_MS = 2

type LineState = { sent: number; delivered: number; completed: number; sentAtMs: Float64Array; marks: Uint8Array }

/**
 * Sends messages and checks what becomes of them: each is accepted once, delivered once and in order, receipted once;
 * anything else is an error, and so is a message that is still missing some time after the last one was sent.
 */
export function createTraffic(driver: Driver) {
  const states: LineState[] = []
  const problems: string[] = []
  let lines: readonly Line[] = []
  let load: Load | undefined
  let latencies: number[] | undefined
  const failed = (reason: string) => void problems.push(reason)

  async function open(lineCount: number): Promise<void> {
    for (let n = 0; n < lineCount; n++)
      states.push({
        sent: 0,
        delivered: 0,
        completed: 0,
        sentAtMs: new Float64Array(RING),
        marks: new Uint8Array(RING),
      })
    lines = await driver(eventsOf, failed)
    if (lines.length !== lineCount) throw new Error(`${lines.length} lines in place of ${lineCount}`)
  }

  function eventsOf(n: number): LineEvents {
    return {
      accepted: (index) => mark(n, index, ACCEPTED),
      receipted: (index) => mark(n, index, RECEIPTED),
      delivered: (index) => {
        const state = states[n]
        if (!state || index !== state.delivered) failed(`line ${n}: message ${index} out of order or twice`)
        else state.delivered++
      },
    }
  }

  function mark(n: number, index: number, bit: number): void {
    const state = states[n]
    const slot = index % RING
    const marks = state?.marks[slot] ?? 0
    if (!state || index >= state.sent || (marks & bit) !== 0) {
      failed(`line ${n}: message ${index} ${bit === ACCEPTED ? 'accepted' : 'receipted'} twice or without being sent`)
      return
    }
    if (bit === RECEIPTED && latencies) latencies.push(performance.now() - (state.sentAtMs[slot] ?? 0))
    state.marks[slot] = marks | bit
    if ((marks | bit) !== (ACCEPTED | RECEIPTED)) return
    state.completed++
    if (load && 'window' in load) sendOne(n, performance.now())
  }

  function sendOne(n: number, dueMs: number): void {
    const state = states[n]
    if (!state) return
    const slot = state.sent % RING
    state.marks[slot] = 0
    state.sentAtMs[slot] = dueMs
    lines[n]?.send(state.sent++)
  }

  /** Keeps the load up for a warm-up and the measured time; `around` is called at both ends of the latter. */
  async function run(options: { load: Load; warmMs: number; measureMs: number; around: () => number }) {
    const start = performance.now()
    load = options.load
    const stopPace = 'perSecond' in load ? pace(load.perSecond) : undefined
    if ('window' in load) for (let n = 0; n < lines.length; n++) for (let i = 0; i < load.window; i++) sendOne(n, start)
    await wait(options.warmMs)
    const before = { done: total('completed'), at: performance.now(), cpu: options.around() }
    const samples: number[] = (latencies = [])
    await wait(options.measureMs)
    const cpu = options.around() - before.cpu
    const messages = total('completed') - before.done
    const seconds = (performance.now() - before.at) / 1_000
    latencies = undefined
    load = undefined
    stopPace?.()
    await drained()
    if (messages === 0) throw new Error('no message arrived')
    const sorted = Float64Array.from(samples).toSorted()
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
    return { messages, seconds, cpu, p50Ms: at(0.5), p99Ms: at(0.99) }
  }

  function pace(perSecond: number): () => void {
    const startMs = performance.now()
    let count = 0
    const timer = setInterval(() => {
      for (; startMs + (count * 1_000) / perSecond <= performance.now(); count++)
        sendOne(count % lines.length, startMs + (count * 1_000) / perSecond)
    }, PACE_MS)
    return () => clearInterval(timer)
  }

  async function drained(): Promise<void> {
    const deadline = performance.now() + DRAIN_MS_MAX
    const missing = () => states.some((state) => state.completed < state.sent || state.delivered < state.sent)
    while (missing() && problems.length === 0 && performance.now() < deadline) await wait(20)
    if (problems.length > 0) throw new Error(`${problems.length} problems: ${problems.slice(0, 5).join('; ')}`)
    if (missing())
      throw new Error(`${total('sent')} sent, ${total('delivered')} delivered, ${total('completed')} completed`)
  }

  const total = (what: 'sent' | 'delivered' | 'completed') => states.reduce((sum, state) => sum + state[what], 0)
  return { open, run }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms))
}
