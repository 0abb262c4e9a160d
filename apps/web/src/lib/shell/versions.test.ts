import { createFakeClock, settle } from '@visavis/testkit'
import { HOUR } from '@visavis/ports'
import { expect, it } from 'vitest'
import { createVersions, type WaitingShell } from './versions.ts'

function setUp(refuses = false) {
  const clock = createFakeClock()
  const told: string[] = []
  let listener: ((waiting: WaitingShell) => void) | undefined
  let take: () => void = () => undefined
  const versions = createVersions({
    clock,
    version: 'one',
    door: {
      async register() {
        told.push('register')
        if (refuses) throw new DOMException('no', 'SecurityError')
      },
      onWaiting: (next) => void (listener = next),
      look: async () => void told.push('look'),
      reload: () => void told.push('reload'),
    },
  })
  return {
    clock,
    told,
    versions,
    taken: () => take(),
    waits: async (version: string | undefined) => {
      listener?.({
        version: async () => version,
        takeOver: (onlyIfAlone) => void told.push(onlyIfAlone ? 'take-over if alone' : 'take-over'),
        taken: new Promise((resolve) => (take = resolve)),
      })
      await settle()
    },
  }
}

it('[K12] a newer version waits until the person goes over to it; then it works first, and the page is loaded anew', async () => {
  const { told, versions, taken, waits } = setUp()
  versions.start()
  versions.start()
  await settle()
  expect([versions.get(), told]).toEqual(['present', ['register']])
  await versions.change()
  await waits('two')
  expect(versions.get()).toBe('ready')
  const changed = versions.change()
  expect(versions.get()).toBe('changing')
  expect(told).toEqual(['register', 'take-over'])
  taken()
  await changed
  expect(told).toEqual(['register', 'take-over', 'reload'])
})

it('[K12] a page that is of the newer version already asks nobody', async () => {
  const { told, versions, waits } = setUp()
  versions.start()
  await waits('one')
  expect([versions.get(), told]).toEqual(['present', ['register', 'take-over if alone']])
})

it('[K12] a page that stays open looks for newer versions; a browser that refuses has an app all the same', async () => {
  const { clock, told, versions } = setUp(true)
  versions.start()
  await settle()
  await clock.advance(HOUR)
  expect([versions.get(), told]).toEqual(['present', ['register', 'look']])
})
