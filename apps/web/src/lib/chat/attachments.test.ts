import { FILE_BYTES_MAX } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { progressOf, refusalOf, roleOf, sizeText } from './attachments.ts'
import { codeOf } from './contact-code.ts'
import { barsOf, WAVEFORM_BARS, waveformOf } from './waveform.ts'

describe('files to be sent', () => {
  it('[K2] pictures are photos; drawings with scripts and all else are documents', () => {
    expect(roleOf({ type: 'image/jpeg' })).toBe('photo')
    for (const type of ['image/svg+xml', 'text/html', 'video/mp4', '']) expect(roleOf({ type })).toBe('document')
  })
  it('[K2] a file that is too large is refused before anything of it is read', () => {
    expect(refusalOf({ size: FILE_BYTES_MAX })).toBeUndefined()
    expect(refusalOf({ size: FILE_BYTES_MAX + 1 })).toBe('FILE_TOO_LARGE')
  })
  it('[K2] sizes are rounded as people read them, and progress is a share', () => {
    expect(sizeText(1_480_000, 'en')).toBe('1.5 MB')
    expect(sizeText(812, 'en')).toBe('812 byte')
    expect(progressOf({ kind: 'up', doneBytes: 5, totalBytes: 10 })).toBe(0.5)
    expect(progressOf({ kind: 'down', doneBytes: 0, totalBytes: 0 })).toBe(0)
    expect(progressOf({ kind: 'here' })).toBeUndefined()
  })
  it('[K8] a waveform has as many bars as it should, the loudest full, none quite flat', () => {
    const bars = waveformOf([0, 0.2, 0.9, 0.1])
    expect(bars).toHaveLength(WAVEFORM_BARS)
    expect(Math.max(...bars)).toBe(255)
    expect(Math.min(...bars)).toBeGreaterThan(0)
    expect(waveformOf([])).toHaveLength(WAVEFORM_BARS)
    expect(barsOf(undefined)).toHaveLength(WAVEFORM_BARS)
    expect(barsOf(new Uint8Array(5_000)).length).toBeLessThan(100)
  })
  it('[M17] a contact code is understood in capitals and groups, and nothing else is', () => {
    expect(codeOf('ABCD-efgh 2345 67ab')).toBe('abcdefgh234567ab')
    for (const written of ['', 'abcdefgh', 'abcdefgh234567a1', 'abcdefgh234567abc']) {
      expect(codeOf(written)).toBeUndefined()
    }
  })
})
