import { type Group, type KeyPackage, type SuiteKind } from '../src/index.ts'
import type { Chance } from './chance.ts'
import * as person from './fuzz-device.ts'
import type { Device } from './fuzz-device.ts'

/**
 * A conversation in which one device is attacked: others write, change the group, are removed. It keeps the bytes of
 * everything that was said, so that each can come again, late, wounded, or in the place of another.
 */
type Present = { readonly device: Device; group: Group; stored: Uint8Array }
/** What honest devices have just made, and the victim has not seen. */
export type Fresh = {
  readonly message: Uint8Array
  readonly plain: Uint8Array
  /** Adds `guest`. The server has not taken it yet. */
  readonly commit: Uint8Array
  readonly welcome: Uint8Array
  readonly guest: Device
  readonly guestPackage: KeyPackage
  readonly take: () => Promise<void>
}
export type HostileGroup = Awaited<ReturnType<typeof createHostileGroup>>

const SPENT_MAX = 80
const GUESTS_MAX = 4
const FORMER_MAX = 3
const WRITERS = 3

export async function createHostileGroup(chance: Chance, suite: SuiteKind) {
  let created = 0
  const arrive = () => person.createDevice(`d${created++}`)
  const [founder, ...rest] = [await arrive(), await arrive(), await arrive()]
  if (!founder) throw new Error('nobody')
  const packages = await Promise.all(rest.map((device) => person.packageOf(device, suite)))
  const { welcome: first, ...started } = await person.start(founder, suite, packages)
  const members: Present[] = [{ device: founder, ...started }]
  for (const [place, device] of rest.entries()) members.push(await enter(device, packages[place], first))
  const formers: Group[] = []
  /** Messages that were opened, commits that were taken or lost, welcomes and packages that were used. */
  const spent: Uint8Array[] = []

  async function enter(device: Device, own: KeyPackage | undefined, welcome: Uint8Array | undefined): Promise<Present> {
    if (!own || !welcome) throw new Error('no way in')
    return { device, ...(await person.join(device, suite, { own, welcome })) }
  }

  const victim = at(1)
  function at(place: number): Present {
    const member = members[place]
    if (!member) throw new Error('nobody there')
    return member
  }

  function spend(...used: readonly (Uint8Array | undefined)[]): void {
    for (const bytes of used) if (bytes) spent.push(bytes)
    while (spent.length > SPENT_MAX) spent.splice(chance.below(spent.length), 1)
  }

  async function say(from: Group, plain: Uint8Array): Promise<Uint8Array> {
    const sealed = await from.seal(plain, plain.subarray(0, 1))
    sealed.apply()
    return sealed.ciphertext
  }

  /** Everybody but the committer follows; whoever was removed is a former member from then on. */
  async function follow(committer: Present, commit: Uint8Array): Promise<void> {
    for (const member of members.filter((each) => each !== committer)) {
      const taken = person.valueOf(await member.group.process(commit, person.NOW_MS))
      if (taken.kind === 'removed') {
        members.splice(members.indexOf(member), 1)
        formers.push(member.group)
        if (formers.length > FORMER_MAX) formers.shift()?.destroy()
      } else put(member, taken)
    }
  }

  function put(member: Present, step: { readonly nextState: Uint8Array; apply(): void }): void {
    member.stored = step.nextState
    step.apply()
  }

  const isCrowded = () => members.length > WRITERS + GUESTS_MAX

  /** Removes guests when there are many, and else renews keys, now and then losing a race to another. */
  async function change(): Promise<void> {
    const committer = at(0)
    const guests = members.slice(WRITERS)
    const leaving = isCrowded() ? guests.slice(0, FORMER_MAX) : []
    const remove = leaving.map(({ device }) => device.keys.deviceId)
    const lost = person.valueOf(await at(2).group.commit({ add: [], remove: [], nowMs: person.NOW_MS }))
    const made = person.valueOf(await committer.group.commit({ add: [], remove, nowMs: person.NOW_MS }))
    await follow(committer, made.commit)
    put(committer, made)
    spend(made.commit, lost.commit)
  }

  async function prepare(): Promise<Fresh> {
    const committer = at(0)
    const guest = await arrive()
    const guestPackage = await person.packageOf(guest, suite)
    const made = person.valueOf(
      await committer.group.commit({ add: [guestPackage.bytes], remove: [], nowMs: person.NOW_MS }),
    )
    const { commit, welcome } = made
    if (!welcome) throw new Error('no welcome')
    const plain = Uint8Array.from({ length: 1 + chance.below(300) }, () => chance.below(256))
    const message = await say(at(2).group, plain)
    const take = async () => {
      await follow(committer, commit)
      put(committer, made)
      members.push(await enter(guest, guestPackage, welcome))
    }
    return { message, plain, commit, welcome, guest, guestPackage, take }
  }

  return {
    suite,
    victim,
    writer: at(2),
    formers,
    spent,
    spend,
    say,
    put,
    change,
    prepare,
    isCrowded,
    members: () => members,
    close: () => {
      for (const { group } of members) group.destroy()
      for (const group of formers) group.destroy()
    },
  }
}
