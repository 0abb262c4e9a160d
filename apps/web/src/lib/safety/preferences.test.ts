import { FLAGS } from '@visavis/safety'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { DeviceStorage } from '../app/storage.ts'
import {
  createSafetyPreferences,
  isAsking,
  isTold,
  parseSafetyPreferences,
  SAFETY_PREFERENCES_DEFAULT,
} from './preferences.ts'

function memory(): DeviceStorage & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return {
    kept,
    read: (key) => kept.get(key),
    write: (key, value) => void kept.set(key, value),
    remove: (key) => void kept.delete(key),
  }
}

it('[S1] everything is told at first, and nothing is written down for that', () => {
  const storage = memory()
  const preferences = createSafetyPreferences({ storage })
  expect(preferences.get()).toEqual(SAFETY_PREFERENCES_DEFAULT)
  expect(FLAGS.every((flag) => isTold(preferences.get(), flag))).toBe(true)
  expect(isAsking(preferences.get())).toBe(true)
  expect(storage.kept.size).toBe(0)
})

it('[S1] [S10] what was switched off stays off on the next page, and can be switched on again', () => {
  const storage = memory()
  const first = createSafetyPreferences({ storage })
  first.setFlag('money', false)
  first.set({ asksBeforeSending: false })
  const second = createSafetyPreferences({ storage })
  expect(isTold(second.get(), 'money')).toBe(false)
  expect(isTold(second.get(), 'threat')).toBe(true)
  expect(isAsking(second.get())).toBe(false)
  second.setFlag('money', true)
  second.set({ asksBeforeSending: true })
  expect(createSafetyPreferences({ storage }).get()).toEqual(SAFETY_PREFERENCES_DEFAULT)
  expect(storage.kept.size).toBe(0)
})

it('[S1] with the master switch off nothing is told and nothing asked; the single choices stay', () => {
  const preferences = createSafetyPreferences({ storage: memory() })
  preferences.setFlag('urgency', false)
  preferences.set({ isOn: false })
  expect(FLAGS.some((flag) => isTold(preferences.get(), flag))).toBe(false)
  expect(isAsking(preferences.get())).toBe(false)
  preferences.set({ isOn: true })
  expect(isTold(preferences.get(), 'urgency')).toBe(false)
})

it('[S1] whatever lies in the storage is read without an error, and what does not fit counts as not said', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const read = parseSafetyPreferences(text)
      expect(Object.keys(read.flags).toSorted()).toEqual([...FLAGS].toSorted())
    }),
  )
  expect(parseSafetyPreferences('{"off":["money","no-such-flag",7]}').flags.money).toBe(false)
})
