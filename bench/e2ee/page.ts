/// <reference lib="dom" />
import { measureOurs } from './workload.ts'

/** What runs in the browser: all of our own figures, and what 200 messages through a worker do to the main thread. */
export type MainThread = {
  /** The longest task the browser told of (Long Tasks API: 50 ms and more), or 0. */
  readonly longTaskMs: number
  /** The longest time in which nothing else could run, by a loop of tasks that looks at the clock. */
  readonly gapMs: number
  /** The same loop for as long while nothing is sent: what the machine does by itself. */
  readonly idleGapMs: number
}

async function measureMainThread(messages: number): Promise<MainThread> {
  const worker = new Worker('/worker.js')
  const list = document.createElement('ul')
  document.body.append(list)
  let got = 0
  let first = (): void => undefined
  let last = (): void => undefined
  const begun = new Promise<void>((resolve) => (first = resolve))
  const ended = new Promise<void>((resolve) => (last = resolve))
  worker.addEventListener('message', ({ data }: MessageEvent<{ n: number; text: string }>) => {
    const item = document.createElement('li')
    item.textContent = data.text
    list.append(item)
    if (++got === 1) first()
    if (got === messages + 1) last()
  })
  const text = 'Lorem ipsum '.repeat(1_024).slice(0, 1_024)
  const post = (n: number) => worker.postMessage({ n, text }, [])
  // The first message waits for the worker's keys and group.
  post(0)
  await begun
  let longTaskMs = 0
  const observer = new PerformanceObserver((entries) => {
    for (const entry of entries.getEntries()) longTaskMs = Math.max(longTaskMs, entry.duration)
  })
  observer.observe({ type: 'longtask' })
  const startMs = performance.now()
  const stop = watchGaps()
  for (let n = 1; n <= messages; n++) setTimeout(() => post(n), 0)
  await ended
  const gapMs = stop()
  const stopIdle = watchGaps()
  await new Promise((resolve) => setTimeout(resolve, performance.now() - startMs))
  const idleGapMs = stopIdle()
  observer.disconnect()
  worker.terminate()
  return { longTaskMs, gapMs, idleGapMs }
}

/** Posts to itself without end and notes the longest time between two tasks. */
function watchGaps(): () => number {
  const { port1, port2 } = new MessageChannel()
  let lastMs = performance.now()
  let longest = 0
  port1.addEventListener('message', () => {
    const nowMs = performance.now()
    longest = Math.max(longest, nowMs - lastMs)
    lastMs = nowMs
    port2.postMessage(0, [])
  })
  port1.start()
  port2.postMessage(0, [])
  return () => {
    port1.close()
    return longest
  }
}

Object.assign(globalThis, { measureOurs, measureMainThread })
