const FOCUSABLE = 'a[href], [data-roving]'

/** Moves the focus to the next (1) or earlier (-1) thing of the same list that can have it. True when it moved. */
export function moveFocus(event: KeyboardEvent, step: number, within: string): boolean {
  const from = document.activeElement
  const list = from?.closest(within)
  if (!from || !list) return false
  const all = [...list.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((each) => each.offsetParent !== null)
  const at = all.indexOf(from as HTMLElement)
  // From outside of them, such as the search field: the first that stands after it.
  const next =
    at === -1
      ? all.find((each) => from.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING)
      : all[at + step]
  if (!next) return false
  event.preventDefault()
  next.focus()
  return true
}
