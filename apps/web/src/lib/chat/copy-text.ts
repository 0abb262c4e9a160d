/**
 * Puts text into the clipboard; false when the browser does not let us. Through a field and the copy command, because
 * the page's permission policy refuses the clipboard interface, with which a page could also read.
 */
export function copyText(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'visually-hidden'
  document.body.append(field)
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  return isCopied
}
