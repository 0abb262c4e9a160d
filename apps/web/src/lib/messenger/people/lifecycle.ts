import { CODES, fail, ok, VisavisError, type Code, type Result } from '@visavis/wire'
import { SECOND } from '@visavis/ports'
import { createSerial } from '../core/serial.ts'
import type { Vault } from '../../vault/types.ts'
import type { DownlinkEvent, MessengerDeps } from '../deps.ts'
import type { Messenger, MessengerPhase } from '../types.ts'
import { restoreInto } from './backup-restore.ts'
import { takingSecrets } from './backup-slots.ts'
import { openLink, type OpenedLink } from './devices.ts'
import {
  beginAfresh,
  isDeviceName,
  isListed,
  joinAccount,
  prepareIdentity,
  type Identity,
  type Standing,
} from './identity.ts'
import { openSession, type Parts, type Session } from './session.ts'

/** Between attempts to prepare when the server could not be asked: doubling. */
export const PREPARE_AGAIN_MS_MIN = 2 * SECOND
export const PREPARE_AGAIN_MS_MAX = 60 * SECOND

/**
 * From the page's beginning to a messenger that can be used, and back: see `MessengerPhase`. One step at a time; a step
 * that ends after something stronger has happened (lock, wipe, another tab) changes nothing any more.
 */
export type Lifecycle = {
  readonly phase: () => MessengerPhase
  readonly session: () => Session | undefined
  /** As far as was seen: it is asked for when the vault is opened. */
  readonly hasLock: () => boolean
  readonly unlock: (passphrase: string) => Promise<Result<true>>
  readonly startAfresh: (deviceName: string) => Promise<Result<true>>
  /** As `startAfresh`, with the account key, contacts and history of the backup. */
  readonly restoreBackup: Messenger['restoreBackup']
  readonly openLink: (deviceName: string, linked: (outcome: Result<true>) => void) => Promise<Result<OpenedLink>>
  readonly setLock: (passphrase: string | undefined) => Promise<Result<true>>
  readonly lock: () => void
  readonly wipe: () => Promise<void>
}

export function createLifecycle(deps: MessengerDeps, parts: Parts, changed: () => void): Lifecycle {
  const { clock, log } = deps
  const signedIn = deps.session()
  const door = deps.vaultFor(signedIn.accountId)
  const steps = createSerial()
  let phase: MessengerPhase = { kind: 'opening' }
  let vault: Vault | undefined
  let session: Session | undefined
  let isOnline = false
  let hasLock = false
  /** Counts what ends all steps under way. */
  let ends = 0
  let attempts = 0
  let stopAgain = () => {}
  let stopLink = () => {}

  function show(next: MessengerPhase): void {
    phase = next
    changed()
  }

  /** Ends what is open; the vault's key is out of memory after. */
  function end(next: MessengerPhase): void {
    ends += 1
    stopAgain()
    stopLink()
    session?.stop()
    session = undefined
    vault?.close()
    vault = undefined
    show(next)
  }

  /** One step after the other; a failure of storage is a phase. */
  function step<T>(work: (isOver: () => boolean) => Promise<Result<T>>): Promise<Result<T>> {
    const began = ends
    return steps(async () => {
      if (began !== ends) return fail('DEVICE_REQUIRED')
      try {
        return await work(() => began !== ends)
      } catch (err) {
        const code: Code = err instanceof VisavisError ? err.code : 'SERVER_INTERNAL'
        if (began !== ends) return fail(code)
        log.error('messages.start-failed', { code, err })
        show({ kind: 'failed', code })
        return fail(code)
      }
    })
  }

  async function open(isOver: () => boolean, passphrase?: string): Promise<Result<true>> {
    if (passphrase === undefined && (await door.state()) === 'locked') {
      hasLock = true
      if (!isOver()) show({ kind: 'locked' })
      return fail('VAULT_LOCKED')
    }
    const opened = await door.open(passphrase)
    if (isOver()) {
      if (opened.ok) opened.value.close()
      return fail('VAULT_LOCKED')
    }
    if (!opened.ok) {
      show(opened.code === 'VAULT_LOCKED' ? { kind: 'locked' } : { kind: 'failed', code: opened.code })
      return opened
    }
    vault = opened.value
    hasLock = passphrase !== undefined
    show({ kind: 'opening' })
    return prepare(isOver)
  }

  async function prepare(isOver: () => boolean): Promise<Result<true>> {
    if (!vault || session) return ok(true)
    return stand(await prepareIdentity(identityDeps(deps.deviceName), vault), isOver)
  }

  async function stand(standing: Result<Standing>, isOver: () => boolean): Promise<Result<true>> {
    if (isOver()) return fail('DEVICE_REQUIRED')
    if (!standing.ok) return refused(standing.code)
    if (standing.value.kind === 'ready') return enter(standing.value.identity, isOver)
    if (standing.value.kind === 'revoked') return forgetDevice(isOver)
    show({ kind: 'unlinked' })
    return ok(true)
  }

  async function enter(identity: Identity, isOver: () => boolean): Promise<Result<true>> {
    if (!vault) return fail('VAULT_LOCKED')
    const opened = await openSession(deps, parts, { vault, identity, changed })
    if (isOver()) {
      opened.stop()
      return fail('DEVICE_REQUIRED')
    }
    session = opened
    attempts = 0
    deps.uplink.stored(opened.core.durableSeq())
    if (isOnline) opened.online(false)
    show({ kind: 'ready' })
    return ok(true)
  }

  /** What may succeed by itself is tried again; the rest waits for the person. */
  function refused(code: Code): Result<true> {
    show({ kind: 'failed', code })
    if (CODES[code].retry) {
      const waitMs = Math.min(PREPARE_AGAIN_MS_MAX, PREPARE_AGAIN_MS_MIN * 2 ** attempts)
      attempts += 1
      stopAgain = clock.after(waitMs, again)
    }
    return fail(code)
  }

  function again(): void {
    stopAgain()
    if (phase.kind === 'failed') void step(prepare)
  }

  /** The account has taken this device away: what it kept is not its to keep. */
  async function forgetDevice(isOver: () => boolean): Promise<Result<true>> {
    session?.stop()
    session = undefined
    vault = undefined
    await door.destroy()
    return isOver() ? fail('DEVICE_REQUIRED') : open(isOver)
  }

  async function checkListed(): Promise<void> {
    const deviceId = session?.identity.device.deviceId
    if (deviceId === undefined) return
    const listed = await isListed(deps.api, deviceId)
    if (!listed.ok || listed.value || session?.identity.device.deviceId !== deviceId) return
    ends += 1
    show({ kind: 'opening' })
    await step(forgetDevice)
  }

  function heard(event: DownlinkEvent): void {
    if (phase.kind === 'elsewhere') return
    switch (event.kind) {
      case 'elsewhere':
        return end({ kind: 'elsewhere' })
      case 'online':
        isOnline = true
        if (!session) return again()
        return session.online(event.resumed)
      case 'offline':
        isOnline = false
        return session?.offline()
      case 'frame': {
        session?.frame(event.frame)
        const isDevices = event.frame.name === 'changed' && event.frame.body.what === 'devices'
        if (isDevices) checkListed().catch((err: unknown) => log.error('messages.devices-failed', { err }))
      }
    }
  }

  const identityDeps = (deviceName: string) => ({ ...deps, session: signedIn, deviceName: deviceName.trim() })

  async function whenUnlinked(
    deviceName: string,
    work: (given: Vault, isOver: () => boolean) => Promise<Result<true>>,
  ): Promise<Result<true>> {
    if (!isDeviceName(deviceName)) return fail('WIRE_INVALID')
    return step(async (isOver) => {
      if (phase.kind !== 'unlinked' || !vault) return fail('NOT_ALLOWED')
      return work(vault, isOver)
    })
  }

  /** A refusal leaves the choice with the person: the phase stays `unlinked`. */
  async function become(standing: Result<Standing>, isOver: () => boolean): Promise<Result<true>> {
    return standing.ok ? stand(standing, isOver) : standing
  }

  async function link(deviceName: string, linked: (outcome: Result<true>) => void): Promise<Result<OpenedLink>> {
    if (!isDeviceName(deviceName)) return fail('WIRE_INVALID')
    if (phase.kind !== 'unlinked') return fail('NOT_ALLOWED')
    stopLink()
    const opened = await openLink({ ...deps, session: signedIn }, (answer) => {
      if (!answer.ok) return linked(answer)
      const { account, contacts } = answer.value
      void whenUnlinked(deviceName, async (given, isOver) => {
        const standing = await joinAccount(identityDeps(deviceName), given, account)
        const outcome = await become(standing, isOver)
        if (outcome.ok) await session?.directory.learn(contacts)
        return outcome
      }).then(linked)
    })
    if (!opened.ok) return opened
    stopLink = opened.value.stop
    return ok(opened.value.link)
  }

  deps.downlink.listen(heard)
  void step((isOver) => open(isOver))

  return {
    phase: () => phase,
    session: () => (phase.kind === 'ready' ? session : undefined),
    unlock: (passphrase) =>
      step((isOver) => (phase.kind === 'locked' ? open(isOver, passphrase) : Promise.resolve(ok(true as const)))),
    startAfresh: (deviceName) =>
      whenUnlinked(deviceName, async (given, isOver) =>
        become(await beginAfresh(identityDeps(deviceName), given), isOver),
      ),
    restoreBackup: (secret, deviceName) =>
      takingSecrets([secret], () =>
        whenUnlinked(deviceName, async (given, isOver) => {
          const { accountId } = signedIn
          const restored = await restoreInto({ ...deps, accountId, stretch: parts.stretch }, given, secret)
          if (!restored.ok || isOver()) return restored.ok ? fail('DEVICE_REQUIRED') : restored
          return become(await joinAccount(identityDeps(deviceName), given, restored.value), isOver)
        }),
      ),
    openLink: link,
    hasLock: () => hasLock,
    async setLock(passphrase) {
      if (!vault) return fail('VAULT_LOCKED')
      const answer = await door.setLock(passphrase)
      if (!answer.ok) return answer
      hasLock = passphrase !== undefined
      changed()
      return answer
    },
    lock() {
      if (phase.kind === 'elsewhere' || phase.kind === 'off') return
      end({ kind: 'locked' })
      // Without a passphrase there is nothing to come back with: it opens again at once.
      void step((isOver) => open(isOver))
    },
    async wipe() {
      end({ kind: 'off' })
      await steps(() => door.destroy())
    },
  }
}
