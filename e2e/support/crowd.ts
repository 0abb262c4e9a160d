import { chromium } from '@playwright/test'
import { FLAGS, type Person } from './person.ts'
import type { Look } from './pictures.ts'

/**
 * Many people on one small machine, each with a browser of their own. Their cameras are painted by their pages, small and
 * slow: a file that plays as a camera is made as large as the app asks for, and six such pictures fill two cores.
 */
export type Crowd = { readonly people: readonly Person[]; close(): Promise<void> }

const SMALL_PHONE = { width: 360, height: 640 }

export async function createCrowd(options: {
  readonly origin: string
  readonly looks: readonly Look[]
}): Promise<Crowd> {
  const people: Person[] = []
  for (const look of options.looks) {
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: [...FLAGS],
    })
    const context = await browser.newContext({
      baseURL: options.origin,
      locale: 'en-GB',
      viewport: SMALL_PHONE,
      permissions: ['camera', 'microphone'],
    })
    await context.addInitScript(paintCamera, look)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())))
    page.on('pageerror', (error) => void complaints.push(String(error)))
    const password = `${look.name} lantern over quiet water`
    people.push({ look, browser, context, page, handle: '', password, complaints, close: () => browser.close() })
  }
  return { people, close: async () => void (await Promise.all(people.map((person) => person.close()))) }
}

/** Runs in the page before anything of ours. The microphone stays the browser's own. */
function paintCamera({ rgb }: Look): void {
  const devices = (navigator as { mediaDevices?: MediaDevices }).mediaDevices
  // There is none in the empty page that a tab begins with.
  if (!devices) return
  const open = devices.getUserMedia.bind(devices)
  devices.getUserMedia = async (wish) => {
    const stream = await open(wish)
    const [camera] = stream.getVideoTracks()
    if (!camera) return stream
    camera.stop()
    stream.removeTrack(camera)
    const canvas = document.createElement('canvas')
    canvas.width = 160
    canvas.height = 120
    const pen = canvas.getContext('2d')
    let turn = 0
    const timer = setInterval(() => {
      if (!pen) return
      pen.fillStyle = `rgb(${rgb.join(' ')})`
      pen.fillRect(0, 0, 160, 120)
      pen.fillStyle = 'white'
      pen.fillRect((turn++ % 15) * 10, 50, 10, 25)
    }, 100)
    const [painted] = canvas.captureStream(10).getVideoTracks()
    if (!painted) throw new Error('a canvas without a picture')
    const stop = painted.stop.bind(painted)
    painted.stop = () => {
      clearInterval(timer)
      stop()
    }
    stream.addTrack(painted)
    return stream
  }
}
