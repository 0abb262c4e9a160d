import { describe, expect, it } from 'vitest'
import { DEVICE_NAME_CHARS_MAX } from '@visavis/wire'
import { deviceNameOf } from './device-name.ts'

describe('the name of a new device', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
      'Chrome on Linux',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15',
      'Safari on Mac',
    ],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/140.0 Mobile Safari/604.1', 'Chrome on iPhone'],
    ['Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', 'Firefox on Android'],
    ['something new', 'Browser'],
    ['', 'Browser'],
  ])('[K9] %s is called %s', (userAgent, name) => {
    expect(deviceNameOf(userAgent)).toBe(name)
    expect(name.length).toBeLessThanOrEqual(DEVICE_NAME_CHARS_MAX)
  })
})
