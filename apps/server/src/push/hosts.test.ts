import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './addresses.ts'
import { KNOWN_HOSTS, parsePushHost, targetOf, type PushHost } from './hosts.ts'

const own = (...texts: readonly string[]) => texts.map((text) => parsePushHost(text) as PushHost)

describe('[K12] [WH5] where pushes may go', () => {
  it('[K12] to the push services of the known browsers, over https, at their own port', () => {
    for (const good of [
      'https://fcm.googleapis.com/fcm/send/abc:def',
      'https://updates.push.services.mozilla.com/wpush/v2/gAAA',
      'https://web.push.apple.com/QGuo',
      'https://db5p.notify.windows.com/w/?token=BQ',
      'https://FCM.googleapis.com:443/fcm/send/x',
    ])
      expect([good, targetOf(KNOWN_HOSTS, good)?.mayBePrivate]).toEqual([good, false])
  })

  it('[K12] and nowhere else a stranger says', () => {
    for (const bad of [
      'http://fcm.googleapis.com/x',
      'https://fcm.googleapis.com:8443/x',
      'https://fcm.googleapis.com.evil.example/x',
      'https://evilfcm.googleapis.com/x',
      'https://evil.example/?fcm.googleapis.com',
      'https://fcm.googleapis.com@evil.example/x',
      'https://user:word@fcm.googleapis.com/x',
      'https://fcm.googleapis.com/x#part',
      'https://notify.windows.com/x',
      'https://evil-notify.windows.com/x',
      'https://notify.windows.com.evil.example/x',
      'https://127.0.0.1/x',
      'https://[::1]/x',
      'https://localhost/x',
      'https://169.254.169.254/latest/meta-data',
      'https://0x7f000001/x',
      'file:///etc/passwd',
      'fcm.googleapis.com/x',
      'https://',
      '',
      `https://fcm.googleapis.com/${'x'.repeat(1_024)}`,
    ])
      expect([bad, targetOf(KNOWN_HOSTS, bad)]).toEqual([bad, undefined])
  })

  it('[K12] never throws, and never gives a host that is not listed, for any text', () => {
    const text = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.string().map((part) => `https://fcm.googleapis.com${part}`),
    )
    fc.assert(
      fc.property(text, (endpoint) => {
        const target = targetOf(KNOWN_HOSTS, endpoint)
        if (target) expect(target.url.host).toBe('fcm.googleapis.com')
      }),
      { numRuns: 2_000 },
    )
  })

  it('[O1] the operator names hosts, ports and everything below a host; only a host named in full may be near', () => {
    const hosts = own('push.example.org:8443', '*.example.net')
    expect(targetOf(hosts, 'https://push.example.org:8443/x')?.mayBePrivate).toBe(true)
    expect(targetOf(hosts, 'https://a.b.example.net/x')?.mayBePrivate).toBe(false)
    for (const bad of ['https://push.example.org/x', 'https://example.net/x', 'https://fcm.googleapis.com/x'])
      expect(targetOf(hosts, bad)).toBeUndefined()
    for (const bad of [
      'https://x.org',
      'x.org/path',
      '*',
      '*.',
      'x.org:0',
      'x.org:70000',
      'a b',
      '',
      'x..org',
      '[::1]',
    ])
      expect([bad, parsePushHost(bad)]).toEqual([bad, undefined])
  })

  it('[K12] an address of our own machine or network is none of the public internet', () => {
    for (const near of [
      '127.0.0.1',
      '10.1.2.3',
      '172.31.255.255',
      '192.168.0.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      'fe80::1',
      'fc00::1',
      'fd12::1',
      'ff02::1',
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001:db8::1',
      'not an address',
    ])
      expect([near, isPublicAddress(near)]).toEqual([near, false])
    for (const far of ['8.8.8.8', '142.250.1.1', '172.32.0.1', '2a00:1450:4001::5f', '2600::1'])
      expect([far, isPublicAddress(far)]).toEqual([far, true])
  })
})
