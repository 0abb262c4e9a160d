import type { Group } from '@visavis/e2ee'
import type { E2ee } from '../ports.ts'

/**
 * The given encryption, with what is under way counted, so that a simulation moves its clock only when the real
 * cryptography, which runs on real threads, has come to rest.
 */
export type CountedE2ee = E2ee & { underWay(): number }

export function countE2ee(e2ee: E2ee): CountedE2ee {
  let running = 0

  async function counted<T>(work: () => Promise<T>): Promise<T> {
    running++
    try {
      return await work()
    } finally {
      running--
    }
  }

  /** What the caller does inside is not cryptography, and may never end when its tab dies. */
  async function uncounted<T>(work: () => Promise<T>): Promise<T> {
    running--
    const done = await work()
    running++
    return done
  }

  const watch = (group: Group): Group => ({
    ...group,
    seal: (plain, additional) => counted(() => group.seal(plain, additional)),
    open: (ciphertext) => counted(() => group.open(ciphertext)),
    commit: (change) => counted(() => group.commit(change)),
    process: (commit, nowMs) => counted(() => group.process(commit, nowMs)),
  })

  return {
    createKeyPackage: (...input) => counted(() => e2ee.createKeyPackage(...input)),
    startConversation: (given) =>
      counted(async () => {
        const made = await e2ee.startConversation(given)
        return made.ok ? { ok: true, value: { ...made.value, group: watch(made.value.group) } } : made
      }),
    joinConversation: (given) =>
      counted(async () => {
        const keyPackage = (id: string) => uncounted(() => given.keyPackage(id))
        const made = await e2ee.joinConversation({ ...given, keyPackage })
        return made.ok ? { ok: true, value: { ...made.value, group: watch(made.value.group) } } : made
      }),
    restoreConversation: (given) => counted(async () => watch(await e2ee.restoreConversation(given))),
    sealMessage: (...input) => counted(() => e2ee.sealMessage(...input)),
    openMessage: (...input) => counted(() => e2ee.openMessage(...input)),
    underWay: () => running,
  }
}
