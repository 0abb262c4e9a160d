import type { Page } from '@playwright/test'
import type { Look } from './pictures.ts'

/**
 * What stands in the place of the partner's picture in every single frame that a page paints, told by the colours of the
 * people's cameras. Method: a reading in each animation frame, of the surface that is visible (the veil or the video).
 */
export type Sight = {
  /** Counts the pictures that were put there; every person who is met gets a new one. */
  readonly picture: number
  /** Whose colour; `nothing`, and its colour, is an uncovered place without a picture of anybody. */
  readonly seen: string
}
export type ScreenNotes = {
  /** Changes, in their order. A covered place is no sight. */
  readonly sights: readonly Sight[]
  /** Colours of the person who was left, found anywhere in the frame that followed the press of Next. */
  readonly leftovers: readonly string[]
  readonly presses: number
}

type Notes = { sights: Sight[]; leftovers: string[]; presses: number; now: string; picture: number }

/** Runs in the page before anything of ours. */
export function installScreenWatch(looks: readonly Pick<Look, 'name' | 'rgb'>[]): void {
  const notes: Notes = { sights: [], leftovers: [], presses: 0, now: 'covered', picture: 0 }
  ;(globalThis as unknown as { visavisScreen: Notes }).visavisScreen = notes
  const [width, height] = [8, 6]
  const pen = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  const numbers = new WeakMap<Element, number>()
  let pictures = 0

  function colourOf(surface: HTMLVideoElement | HTMLCanvasElement): string {
    if (!pen) throw new Error('no drawing context')
    pen.clearRect(0, 0, width, height)
    pen.drawImage(surface, 0, 0, width, height)
    // The upper rows: the bar that moves is below them.
    const { data } = pen.getImageData(0, 0, width, 2)
    const mean = [0, 0, 0].map((_, c) => {
      let sum = 0
      for (let at = c; at < data.length; at += 4) sum += data[at] ?? 0
      return sum / (width * 2)
    })
    const away = ({ rgb }: Pick<Look, 'rgb'>) => Math.max(...rgb.map((value, c) => Math.abs(value - (mean[c] ?? 0))))
    return looks.find((look) => away(look) < 48)?.name ?? `nothing (${mean.map(Math.round).join(' ')})`
  }

  function watch(): void {
    const place = document.querySelector('.picture')
    const video = place?.querySelector('video')
    if (!place || !video || place.querySelector('.cover')) {
      notes.now = 'covered'
      return
    }
    if (!numbers.has(video)) numbers.set(video, ++pictures)
    const veil = video.closest('.veiled')?.querySelector('canvas')
    notes.now = colourOf(veil ?? video)
    notes.picture = numbers.get(video) ?? 0
    const last = notes.sights.at(-1)
    if (last?.seen !== notes.now || last.picture !== notes.picture)
      notes.sights.push({ picture: notes.picture, seen: notes.now })
  }

  function paint(): void {
    watch()
    requestAnimationFrame(paint)
  }
  requestAnimationFrame(paint)

  addEventListener(
    'keydown',
    ({ key }) => {
      if (key !== 'n') return
      const former = notes.now
      notes.presses++
      requestAnimationFrame(() => {
        for (const surface of document.querySelectorAll<HTMLVideoElement | HTMLCanvasElement>('video, canvas'))
          if (looks.some(({ name }) => name === former) && colourOf(surface) === former) notes.leftovers.push(former)
      })
    },
    { capture: true },
  )
}

export async function screenNotes(page: Page): Promise<ScreenNotes> {
  return page.evaluate(() => (globalThis as unknown as { visavisScreen: Notes }).visavisScreen)
}

/** How many different people a page has seen, and whom it sees now; else what it says instead. */
export async function metSoFar(page: Page): Promise<{ readonly people: number; readonly now: string }> {
  return page.evaluate(() => {
    const { now, picture, sights } = (globalThis as unknown as { visavisScreen: Notes }).visavisScreen
    const met = new Set(sights.filter(({ seen }) => !seen.startsWith('nothing')).map((sight) => sight.picture))
    const isSeen = now !== 'covered' && !now.startsWith('nothing') && met.has(picture)
    const words = document.querySelector('main')?.innerText.replaceAll(/\s+/g, ' ').slice(0, 80)
    return { people: met.size, now: isSeen ? now : `${now} at ${location.pathname}: ${words}` }
  })
}
