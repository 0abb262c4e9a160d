import type { DeviceKeys } from '../conversation/types.ts'
import { isId, statement } from './credential.ts'
import { isSignedBy, sign } from './ed25519.ts'

/** A signed-in session becomes a device's by that device's signature over the session's id. SPEC ER23. */
const SESSION_LABEL = 'visavis/session/1'

type Binding = { readonly sessionId: string; readonly atMs: number }

/**
 * @param binding the session to bind, and when, in milliseconds since the Unix epoch by the server's time
 * @returns an Ed25519 signature by the device key, 64 bytes
 * @throws RangeError on an id out of bounds or a time that is not a safe, non-negative integer
 */
export function signSessionBinding(device: DeviceKeys, binding: Binding): Promise<Uint8Array> {
  return sign(device.devicePrivateKey, bindingStatement({ ...binding, deviceId: device.deviceId }))
}

/** Whether that device signed this session and time. How old the time may be, the caller decides. */
export async function verifySessionBinding(
  signed: Binding & { readonly deviceId: string; readonly deviceKey: Uint8Array; readonly signature: Uint8Array },
): Promise<boolean> {
  const { deviceId, sessionId, atMs, deviceKey, signature } = signed
  if (!isId(deviceId) || !isId(sessionId) || !Number.isSafeInteger(atMs) || atMs < 0) return false
  return isSignedBy(deviceKey, bindingStatement({ deviceId, sessionId, atMs }), signature)
}

function bindingStatement({ deviceId, sessionId, atMs }: Binding & { readonly deviceId: string }): Uint8Array {
  return statement(SESSION_LABEL, [deviceId, sessionId]).u64(atMs).bytes()
}
