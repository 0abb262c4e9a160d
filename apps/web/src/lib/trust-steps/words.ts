import { m } from '#paraglide/messages.js'
import type { FileKind, KindName, Risk } from './file-kinds.ts'

const KINDS: Readonly<Record<KindName, () => string>> = {
  program: m.file_kind_program,
  script: m.file_kind_script,
  shortcut: m.file_kind_shortcut,
  page: m.file_kind_page,
  macro: m.file_kind_macro,
  archive: m.file_kind_archive,
  'image-of-disk': m.file_kind_image_of_disk,
  pdf: m.file_kind_pdf,
  text: m.file_kind_text,
  writing: m.file_kind_writing,
  table: m.file_kind_table,
  slides: m.file_kind_slides,
  picture: m.file_kind_picture,
  sound: m.file_kind_sound,
  video: m.file_kind_video,
  unknown: m.file_kind_unknown,
}

/** `Program (.exe)`: the ending is always shown, because a long name may hide it. */
export function kindWords({ kind, ending }: FileKind): string {
  const named = KINDS[kind]()
  return ending === '' ? named : m.file_kind_named({ kind: named, ending })
}

/** What to know before it is saved; undefined for nothing. */
export function riskWords(risk: Risk): string | undefined {
  if (risk === 'runs') return m.file_risk_runs()
  if (risk === 'holds') return m.file_risk_holds()
  return risk === 'unknown' ? m.file_risk_unknown() : undefined
}
