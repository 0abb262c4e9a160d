import type { PictureNote } from '#lib/partner-picture/picture-watch.ts'
import { m } from '#paraglide/messages.js'

/** A note in words: what is seen, and how sure that is; nothing about the person. */
export function noteWords({ kind, confidence }: PictureNote, name: string): string {
  const isSure = confidence === 'sure'
  const words = {
    'no-picture': m.note_no_picture,
    black: m.note_black,
    'one-colour': m.note_one_colour,
    frozen: isSure ? m.note_frozen : m.note_frozen_likely,
    repeats: isSure ? m.note_repeats : m.note_repeats_likely,
    virtual: m.note_virtual,
  } satisfies Record<PictureNote['kind'], unknown>
  return words[kind]({ name })
}
