import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fileKind, KIND_NAMES } from './file-kinds.ts'

const of = (name: string, mime = 'application/octet-stream') => fileKind({ name, mime })

it.each([
  ['holiday.jpg', 'picture', 'jpg', 'none'],
  ['Plan.PDF', 'pdf', 'pdf', 'none'],
  ['notes', 'unknown', '', 'unknown'],
  ['setup.exe', 'program', 'exe', 'runs'],
  ['holiday.jpg.exe', 'program', 'exe', 'runs'],
  ['holiday.jpg                                                .scr', 'program', 'scr', 'runs'],
  ['setup.exe.', 'program', 'exe', 'runs'],
  ['setup.exe . .', 'program', 'exe', 'runs'],
  ['setup.e\u200bxe', 'program', 'exe', 'runs'],
  ['setup.ｅｘｅ', 'program', 'exe', 'runs'],
  ['letter.docm', 'macro', 'docm', 'runs'],
  ['letter.docx', 'writing', 'docx', 'none'],
  ['page.html', 'page', 'html', 'runs'],
  ['drawing.svg', 'page', 'svg', 'runs'],
  ['photos.zip', 'archive', 'zip', 'holds'],
  ['photos.iso', 'image-of-disk', 'iso', 'holds'],
  ['prize.lnk', 'shortcut', 'lnk', 'runs'],
  ['x.constructor', 'unknown', 'constructor', 'unknown'],
  ['x.qqq', 'unknown', 'qqq', 'unknown'],
  ['.bashrc', 'unknown', 'bashrc', 'unknown'],
  ['', 'unknown', '', 'unknown'],
] as const)('[S11] %s is told as it is', (name, kind, ending, risk) => {
  expect(of(name)).toEqual({ kind, ending, risk })
})

it('[S11] the type of the sender counts only where there is no ending, and never makes a program harmless', () => {
  expect(of('setup.exe', 'image/png').risk).toBe('runs')
  expect(of('scan', 'application/pdf')).toEqual({ kind: 'pdf', ending: '', risk: 'none' })
  expect(of('scan', 'image/png').kind).toBe('picture')
  expect(of('scan', 'image/svg+xml').risk).toBe('runs')
  expect(of('scan', 'text/html').risk).toBe('unknown')
  expect(of('scan', 'constructor/x').kind).toBe('unknown')
})

it('[S11] whatever the name, there is an answer, and what stands before its last dot changes nothing', () => {
  const name = fc.string({ unit: 'binary', maxLength: 300 })
  fc.assert(
    fc.property(name, name, (before, after) => {
      const { kind, ending, risk } = of(`${before}.${after}`)
      expect(KIND_NAMES).toContain(kind)
      expect(ending.length).toBeLessThanOrEqual(32)
      expect(of(`${before}.exe`).risk).toBe('runs')
      if (risk === 'none') expect(ending).not.toBe('')
    }),
  )
})
