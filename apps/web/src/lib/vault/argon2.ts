/**
 * Argon2id (RFC 9106) of a passphrase: 32 bytes. Memory in KiB. The module is WebAssembly and is fetched only when somebody uses the app lock.
 */
export type Stretch = (
  passphrase: string,
  salt: Uint8Array,
  cost: { readonly memoryKib: number; readonly passes: number },
) => Promise<Uint8Array<ArrayBuffer>>

export const stretchWithArgon2id: Stretch = async (passphrase, salt, { memoryKib, passes }) => {
  const { argon2id } = await import('hash-wasm')
  const hash = await argon2id({
    password: passphrase,
    salt,
    parallelism: 1,
    iterations: passes,
    memorySize: memoryKib,
    hashLength: 32,
    outputType: 'binary',
  })
  return hash as Uint8Array<ArrayBuffer>
}
