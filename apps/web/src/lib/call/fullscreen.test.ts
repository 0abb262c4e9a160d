import { settle } from '@visavis/testkit'
import { describe, expect, it } from 'vitest'
import { createFullscreen, type FullscreenDoor } from './fullscreen.ts'

/** A browser's full screen, which changes a moment after it was asked to. */
function browser(facts: { isThere?: boolean; refuses?: boolean } = {}) {
  let isOn = false
  let listener = () => {}
  const change = (on: boolean) => {
    isOn = on
    listener()
  }
  const door: FullscreenDoor = {
    isThere: () => facts.isThere ?? true,
    isOn: () => isOn,
    enter: async () => {
      if (facts.refuses) throw new TypeError('refused')
      change(true)
    },
    leave: async () => change(false),
    onChange(next) {
      listener = next
      return () => (listener = () => {})
    },
  }
  return { door, leaveByItself: () => change(false), isOn: () => isOn }
}

describe('the full screen', () => {
  it('[M3] left by the browser is told, left by us is not', async () => {
    const { door, leaveByItself } = browser()
    let left = 0
    const fullscreen = createFullscreen({ door, leftByBrowser: () => (left += 1) })
    fullscreen.toggle()
    await settle()
    expect(fullscreen.get()).toBe('on')
    fullscreen.toggle()
    await settle()
    expect([fullscreen.get(), left]).toEqual(['off', 0])
    fullscreen.toggle()
    await settle()
    leaveByItself()
    expect([fullscreen.get(), left]).toEqual(['off', 1])
  })
  it('[M3] left by us before the browser told that it was entered: that is not its own doing either', () => {
    let tell = () => {}
    let isOn = false
    const door: FullscreenDoor = {
      isThere: () => true,
      isOn: () => isOn,
      enter: async () => void (isOn = true),
      leave: async () => {},
      onChange: (listener) => {
        tell = listener
        return () => {}
      },
    }
    const fullscreen = createFullscreen({ door, leftByBrowser: () => expect.unreachable() })
    fullscreen.toggle()
    fullscreen.toggle()
    tell()
    expect(fullscreen.get()).toBe('on')
    isOn = false
    tell()
    expect(fullscreen.get()).toBe('off')
  })

  it('[M8] ends with the call; a browser that has none or refuses changes nothing', async () => {
    const shown = browser()
    const fullscreen = createFullscreen({ door: shown.door, leftByBrowser: () => expect.unreachable() })
    fullscreen.toggle()
    await settle()
    fullscreen.close()
    await settle()
    expect(shown.isOn()).toBe(false)

    const none = createFullscreen({ door: browser({ isThere: false }).door, leftByBrowser: () => expect.unreachable() })
    none.toggle()
    await settle()
    expect(none.get()).toBe('none')

    const refused = createFullscreen({
      door: browser({ refuses: true }).door,
      leftByBrowser: () => expect.unreachable(),
    })
    refused.toggle()
    await settle()
    expect(refused.get()).toBe('off')
  })
})
