import { createFakeClock } from '@visavis/testkit'
import { afterEach, expect, it } from 'vitest'
import { writePreferences, preferencesDefault } from '../lobby/preferences.ts'
import type { ToEngine } from './engine-door.ts'
import { createSafety } from './safety.ts'

const ports: MessagePort[] = []
afterEach(() => {
  for (const port of ports.splice(0)) port.close()
})

function setUp() {
  const kept = new Map<string, string>()
  const storage = {
    read: (key: string) => kept.get(key),
    write: (key: string, value: string) => void kept.set(key, value),
    remove: (key: string) => void kept.delete(key),
  }
  const heard: ToEngine[] = []
  const safety = createSafety({
    clock: createFakeClock(),
    storage,
    languages: ['de-AT', 'en'],
    createWorker: () => ({
      post(message) {
        heard.push(message)
        if (message.kind === 'connect') ports.push(message.port)
      },
      onDeath: () => undefined,
      terminate: () => undefined,
    }),
  })
  const speak = (languages: readonly string[]) =>
    writePreferences(storage, { ...preferencesDefault(['de-AT', 'en']), languages })
  const chosen = () => heard.flatMap((message) => (message.kind === 'choose' ? [message.languages.join()] : []))
  return { safety, speak, heard, chosen }
}

it('[S13] the engine goes by the languages that somebody speaks, and hears of others once they are chosen', () => {
  const { chosen, safety, speak } = setUp()
  safety.languagesChanged()
  speak(['pt'])
  safety.languagesChanged()
  // Nobody has asked anything yet: there is no worker to tell.
  expect(chosen()).toEqual([])
  const opened = safety.door.open(undefined)
  if (opened) ports.push(opened.port)
  expect(chosen()).toEqual(['pt,de,en'])
  safety.languagesChanged()
  speak(['fr', 'pt'])
  safety.languagesChanged()
  expect(chosen()).toEqual(['pt,de,en', 'fr,pt,de,en'])
})

it('[S14] the messenger hears when it is switched off and on, and of nothing else', () => {
  const { safety } = setUp()
  const heard: unknown[] = []
  safety.choice.subscribe((choice) => heard.push(choice))
  expect(safety.choice.get()).toEqual({ isOn: true, countries: ['AT', 'US'] })
  safety.preferences.setFlag('money', false)
  safety.preferences.set({ isOn: false })
  safety.preferences.set({ isOn: true, asksBeforeSending: false })
  expect(heard).toEqual([
    { isOn: false, countries: ['AT', 'US'] },
    { isOn: true, countries: ['AT', 'US'] },
  ])
})
