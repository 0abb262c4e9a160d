import { settle } from '@visavis/testkit'
import { describe, expect, it } from 'vitest'
import type { Readable } from '../app/observable.ts'
import { createSmallWindow, type Sight, type WindowDoor } from './small-window.ts'

const stream = {} as MediaStream
const CLEAR: Sight = { name: 'Quiet Heron', stream, isClear: true, words: '' }
const VEILED: Sight = { ...CLEAR, isClear: false, words: 'veiled' }

/** A browser that opens a window when `allow` is called, and tells what is in it. */
function browser(kind: 'page' | 'picture') {
  const open: { readonly seen: () => string; gone: () => void }[] = []
  let allow = () => {}
  let asked = 0
  async function made(seen: () => string, gone: () => void) {
    asked += 1
    await new Promise<void>((resolve) => (allow = resolve))
    const one = { seen, gone }
    open.push(one)
    return { close: () => void open.splice(0, open.length, ...open.filter((other) => other !== one)) }
  }
  const seenIn = (sight: Readable<Sight>) => () => (sight.get().isClear ? 'the picture' : sight.get().words)
  const door: WindowDoor =
    kind === 'page'
      ? { kind, open: (sight, gone) => made(seenIn(sight), gone) }
      : { kind, open: (_, gone) => made(() => 'the picture', gone) }
  return { door, seen: () => open.map((one) => one.seen()), asked: () => asked, allow: () => allow(), open }
}

describe('the small window', () => {
  it('[M15] with a page of ours shows the veil while there is one', async () => {
    const { door, seen, allow } = browser('page')
    const small = createSmallWindow({ door })
    small.show(VEILED)
    small.toggle()
    allow()
    await settle()
    expect([small.get(), seen()]).toEqual(['open', ['veiled']])
    small.show(CLEAR)
    expect(seen()).toEqual(['the picture'])
    small.show(VEILED)
    expect(seen()).toEqual(['veiled'])
  })
  it('[M15] that can only show the picture stays shut while it is veiled, and shuts when it is veiled again', async () => {
    const { door, seen, allow, asked } = browser('picture')
    const small = createSmallWindow({ door })
    small.show(VEILED)
    expect(small.get()).toBe('veiled')
    small.toggle()
    await settle()
    expect(asked()).toBe(0)
    small.show(CLEAR)
    expect(small.get()).toBe('shut')
    small.toggle()
    allow()
    await settle()
    expect([small.get(), seen()]).toEqual(['open', ['the picture']])
    small.show(VEILED)
    expect([small.get(), seen()]).toEqual(['veiled', []])
  })
  it('[M15] does not open when the veil came while the browser was opening it', async () => {
    const { door, seen, allow } = browser('picture')
    const small = createSmallWindow({ door })
    small.show(CLEAR)
    small.toggle()
    small.show(VEILED)
    allow()
    await settle()
    expect([small.get(), seen()]).toEqual(['veiled', []])
  })
  it.each(['page', 'picture'] as const)('[M3] ends with the call (%s), and does not open without one', async (kind) => {
    const { door, seen, allow, asked } = browser(kind)
    const small = createSmallWindow({ door })
    small.toggle()
    await settle()
    expect(asked()).toBe(0)
    small.show(CLEAR)
    small.toggle()
    allow()
    await settle()
    expect(seen()).toHaveLength(1)
    small.show(undefined)
    expect(seen()).toEqual([])
    expect(small.get()).not.toBe('open')
  })
  it('[M3] another person’s picture never takes the place of this one’s in it', async () => {
    const { door, seen, allow } = browser('picture')
    const small = createSmallWindow({ door })
    small.show(CLEAR)
    small.toggle()
    allow()
    await settle()
    small.show({ ...CLEAR, stream: {} as MediaStream })
    expect(seen()).toEqual([])
  })
  it('[M8] closed by the person it can be opened again; a browser that has none says so', async () => {
    const { door, allow, open } = browser('page')
    const small = createSmallWindow({ door })
    small.show(CLEAR)
    small.toggle()
    allow()
    await settle()
    open[0]?.gone()
    expect(small.get()).toBe('shut')
    small.toggle()
    allow()
    await settle()
    expect(small.get()).toBe('open')
    small.toggle()
    expect(small.get()).toBe('shut')
    expect(createSmallWindow({ door: { kind: 'none' } }).get()).toBe('none')
  })
})
