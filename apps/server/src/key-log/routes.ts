import type { SignedCheckpoint } from '@visavis/e2ee'
import { fail, ok, toB64, type AccountId, type RouteResponse } from '@visavis/wire'
import type { RouteHandlers } from '../http/index.ts'
import type { KeyLog } from './service.ts'

/**
 * HTTP edge of the log of device keys. Who may: anyone the checkpoint; proofs of an account itself, and `mayAsk`: whom the
 * account's devices are told anyway. Whether there is such an account, others do not learn.
 */
export function keyLogRoutes(
  keyLog: Pick<KeyLog, 'checkpoint' | 'prove'>,
  mayAsk: (asker: AccountId, accountId: AccountId) => Promise<boolean>,
) {
  return {
    getLogCheckpoint: async () => ok(checkpointOf(await keyLog.checkpoint())),

    async proveDevices({ person, request }) {
      const { accountId, fromSize } = request
      if (accountId !== person.accountId && !(await mayAsk(person.accountId, accountId))) return fail('NOT_FOUND')
      const proof = await keyLog.prove(accountId, fromSize)
      if (!proof.ok) return proof
      const { checkpoint, consistency, entry, inclusion, publicKey } = proof.value
      return ok({
        logId: toB64(entry.logId),
        version: entry.version,
        deviceSet: toB64(entry.deviceSet),
        previous: entry.previous ?? null,
        index: entry.index,
        inclusion: inclusion.map(toB64),
        consistency: consistency.map(toB64),
        checkpoint: checkpointOf({ ...checkpoint, publicKey }),
      })
    },
  } satisfies RouteHandlers
}

function checkpointOf(
  checkpoint: SignedCheckpoint & { readonly publicKey: Uint8Array },
): RouteResponse<'getLogCheckpoint'> {
  const { atMs, publicKey, root, signature, size } = checkpoint
  return { size, root: toB64(root), atMs, signature: toB64(signature), publicKey: toB64(publicKey) }
}
