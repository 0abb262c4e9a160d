import { describe, expect, it } from 'vitest'
import { chooseAnnounce } from './announce-address.ts'
import { createRelayAddresses, turnHost } from './relay-addresses.ts'
import { turnCredentials } from './turn-credentials.ts'

const LO = { address: '127.0.0.1', family: 'IPv4', internal: true }
const v4 = (address: string) => ({ address, family: 'IPv4', internal: false })

describe('the address told to clients', () => {
  it('is the first real IPv4 address of the machine, bound alone', () => {
    const interfaces = { lo: [LO], docker0: [v4('172.17.0.1')], eth0: [v4('192.0.2.4'), v4('192.0.2.5')] }
    expect(chooseAnnounce(interfaces)).toEqual({ announceAddress: '192.0.2.4', bindAddress: '192.0.2.4' })
    expect(chooseAnnounce({ lo: [LO], docker0: [v4('172.17.0.1')] }).announceAddress).toBe('172.17.0.1')
  })

  it('is loopback where there is nothing else, or only a link-local address', () => {
    expect(chooseAnnounce({ lo: [LO], eth0: [v4('169.254.3.4')] }).announceAddress).toBe('127.0.0.1')
    expect(chooseAnnounce({}).announceAddress).toBe('127.0.0.1')
  })

  it('is what was configured; an address in front of this machine binds every interface', () => {
    const interfaces = { eth0: [v4('192.0.2.4')] }
    expect(chooseAnnounce(interfaces, '192.0.2.4').bindAddress).toBe('192.0.2.4')
    expect(chooseAnnounce(interfaces, '198.51.100.9')).toEqual({
      announceAddress: '198.51.100.9',
      bindAddress: '0.0.0.0',
    })
    expect(chooseAnnounce(interfaces, '2001:db8::9').bindAddress).toBe('::')
    expect(() => chooseAnnounce(interfaces, 'relay.example')).toThrow(TypeError)
  })
})

describe('TURN', () => {
  it('[M13] makes credentials that coturn derives in the same way (draft-uberti-behave-turn-rest-00)', () => {
    const made = turnCredentials({ urls: ['turn:192.0.2.1:3478'], secret: 'north', lifeMs: 600_000 }, 'leg', 1_000_000)
    expect(made.username).toBe('1600:leg')
    expect(made.credential).toBe('mbm4X8e/etkQdIomHpEmVsql3cM=')
    expect(made.expiresAtMs).toBe(1_600_000)
  })

  it('[M13] knows which addresses are its relay, in any spelling, and no other', async () => {
    const configured = await createRelayAddresses({
      configured: ['192.0.2.1', '2001:db8::1'],
      urls: ['turn:x'],
      resolve: never,
    })
    expect(['192.0.2.1', '::ffff:192.0.2.1', '2001:DB8:0::1'].map((text) => configured.has(text))).toEqual([
      true,
      true,
      true,
    ])
    expect(['192.0.2.2', '', '127.0.0.1', 'x', '0.0.0.0'].some((text) => configured.has(text))).toBe(false)
    await expect(createRelayAddresses({ configured: ['relay'], urls: [], resolve: never })).rejects.toThrow(TypeError)
  })

  it('[M13] resolves the hosts of its URLs, and keeps what it knew when the resolver fails', async () => {
    let answers: readonly string[] | undefined = ['192.0.2.1']
    const resolve = async () => {
      if (!answers) throw new Error('resolver down')
      return answers
    }
    const urls = ['turn:turn.example:3478?transport=udp', 'turns:192.0.2.9']
    const addresses = await createRelayAddresses({ configured: [], urls, resolve })
    expect([addresses.has('192.0.2.1'), addresses.has('192.0.2.9'), addresses.has('192.0.2.3')]).toEqual([
      true,
      true,
      false,
    ])
    answers = undefined
    await addresses.refresh()
    expect(addresses.has('192.0.2.1')).toBe(true)
    answers = ['192.0.2.3']
    await addresses.refresh()
    expect([addresses.has('192.0.2.1'), addresses.has('192.0.2.3')]).toEqual([false, true])
  })

  it('reads the host of a TURN URI and refuses what is none', () => {
    expect(turnHost('turn:turn.example')).toBe('turn.example')
    expect(turnHost('turns:turn.example:443?transport=tcp')).toBe('turn.example')
    expect(turnHost('turn:[2001:db8::1]:3478')).toBe('2001:db8::1')
    for (const url of ['stun:x', 'turn:', 'http://x', 'turn:a b', 'turn:user@host'])
      expect(() => turnHost(url)).toThrow()
  })
})

async function never(): Promise<readonly string[]> {
  throw new Error('nobody should have asked')
}
