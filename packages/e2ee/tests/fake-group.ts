import type { DeviceCredential, Group, GroupName, OpenedMessage } from '../src/conversation/types.ts'
import { ok, OPEN_FAILED } from '../src/result.ts'

/** A device as a roster leaf names it; keys are made up, since no test of franking looks at them. */
export function credentialOf(accountId: string, deviceId: string): DeviceCredential {
  const key = new Uint8Array(32).fill(accountId.length)
  return { accountId, deviceId, accountKey: key, deviceKey: key, signature: new Uint8Array(64) }
}

/**
 * Stands for the MLS group where a test is about what is inside messages: it carries what `seal` was given to everybody
 * who shares `wire`, and says who sent it. `tamper` changes what a receiver's MLS would have opened, which no outsider
 * can do, but a member with a client of its own making can.
 */
export function createFakeGroup(options: {
  readonly name: GroupName
  readonly self: DeviceCredential
  readonly wire: Map<string, Omit<OpenedMessage, 'nextState' | 'apply'>>
  readonly tamper?: (opened: Omit<OpenedMessage, 'nextState' | 'apply'>) => Partial<OpenedMessage>
}): Group & { applied(): number } {
  const { name, self, wire, tamper } = options
  let applied = 0
  const step = () => ({ nextState: new Uint8Array([applied + 1]), apply: () => void (applied += 1) })
  const group: Omit<Group, 'commit' | 'process' | 'exporter'> = {
    name,
    suite: 'pair',
    epoch: () => 4,
    roster: () => [self],
    seal(plain, additional) {
      const ciphertext = new TextEncoder().encode(`message ${wire.size}`)
      const opened = { plain, additional, sender: self, epoch: 4 }
      wire.set(String(ciphertext), { ...opened, ...tamper?.(opened) })
      return Promise.resolve({ ...step(), ciphertext })
    },
    open(ciphertext) {
      const opened = wire.get(String(ciphertext))
      return Promise.resolve(opened === undefined ? OPEN_FAILED : ok({ ...step(), ...opened }))
    },
    abandonSeal: () => undefined,
    destroy: () => undefined,
  }
  const never = () => Promise.reject(new Error('not part of this fake'))
  return { ...group, commit: never, process: never, exporter: never, applied: () => applied }
}
