import { BYTES, type RoundTrip } from './workload.ts'

/** As much of @signalapp/libsignal-client as is used here. Keys, records and messages are its own, opaque objects. */
type Bytes = Uint8Array<ArrayBuffer>
type PublicKey = { serialize(): Bytes; readonly publicKey: unique symbol }
type PrivateKey = { getPublicKey(): PublicKey; sign(message: Bytes): Bytes }
type KemKeyPair = { getPublicKey(): { serialize(): Bytes } }
type Address = { name(): string; deviceId(): number }
type Serializable = { serialize(): Bytes }
type Deserializer = { deserialize(bytes: Bytes): Serializable }
type Store = object
type Ciphertext = Serializable & { type(): number }
export type SignalLibrary = {
  readonly PrivateKey: { generate(): PrivateKey }
  readonly KEMKeyPair: { generate(): KemKeyPair }
  readonly ProtocolAddress: { new: (name: string, deviceId: number) => Address }
  readonly PreKeyBundle: { new: (...parts: unknown[]) => object }
  readonly PreKeyRecord: { new: (id: number, publicKey: PublicKey, privateKey: PrivateKey) => Serializable }
  readonly SignedPreKeyRecord: {
    new: (id: number, timeMs: number, publicKey: PublicKey, privateKey: PrivateKey, signature: Bytes) => Serializable
  }
  readonly KyberPreKeyRecord: {
    new: (id: number, timeMs: number, keyPair: KemKeyPair, signature: Bytes) => Serializable
  }
  readonly SessionRecord: Deserializer
  readonly SignalMessage: Deserializer
  readonly PreKeySignalMessage: Deserializer
  readonly SessionStore: new () => Store
  readonly IdentityKeyStore: new () => Store
  readonly PreKeyStore: new () => Store
  readonly SignedPreKeyStore: new () => Store
  readonly KyberPreKeyStore: new () => Store
  processPreKeyBundle(bundle: object, to: Address, own: Address, sessions: Store, identities: Store): Promise<void>
  signalEncrypt(plain: Bytes, to: Address, own: Address, sessions: Store, identities: Store): Promise<Ciphertext>
  signalDecrypt(message: object, from: Address, own: Address, sessions: Store, identities: Store): Promise<Bytes>
  signalDecryptPreKey(
    message: object,
    from: Address,
    own: Address,
    ...stores: readonly [Store, Store, Store, Store, Store]
  ): Promise<Bytes>
}

/** Two devices with an established session (PQXDH, double ratchet); one writes, the other reads. Stores are in memory. */
export async function createSignalTrip(library: SignalLibrary): Promise<RoundTrip> {
  const alice = createPerson(library, 'alice', 1)
  const bob = createPerson(library, 'bob', 2)
  await library.processPreKeyBundle(bob.bundle, bob.address, alice.address, alice.sessions, alice.identities)
  const plain = new Uint8Array(BYTES).fill(65)
  const encrypt = (from: Person, to: Person) =>
    library.signalEncrypt(plain, to.address, from.address, from.sessions, from.identities)
  const first = library.PreKeySignalMessage.deserialize((await encrypt(alice, bob)).serialize())
  const { sessions, identities, preKeys, signedPreKeys, kyberPreKeys } = bob
  const stores = [sessions, identities, preKeys, signedPreKeys, kyberPreKeys] as const
  await library.signalDecryptPreKey(first, alice.address, bob.address, ...stores)
  const decrypt = async (from: Person, to: Person, sealed: Ciphertext) => {
    const message = library.SignalMessage.deserialize(sealed.serialize())
    return library.signalDecrypt(message, from.address, to.address, to.sessions, to.identities)
  }
  // Until the other has answered, every message carries the keys of the first one.
  await decrypt(bob, alice, await encrypt(bob, alice))
  return async () => {
    const opened = await decrypt(alice, bob, await encrypt(alice, bob))
    if (opened.byteLength !== BYTES) throw new Error('not opened')
  }
}

type Person = ReturnType<typeof createPerson>

function createPerson(library: SignalLibrary, name: string, registrationId: number) {
  const identity = library.PrivateKey.generate()
  const [preKey, signedPreKey, kyber] = [
    library.PrivateKey.generate(),
    library.PrivateKey.generate(),
    library.KEMKeyPair.generate(),
  ]
  const signature = identity.sign(signedPreKey.getPublicKey().serialize())
  const kyberSignature = identity.sign(kyber.getPublicKey().serialize())
  const nowMs = Date.now()
  const records = {
    preKey: library.PreKeyRecord.new(1, preKey.getPublicKey(), preKey),
    signed: library.SignedPreKeyRecord.new(1, nowMs, signedPreKey.getPublicKey(), signedPreKey, signature),
    kyber: library.KyberPreKeyRecord.new(1, nowMs, kyber, kyberSignature),
  }
  const saved = new Map<string, Bytes>()
  const keyOf = (address: Address) => `${address.name()}.${address.deviceId()}`
  const known = new Map<string, PublicKey>()
  const none = async () => undefined
  return {
    address: library.ProtocolAddress.new(name, 1),
    bundle: library.PreKeyBundle.new(
      registrationId,
      1,
      1,
      preKey.getPublicKey(),
      1,
      signedPreKey.getPublicKey(),
      signature,
      identity.getPublicKey(),
      1,
      kyber.getPublicKey(),
      kyberSignature,
    ),
    sessions: Object.assign(new library.SessionStore(), {
      saveSession: async (address: Address, record: Serializable) => void saved.set(keyOf(address), record.serialize()),
      getSession: async (address: Address) => {
        const bytes = saved.get(keyOf(address))
        return bytes ? library.SessionRecord.deserialize(bytes) : null
      },
      getExistingSessions: async () => [],
    }),
    identities: Object.assign(new library.IdentityKeyStore(), {
      getIdentityKey: async () => identity,
      getIdentityKeyPair: async () => ({ publicKey: identity.getPublicKey(), privateKey: identity }),
      getLocalRegistrationId: async () => registrationId,
      saveIdentity: async (address: Address, key: PublicKey) => {
        known.set(keyOf(address), key)
        return 0
      },
      isTrustedIdentity: async () => true,
      getIdentity: async (address: Address) => known.get(keyOf(address)) ?? null,
    }),
    preKeys: Object.assign(new library.PreKeyStore(), {
      savePreKey: none,
      getPreKey: async () => records.preKey,
      removePreKey: none,
    }),
    signedPreKeys: Object.assign(new library.SignedPreKeyStore(), {
      saveSignedPreKey: none,
      getSignedPreKey: async () => records.signed,
    }),
    kyberPreKeys: Object.assign(new library.KyberPreKeyStore(), {
      saveKyberPreKey: none,
      getKyberPreKey: async () => records.kyber,
      markKyberPreKeyUsed: none,
    }),
  }
}
