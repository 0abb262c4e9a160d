/** Opens whatever hides the element of this anchor, brings it into view, and gives it the focus, so that reading goes on there. */
export function showAnchor(hash: string): void {
  const id = decode(hash.slice(1))
  const target = id === '' ? null : document.getElementById(id)
  if (!target) return
  const folded = target.closest('details')
  if (folded) folded.open = true
  target.scrollIntoView()
  const summary = target instanceof HTMLDetailsElement ? target.querySelector('summary') : null
  // What cannot be pressed gets the focus, too: whoever reads by ear goes on there.
  if (!summary) target.tabIndex = -1
  const focused = summary ?? target
  focused.focus({ preventScroll: true })
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Opens everything while the page is printed, and closes again what was closed. Returns the way out. */
export function unfoldForPrint(): () => void {
  const printing = matchMedia('print')
  let opened: HTMLDetailsElement[] = []
  const change = () => {
    if (printing.matches) {
      const closed = [...document.querySelectorAll('details')].filter(({ open }) => !open)
      opened = [...opened, ...closed]
      for (const each of closed) each.open = true
    } else {
      for (const each of opened) each.open = false
      opened = []
    }
  }
  printing.addEventListener('change', change)
  return () => printing.removeEventListener('change', change)
}
