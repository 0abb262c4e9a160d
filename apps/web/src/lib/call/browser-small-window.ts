import { mount, unmount } from 'svelte'
import type { Readable } from '../app/observable.ts'
import SmallPicture from './SmallPicture.svelte'
import type { OpenedWindow, Sight, WindowDoor } from './small-window.ts'

/** Chromium's windows with a page in them; no typings of the browser know them yet. */
type PageWindows = { requestWindow(size: { width: number; height: number }): Promise<Window> }

const SIZE = { width: 360, height: 270 }

/**
 * The best small window this browser has.
 *
 * @param deps.press keys pressed in the small window mean what they mean in the call
 */
export function browserWindowDoor(deps: {
  readonly page: Window
  readonly press: (event: KeyboardEvent) => void
  readonly end: () => void
}): WindowDoor {
  const { page } = deps
  const pages = (page as { documentPictureInPicture?: PageWindows }).documentPictureInPicture
  if (pages) return { kind: 'page', open: (sight, gone) => openPage({ ...deps, pages }, sight, gone) }
  if (page.document.pictureInPictureEnabled)
    return { kind: 'picture', open: (stream, gone) => openPicture(page, stream, gone) }
  return { kind: 'none' }
}

async function openPage(
  deps: {
    readonly page: Window
    readonly pages: PageWindows
    readonly press: (event: KeyboardEvent) => void
    readonly end: () => void
  },
  sight: Readable<Sight>,
  gone: () => void,
): Promise<OpenedWindow> {
  const small = await deps.pages.requestWindow(SIZE)
  const { document } = small
  document.documentElement.lang = deps.page.document.documentElement.lang
  document.documentElement.dir = deps.page.document.documentElement.dir
  for (const sheet of deps.page.document.querySelectorAll('link[rel="stylesheet"]')) {
    document.head.append(document.importNode(sheet, true))
  }
  const shown = mount(SmallPicture, { target: document.body, props: { sight, end: deps.end } })
  let isClosed = false
  const close = () => {
    if (isClosed) return
    isClosed = true
    void unmount(shown)
    small.close()
  }
  small.addEventListener('keydown', deps.press)
  small.addEventListener('pagehide', () => {
    close()
    gone()
  })
  return { close }
}

async function openPicture(page: Window, stream: MediaStream, gone: () => void): Promise<OpenedWindow> {
  const { document } = page
  // One of its own: the video on the page may not be taken out, since its veil would stay behind.
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  video.srcObject = stream
  const close = () => {
    if (document.pictureInPictureElement === video) document.exitPictureInPicture().catch(() => undefined)
    video.srcObject = null
  }
  video.addEventListener('leavepictureinpicture', () => {
    close()
    gone()
  })
  try {
    await video.play()
    await video.requestPictureInPicture()
  } catch (cause) {
    close()
    throw cause
  }
  return { close }
}
