import { app } from '../app/app.ts'

/** Downloads of large files are read a while after the click. */
const KEPT_MS = 60_000

/**
 * An address inside this page for bytes or a blob, given back when the component goes or the value changes. Call while a
 * component is being made.
 */
export function objectUrl(source: () => Blob | undefined): { readonly current: string | undefined } {
  let url = $state<string>()
  $effect(() => {
    const blob = source()
    const made = blob && URL.createObjectURL(blob)
    url = made
    return () => made && URL.revokeObjectURL(made)
  })
  return {
    get current() {
      return url
    },
  }
}

/** Puts a file among the person's downloads under its name. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  app.platform.clock.after(KEPT_MS, () => URL.revokeObjectURL(url))
}
