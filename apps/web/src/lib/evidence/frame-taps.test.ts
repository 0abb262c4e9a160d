import { expect, it } from 'vitest'
import { createFrameTaps, type FrameWorker } from './frame-taps.ts'
import type { FromFrameWorker, TapOptions, ToFrameWorker } from './protocol.ts'
import type { FrameTap, FrameTapListener } from './types.ts'

/** A worker without a thread: the test says what it says. */
function fakeWorker() {
  const posted: ToFrameWorker[] = []
  let hear: (message: FromFrameWorker) => void = () => {}
  let die = () => {}
  const worker: FrameWorker = {
    post: (message) => void posted.push(message),
    onMessage: (listener) => void (hear = listener),
    onDeath: (listener) => void (die = listener),
    // What it is made from says whose frames they are.
    transform: (options) => options,
  }
  return { worker, posted, say: (message: FromFrameWorker) => hear(message), die: () => die() }
}

type Ends = Parameters<FrameTap['attach']>[0]
const newEnds = () => ({ sender: { transform: null }, receiver: { transform: null } }) as unknown as Required<Ends>
const optionsOf = (end: { transform: unknown } | undefined) => end?.transform as TapOptions | null
const deaf: FrameTapListener = { sent: () => {}, arrived: () => {}, lost: () => {} }
const digest = new Uint8Array(32)

it('[T3] no frame goes through a worker that does not run yet', () => {
  const { worker, say } = fakeWorker()
  const taps = createFrameTaps({ worker, bytesMax: 9 })
  const [early, late] = [newEnds(), newEnds()]
  const tap = taps.open()
  tap?.attach(early)
  expect(optionsOf(early.sender)).toBeNull()
  say({ kind: 'ready' })
  expect(optionsOf(early.sender)).toEqual({ tap: 1, side: 'sender', bytesMax: 9 })
  expect(optionsOf(early.receiver)).toEqual({ tap: 1, side: 'receiver', bytesMax: 9 })
  taps.open()?.attach(late)
  expect(optionsOf(late.receiver)).toEqual({ tap: 2, side: 'receiver', bytesMax: 9 })
})

it('[T3] each tap hears of its own frames, until it is closed', () => {
  const { worker, posted, say } = fakeWorker()
  const taps = createFrameTaps({ worker, bytesMax: 9 })
  const heard: string[] = []
  const listenerOf = (name: string): FrameTapListener => ({
    ...deaf,
    sent: () => void heard.push(`${name} sent`),
    arrived: ({ bytes }) => void heard.push(`${name} ${bytes.byteLength}`),
  })
  const [one, other] = [taps.open(), taps.open()]
  one?.listen(listenerOf('one'))
  other?.listen(listenerOf('other'))
  say({ kind: 'sent', tap: 1, digest })
  say({ kind: 'arrived', tap: 2, digest, bytes: new Uint8Array(7) })
  one?.close()
  one?.close()
  say({ kind: 'sent', tap: 1, digest })
  say({ kind: 'sent', tap: 99, digest })
  other?.ask()
  expect(heard).toEqual(['one sent', 'other 7'])
  expect(posted).toEqual([
    { kind: 'close', tap: 1 },
    { kind: 'ask', tap: 2 },
  ])
})

it('[T3] when the worker dies the taps come off, say so, and no more are given', () => {
  const { worker, say, die } = fakeWorker()
  const taps = createFrameTaps({ worker, bytesMax: 9 })
  say({ kind: 'ready' })
  const ends = newEnds()
  const tap = taps.open()
  let lost = 0
  tap?.listen({ ...deaf, lost: () => void lost++ })
  tap?.attach(ends)
  die()
  expect([optionsOf(ends.sender), optionsOf(ends.receiver)]).toEqual([null, null])
  expect(lost).toBe(1)
  expect(taps.open()).toBeUndefined()
})
