import { BYTES, type RoundTrip } from './workload.ts'

/** As much of @matrix-org/matrix-sdk-crypto-wasm as is used here. */
type Opaque = object
type Request = { readonly id: string; readonly type: number; readonly body: string }
type ToDeviceRequest = Request & { readonly event_type: string }
type Machine = {
  outgoingRequests(): Promise<readonly Request[]>
  markRequestAsSent(id: string, type: number, response: string): Promise<unknown>
  updateTrackedUsers(users: readonly Opaque[]): Promise<void>
  getMissingSessions(users: readonly Opaque[]): Promise<Request | null>
  shareRoomKey(room: Opaque, users: readonly Opaque[], settings: Opaque): Promise<readonly ToDeviceRequest[]>
  encryptRoomEvent(room: Opaque, type: string, content: string): Promise<string>
  decryptRoomEvent(event: string, room: Opaque, settings: Opaque): Promise<{ readonly event: string }>
  receiveSyncChanges(events: string, lists: Opaque, counts: Map<string, number>, unused: Set<string>): Promise<unknown>
}
export type MatrixLibrary = {
  initAsync(): Promise<void>
  readonly OlmMachine: { initialize(user: Opaque, device: Opaque): Promise<Machine> }
  readonly UserId: new (id: string) => Opaque
  readonly DeviceId: new (id: string) => Opaque
  readonly RoomId: new (id: string) => Opaque
  readonly DeviceLists: new () => Opaque
  readonly EncryptionSettings: new () => { rotationPeriodMessages: bigint }
  readonly DecryptionSettings: new (trust: number) => Opaque
  readonly RequestType: { readonly KeysUpload: number; readonly KeysQuery: number; readonly KeysClaim: number }
  readonly TrustRequirement: { readonly Untrusted: number }
}
type Uploaded = { device_keys: Json; one_time_keys: Record<string, Json> }
type Json = Record<string, unknown>

const [ALICE, BOB, DEVICE, ROOM] = ['@alice:bench', '@bob:bench', 'PHONE', '!room:bench']

/** Two machines that share a room key (Megolm); one writes, the other reads. The bench plays their server. */
export async function createMatrixTrip(library: MatrixLibrary): Promise<RoundTrip> {
  await library.initAsync()
  const open = (user: string) => library.OlmMachine.initialize(new library.UserId(user), new library.DeviceId(DEVICE))
  const [alice, bob] = [await open(ALICE), await open(BOB)]
  const keys = await upload(library, bob)
  await upload(library, alice)
  await alice.updateTrackedUsers([new library.UserId(BOB)])
  for (const request of await alice.outgoingRequests())
    if (request.type === library.RequestType.KeysQuery) {
      const response = { device_keys: { [BOB]: { [DEVICE]: keys.device_keys } }, failures: {} }
      await alice.markRequestAsSent(request.id, request.type, JSON.stringify(response))
    }
  const claim = await alice.getMissingSessions([new library.UserId(BOB)])
  if (claim) {
    const [id = '', key] = Object.entries(keys.one_time_keys)[0] ?? []
    const response = { one_time_keys: { [BOB]: { [DEVICE]: { [id]: key } } }, failures: {} }
    await alice.markRequestAsSent(claim.id, claim.type, JSON.stringify(response))
  }
  const room = () => new library.RoomId(ROOM)
  await shareRoomKey(library, alice, bob)
  const settings = new library.DecryptionSettings(library.TrustRequirement.Untrusted)
  const content = JSON.stringify({ msgtype: 'm.text', body: 'Lorem ipsum '.repeat(BYTES).slice(0, BYTES) })
  let n = 0
  return async () => {
    const sealed = await alice.encryptRoomEvent(room(), 'm.room.message', content)
    const event = { type: 'm.room.encrypted', event_id: `$e${n++}`, sender: ALICE, origin_server_ts: Date.now() }
    const whole = JSON.stringify({ ...event, room_id: ROOM, content: JSON.parse(sealed) as unknown })
    const opened = await bob.decryptRoomEvent(whole, room(), settings)
    if (opened.event.length < BYTES) throw new Error('not opened')
  }
}

async function upload({ RequestType }: MatrixLibrary, machine: Machine): Promise<Uploaded> {
  let uploaded: Uploaded | undefined
  for (const request of await machine.outgoingRequests()) {
    if (request.type !== RequestType.KeysUpload) continue
    uploaded = JSON.parse(request.body) as Uploaded
    const response = JSON.stringify({ one_time_key_counts: { signed_curve25519: 50 } })
    await machine.markRequestAsSent(request.id, request.type, response)
  }
  if (!uploaded) throw new Error('no keys were uploaded')
  return uploaded
}

async function shareRoomKey(library: MatrixLibrary, from: Machine, to: Machine): Promise<void> {
  const users = [new library.UserId(BOB)]
  const settings = new library.EncryptionSettings()
  // One key for the whole run: the most that is allowed.
  settings.rotationPeriodMessages = 10_000n
  const requests = await from.shareRoomKey(new library.RoomId(ROOM), users, settings)
  for (const request of requests) {
    const { messages } = JSON.parse(request.body) as { messages: Record<string, Record<string, Json>> }
    const content = messages[BOB]?.[DEVICE]
    await from.markRequestAsSent(request.id, request.type, '{}')
    if (!content) continue
    const event = { type: request.event_type, sender: ALICE, content }
    await to.receiveSyncChanges(JSON.stringify([event]), new library.DeviceLists(), new Map(), new Set())
  }
}
