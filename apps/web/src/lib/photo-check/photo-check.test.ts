import { createFakeClock, settle } from '@visavis/testkit'
import { expect, it } from 'vitest'
import { createNudityGuard, type NudityWorker } from '../nudity/guard.ts'
import type { Scores } from '../nudity/judgement.ts'
import type { FromNudityWorker } from '../nudity/protocol.ts'
import { createPhotoCheck } from './photo-check.ts'

/** The real guard of the nudity check around a worker whose answers the test gives, and pictures that are their names. */
const NUDE: Scores = { drawing: 0, hentai: 0, neutral: 0.05, porn: 0.95, sexy: 0 }
const SCANT: Scores = { drawing: 0, hentai: 0, neutral: 0.4, porn: 0.1, sexy: 0.5 }
const PLAIN: Scores = { drawing: 0, hentai: 0, neutral: 1, porn: 0, sexy: 0 }

function setUp(options: { readonly setting?: string; readonly isMissing?: boolean } = {}) {
  const clock = createFakeClock()
  const kept = new Map(options.setting ? [['visavis.nudity', options.setting]] : [])
  const world = { opened: 0, ended: 0, answers: new Map<string, Scores>(), looked: [] as string[], closed: 0 }
  let isMissing = options.isMissing ?? false
  const guard = createNudityGuard({
    clock,
    storage: {
      read: (key) => kept.get(key),
      write: (key, value) => void kept.set(key, value),
      remove: (key) => void kept.delete(key),
    },
    async openWorker(): Promise<NudityWorker> {
      if (isMissing) throw new Error('not there')
      world.opened += 1
      let hear: (message: FromNudityWorker) => void = () => undefined
      let died = () => {}
      return {
        start: () => hear({ kind: 'ready' }),
        look: () => false,
        lookAt(picture) {
          const { name } = picture as unknown as { name: string }
          world.looked.push(name)
          const scores = world.answers.get(name)
          if (scores) queueMicrotask(() => hear({ kind: 'seen', scores, tookMs: 50 }))
          else queueMicrotask(died)
        },
        onMessage: (listener) => void (hear = listener),
        onDeath: (listener) => void (died = listener),
        terminate: () => void (world.ended += 1),
      }
    },
  })
  const check = createPhotoCheck({
    clock,
    guard,
    async decode(picture) {
      const name = await picture.text()
      if (name === 'broken') return undefined
      return { name, close: () => void (world.closed += 1) } as unknown as ImageBitmap
    },
  })
  const look = (name: string, key = name) => check.look(key, new Blob([name]))
  const found = () => void (isMissing = false)
  return { clock, guard, check, world, look, found }
}

it('[S11] a photo is shown that is plain to the model, and covered on one picture of likely nudity', async () => {
  const { world, look } = setUp()
  world.answers.set('beach', PLAIN).set('nude', NUDE).set('scant', SCANT)
  expect(await Promise.all(['beach', 'nude', 'scant'].map((name) => look(name)))).toEqual(['plain', 'likely', 'plain'])
  expect(world.looked).toEqual(['beach', 'nude', 'scant'])
})

it('[S11] goes by the setting of calls: stricter, or not at all', async () => {
  const strict = setUp({ setting: 'strict' })
  strict.world.answers.set('scant', SCANT)
  expect(await strict.look('scant')).toBe('likely')
  const off = setUp({ setting: 'off' })
  expect(await off.look('nude')).toBe('plain')
  expect(off.world.opened).toBe(0)
  off.world.answers.set('nude', NUDE)
  off.guard.choose('usual')
  expect(await off.look('nude')).toBe('likely')
})

it('[S11] what cannot be drawn or looked at is told so, and is never called plain', async () => {
  const { world, look } = setUp()
  expect(await look('broken')).toBe('unchecked')
  // A picture that kills its worker twice harms nobody but itself.
  expect(await look('killer')).toBe('unchecked')
  world.answers.set('beach', PLAIN)
  expect(await look('beach')).toBe('plain')
})

it('[S11] without the check every photo is unchecked, and is looked at again when there is one', async () => {
  const { clock, world, look, found } = setUp({ isMissing: true })
  expect(await look('beach')).toBe('unchecked')
  found()
  world.answers.set('beach', PLAIN)
  await clock.advance(60_000)
  expect(await look('beach')).toBe('plain')
})

it('[S11] the same photo is looked at once, two of one message apart, and a stricter setting looks again', async () => {
  const { guard, world, look } = setUp()
  world.answers.set('scant', SCANT)
  await Promise.all([look('scant', 'a small'), look('scant', 'a small'), look('scant', 'a whole')])
  await look('scant', 'a small')
  expect(world.looked).toHaveLength(2)
  guard.choose('strict')
  expect(await look('scant', 'a small')).toBe('likely')
  expect(world.looked).toHaveLength(3)
})

it('[S11] the check ends a while after the last photo, and wishes are forgotten with the person', async () => {
  const { clock, check, world, look } = setUp()
  world.answers.set('beach', PLAIN)
  await look('beach')
  await settle()
  expect([world.opened, world.ended]).toEqual([1, 0])
  await clock.advance(60_000)
  expect(world.ended).toBe(1)
  check.want('m1')
  expect([check.isWanted('m1'), check.isWanted('m2')]).toEqual([true, false])
  check.forget()
  expect(check.isWanted('m1')).toBe(false)
  await look('beach')
  expect(world.looked).toHaveLength(2)
})
