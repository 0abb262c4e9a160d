import { m } from '#paraglide/messages.js'
import type { Step } from './protocol.ts'
import type { Row } from './rows.ts'

/** A place in words. */
export function rowWords({ find }: Row): string {
  if (!find) return m.room_kind_covered()
  if (find.kind === 'text') return m.room_kind_text({ text: find.text })
  return find.kind === 'face' ? m.room_kind_face() : m.room_kind_paper()
}

export function stepWords(step: Step): string {
  const words = {
    fetching: m.room_step_fetching,
    faces: m.room_step_faces,
    papers: m.room_step_papers,
    text: m.room_step_text,
  }
  return words[step]()
}
