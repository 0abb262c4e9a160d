import type { Clock } from '@visavis/ports'
import type { Attachment } from 'svelte/attachments'

const PRESS_MS = 450
const MOVE_PX = 10

/**
 * A long touch, a right click or the menu key. `press` is told once per gesture. A right click on a link or on marked
 * text is the browser's own.
 */
export function longPress(clock: Clock, press: () => void): Attachment<HTMLElement> {
  return (element) => {
    let stopTimer = () => {}
    let start = { x: 0, y: 0 }
    const down = (event: PointerEvent): void => {
      if (event.pointerType !== 'touch') return
      start = { x: event.clientX, y: event.clientY }
      stopTimer()
      stopTimer = clock.after(PRESS_MS, press)
    }
    const move = (event: PointerEvent): void => {
      if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > MOVE_PX) stopTimer()
    }
    const up = (): void => stopTimer()
    const menu = (event: MouseEvent): void => {
      const isOwn = (event.target as Element).closest('a, audio') || getSelection()?.isCollapsed === false
      if (isOwn) return
      event.preventDefault()
      stopTimer()
      press()
    }
    const scope = new AbortController()
    const { signal } = scope
    element.addEventListener('pointerdown', down, { signal })
    element.addEventListener('pointermove', move, { signal })
    element.addEventListener('pointerup', up, { signal })
    element.addEventListener('pointercancel', up, { signal })
    element.addEventListener('contextmenu', menu, { signal })
    return () => {
      stopTimer()
      scope.abort()
    }
  }
}
