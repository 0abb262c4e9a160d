import { expect, it } from 'vitest'
import { createObservable } from '../app/observable.ts'
import { createLobbyModel } from './lobby-model.ts'
import type { OwnMediaState } from './own-media.ts'

const NO_DEVICES = { cameras: [], microphones: [] }
const OPEN: OwnMediaState = { kind: 'open', stream: {} as MediaStream, devices: NO_DEVICES, lost: {} }

it('[M9] [M16] a call begins with what it needs: no video without a camera, no voice without a microphone', () => {
  const kept = new Map<string, string>()
  const model = createLobbyModel({
    storage: {
      read: (key) => kept.get(key),
      write: (key, value) => void kept.set(key, value),
      remove: (key) => void kept.delete(key),
    },
    browserLanguages: ['en'],
    ownMedia: {
      ...createObservable(OPEN),
      open: async () => undefined,
      restore: async () => undefined,
      close: () => undefined,
    },
  })
  const readyWith = (media: Partial<OwnMediaState>) => model.isReady({ ...OPEN, ...media })
  model.chooseMode('video')
  expect(readyWith({})).toBe(true)
  expect(readyWith({ lost: { camera: 'gone' } })).toBe(false)
  expect(readyWith({ lost: { microphone: 'denied' } })).toBe(true)
  expect(readyWith({ kind: 'opening' })).toBe(false)
  model.chooseMode('audio')
  expect(readyWith({ lost: { microphone: 'denied' } })).toBe(false)
  expect(readyWith({ lost: { camera: 'gone' } })).toBe(true)
  model.chooseMode('text')
  expect(readyWith({ kind: 'closed', lost: { camera: 'gone', microphone: 'gone' } })).toBe(true)
})
