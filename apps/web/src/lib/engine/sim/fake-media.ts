import { fail, ok } from '@visavis/wire'
import type { MediaPath, MediaPathFactory, MediaPathOptions } from '../ports.ts'

type FakePath = MediaPath & {
  readonly options: MediaPathOptions
  readonly fingerprint: Uint8Array
  expected: string | undefined
  isAllowed: boolean
  isClosed: boolean
  isConnected: boolean
}

/**
 * Media without a browser: two paths are connected when each expects the other's fingerprint, as DTLS would have it.
 * Counts what is opened, closed and let out.
 */
export type FakeMedia = {
  readonly factory: MediaPathFactory
  readonly paths: readonly FakePath[]
  open(): number
  /** Fails the next `prepare`. */
  failNext(): void
}

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16)).join('.')

export function createFakeMedia(random: { bytes(count: number): Uint8Array }): FakeMedia {
  const paths: FakePath[] = []
  let failures = 0

  function join(path: FakePath): void {
    const name = hex(path.fingerprint)
    const partner = paths.find((other) => other.expected === name && hex(other.fingerprint) === path.expected)
    if (!partner || path.isClosed || partner.isClosed) return
    for (const side of [path, partner]) {
      side.isConnected = true
      side.options.listener.state('connected')
    }
  }

  return {
    paths,
    open: () => paths.filter((path) => !path.isClosed).length,
    failNext: () => void failures++,
    factory(options) {
      const fingerprint = random.bytes(32)
      const path: FakePath = {
        options,
        fingerprint,
        expected: undefined,
        isAllowed: false,
        isClosed: false,
        isConnected: false,
        async prepare() {
          if (failures > 0) {
            failures--
            return fail('CALL_MEDIA_FAILED')
          }
          return ok({ fingerprint })
        },
        async connect(input) {
          if (path.isClosed) return fail('CALL_MEDIA_FAILED')
          if (path.expected) throw new Error('a path is used for one match')
          path.expected = hex(input.fingerprint)
          options.listener.remoteStream({} as MediaStream)
          options.listener.state('connecting')
          join(path)
          return ok(undefined)
        },
        allowMedia() {
          if (path.isClosed) throw new Error('media allowed on a closed path')
          path.isAllowed = true
        },
        setMicrophone: () => undefined,
        setCamera: () => undefined,
        replaceStream: () => undefined,
        addCandidate: () => undefined,
        restart: async () => undefined,
        close() {
          if (path.isClosed) throw new Error('a path is closed once')
          path.isClosed = true
          options.evidence?.close()
        },
      }
      paths.push(path)
      return path
    },
  }
}
